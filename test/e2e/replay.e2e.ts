import semver from "semver";
import { beforeAll, describe, test } from "vitest";
import type { Wire } from "../../src/providers/providers.js";
import { hasCorpus, sqlFixtures } from "../support/fixtures.js";
import { compare } from "./support/compare.js";
import { corpusDatabases, place, placeFixture, WRITTEN_BY } from "./support/database.js";
import { type Home, inHome, WIRES } from "./support/host.js";
import { installAll, VERSIONS } from "./support/programs.js";

beforeAll(installAll);

const corpus = corpusDatabases().flatMap((database) =>
  VERSIONS.filter((version) => semver.gte(version, database.version)).flatMap((version) =>
    WIRES.map((wire) => ({ ...database, version, wire })),
  ),
);

/** One test a row. */
function testEach<Row extends { name: string; version: string; wire: Wire }>(
  rows: readonly Row[],
  put: (row: Row, home: Home) => void | Promise<void>,
): void {
  for (const row of rows) {
    const title = `${row.name} on ${row.version}, ${row.wire}`;
    test(title, () =>
      inHome(async (home) => {
        await put(row, home);
        await compare(home, row.version, row.wire);
      }),
    );
  }
}

describe.skipIf(!hasCorpus).concurrent("databases of the corpus (skipped without the shared corpus)", () => {
  testEach(corpus, ({ path }, home) => place(path, home));
});

/** The versions on which the rows of a fixture do not decide what the host does. */
const UNDECIDED: Readonly<Record<string, string>> = {
  // No row tells that the subtask's agent is gone.
  "unanswered-subtask.opencode": "*",
  // These versions tell the model that the agent is gone, and go on: no prompt has failed at it there.
  "unanswered-subtask.opencode.failed": "<1.3.2",
  // The column does not exist yet.
  "unlistable-session.opencode": "<1.3.0",
};

const fixtures = [
  { name: "healthy", sql: "", hostVersion: undefined },
  ...sqlFixtures().filter(({ store }) => store === "opencode"),
].flatMap(({ name, sql, hostVersion }) => {
  // Versions that were asked for all read every fixture.
  const versions = VERSIONS.filter(
    (version) =>
      !semver.satisfies(version, UNDECIDED[name] ?? "<0") &&
      (process.env.DOCTOR_E2E_VERSIONS || name === "healthy" || version === (hostVersion ?? WRITTEN_BY)),
  );
  return versions.flatMap((version) => WIRES.map((wire) => ({ name, sql, version, wire })));
});

describe.concurrent("the project's own fixtures", () => {
  testEach(fixtures, ({ sql, version }, home) => placeFixture(version, home, sql));
});
