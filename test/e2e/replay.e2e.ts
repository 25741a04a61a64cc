import semver from "semver";
import { beforeAll, describe, expect, test } from "vitest";
import { providerById } from "../../src/providers/providers.js";
import { readOne } from "../../src/scan/one.js";
import { type ReplayReport, replayConversation } from "../../src/scan/replay.js";
import { hasCorpus, sqlFixtures } from "../support/fixtures.js";
import { foreseenMessages, sentMessages, type Wire } from "../support/messages.js";
import { corpusDatabases, place, placeFixture, sessionOf, WRITTEN_BY } from "./support/database.js";
import { type Ended, type Home, inHome, install, modelOf } from "./support/host.js";
import { ANSWER, type FakeProvider, startProvider } from "./support/provider.js";

/** Released programs, oldest first: before and after each change of the replay that a user can still meet. */
const VERSIONS = (process.env.DOCTOR_E2E_VERSIONS ?? "1.2.15,1.3.2,1.14.34,1.18.34").split(",");
const WIRES: readonly Wire[] = ["anthropic", "openai-chat"];

beforeAll(() => {
  for (const version of VERSIONS) install(version);
});

/** What the real program did with one more prompt. */
function verdictOf(
  { code, timedOut, output }: Ended,
  provider: FakeProvider,
): ReplayReport["verdict"] | "timeout" {
  const turns = provider.turns();
  const asked = provider.requests.find(({ kind }) => kind !== "title");
  if (asked?.kind === "summary") return "swallowed";
  if (turns.some(({ refusals }) => refusals.length > 0)) return "rejected";
  if (provider.isLooping()) return "loop";
  if (timedOut) return "timeout";
  if (turns.length === 0) return code === 0 && !/error/i.test(output) ? "swallowed" : "crash";
  return output.includes(ANSWER) ? "accepted" : "crash";
}

/** Runs the prompt on the placed database, after asking what would happen, and compares the two. */
async function compare(home: Home, version: string, wire: Wire): Promise<void> {
  const provider = await startProvider();
  try {
    const session = sessionOf(home.database);
    const { conversation } = await readOne(home.database, session, {}, true);
    const report = replayConversation(conversation, providerById(wire)!, version, Date.now(), true);
    const { providerID, modelID } = modelOf(wire);
    const model = `${providerID}/${modelID}`;
    const log = ["--print-logs", "--log-level", "ERROR"];
    const words = ["run", "continue", "-s", session, "-m", model, ...log];
    const ended = await home.run(version, provider.port, words);
    const first = provider.turns()[0];
    const about = `${report.rule ?? ""}: ${report.error ?? ""}\n${ended.output}`;
    expect(verdictOf(ended, provider), about).toBe(report.verdict);
    if (report.verdict === "rejected") expect(first!.refusals).toContain(report.rule);
    if (report.verdict !== "swallowed" && first)
      expect(sentMessages(wire, first.body)).toEqual(foreseenMessages(wire, report));
  } finally {
    provider.close();
  }
}

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

const fixtures = [
  { name: "healthy", sql: "", hostVersion: undefined },
  ...sqlFixtures().filter(({ store }) => store === "opencode"),
].flatMap(({ name, sql, hostVersion }) => {
  const versions = VERSIONS.filter(
    (version) => name === "healthy" || version === (hostVersion ?? WRITTEN_BY),
  );
  return versions.flatMap((version) => WIRES.map((wire) => ({ name, sql, version, wire })));
});

describe.concurrent("the project's own fixtures", () => {
  testEach(fixtures, ({ sql, version }, home) => placeFixture(version, home, sql));
});
