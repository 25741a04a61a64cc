import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { discover, scan } from "../../src/index.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

test("finds every database of the user by the hosts' own rules, each once", () => {
  const data = dir.path("data");
  mkdirSync(join(data, "opencode"), { recursive: true });
  mkdirSync(join(data, "kilo"));
  mkdirSync(dir.path("cms/.tmp"), { recursive: true });
  for (const name of ["opencode/opencode.db", "opencode/opencode-dev.db", "kilo/kilo.db"])
    copyFileSync(join(FIXTURES, "opencode.db"), join(data, name));
  copyFileSync(join(FIXTURES, "instatic.db"), dir.path("cms/.tmp/dev.db"));
  const { found, looked } = discover(
    { XDG_DATA_HOME: data, OPENCODE_DB: "opencode-dev.db" },
    dir.path("cms"),
    dir.folder,
  );
  expect(found).toEqual([
    join(data, "opencode/opencode-dev.db"),
    join(data, "opencode/opencode.db"),
    join(data, "kilo/kilo.db"),
    dir.path("cms/.tmp/dev.db"),
  ]);
  expect(looked).toContain("/app/data/cms.db");
});

test("says where else conversations may be: other channels, and the files of before 1.2", () => {
  const data = dir.path("data");
  mkdirSync(join(data, "opencode/storage/session/global"), { recursive: true });
  const { hints } = discover({ XDG_DATA_HOME: data }, dir.folder, dir.folder);
  expect(hints).toHaveLength(2);
  expect(hints[0]).toContain("release channel");
  expect(hints[1]).toContain(join(data, "opencode/storage/session"));
  expect(discover({ XDG_DATA_HOME: dir.path("none") }, dir.folder, dir.folder).hints).toEqual([]);
});

test.each([
  ["sqlite:./x.db", "x.db"],
  ["file:y.db", "y.db"],
  ["z.db", "z.db"],
])("DATABASE_URL %s", (url, name) => {
  expect(discover({ DATABASE_URL: url }, "/srv", "/home/none").looked).toContain(join("/srv", name));
});

test("missing-directory is asked for discovered databases only", async () => {
  const path = dir.path("moved.db");
  damagedCopy(path, "opencode", "update session set directory = '/nowhere/at/all'");
  const rules = async (checkDirectories: boolean) =>
    (await scan(path, { checkDirectories })).findings.map((finding) => finding.rule);
  expect(await rules(false)).toEqual([]);
  expect(await rules(true)).toEqual(["missing-directory"]);
});
