import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach } from "vitest";
import { FIXTURES, scratch } from "./fixtures.js";
import { shell } from "./spawn.js";

/** Makes a new folder with the damaged database `a.db` before each test of a file. */
export function caseFolder() {
  const dir = scratch();
  afterAll(dir.remove);
  let count = 0;
  let folder = "";
  const at = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = dir.path(`case ${count++}`);
    mkdirSync(folder);
    copyFileSync(join(FIXTURES, "damaged.db"), at("a.db"));
  });
  return {
    at,
    path: () => folder,
    /** The first file whose name contains the part. */
    madeBy: (part: string) => at(readdirSync(folder).find((name) => name.includes(part)) ?? "nothing"),
    doctor: (script: string, env?: NodeJS.ProcessEnv) => shell(script, folder, env),
  };
}
