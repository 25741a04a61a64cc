import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { damagedCopy, sqlFixtures } from "../support/fixtures.js";
import { corpusDatabases, doctor, sessionOf, WRITTEN_BY } from "./support/database.js";
import { inHome } from "./support/host.js";
import { install } from "./support/programs.js";

beforeAll(() => {
  install(WRITTEN_BY);
});

/** A mended copy of an export may still hold what has no honest repair: then `doctor repair` answers with 1. */
function mend(file: string, mended: string): void {
  try {
    doctor("repair", file, "--output", mended);
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

const databases: [name: string, put: (path: string) => string][] = [
  ...sqlFixtures()
    .filter(({ store }) => store === "opencode")
    .map(({ name, sql }): [string, (path: string) => string] => [
      name,
      (path) => {
        damagedCopy(path, "opencode", sql);
        return path;
      },
    ]),
  ...corpusDatabases().map(({ name, path }): [string, () => string] => [name, () => path]),
];

describe.concurrent("opencode import takes the mended export", () => {
  test.each(databases)("%s", async (_, put) => {
    await inHome(async (home) => {
      const [file, mended] = [join(home.folder, "export.json"), join(home.folder, "mended.json")];
      const source = put(join(home.folder, "source.db"));
      const id = sessionOf(source);
      doctor("export", source, "--session", id, "--output", file);
      mend(file, mended);
      const { code, output } = await home.run(WRITTEN_BY, 9, ["import", mended]);
      expect(output).toContain(`Imported session: ${id}`);
      expect(code).toBe(0);
      const { messages } = JSON.parse(readFileSync(mended, "utf8"));
      expect(output).not.toContain("rror");
      expect(messages.length).toBeGreaterThan(0);
    });
  });
});
