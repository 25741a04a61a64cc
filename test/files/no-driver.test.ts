import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { doctor } from "../support/spawn.js";

const dir = scratch();
afterAll(dir.remove);

const BINDINGS = [
  "Could not locate the bindings file. Tried:",
  ...Array.from(
    { length: 13 },
    (_, at) => ` → /x/node_modules/better-sqlite3/build/${at}/better_sqlite3.node`,
  ),
].join("\n");

/** Runs a command in a Node in which better-sqlite3 fails to load with this message. */
function withFailure(message: string, ...args: string[]) {
  const hook = dir.path("hook.cjs");
  writeFileSync(
    hook,
    `const Module = require("node:module"); const load = Module._load;
     Module._load = function (name, ...rest) {
       if (name === "better-sqlite3") throw new Error(${JSON.stringify(message)});
       return load.call(this, name, ...rest);
     };`,
  );
  return doctor(args, { env: { NODE_OPTIONS: `--require ${JSON.stringify(hook)}` } });
}

test.each([
  ["is missing", BINDINGS],
  ["was built for another Node", "was compiled using NODE_MODULE_VERSION 115"],
])("a native part that %s: three commands, and no list of paths", (problem, message) => {
  const { status, stdout, stderr } = withFailure(message, "inspect", join(FIXTURES, "damaged.db"));
  expect([status, stdout]).toEqual([2, ""]);
  for (const word of [problem, "npm rebuild", "pnpm approve-builds", "bun pm trust"])
    expect(stderr).toContain(word);
  expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  expect(stderr).not.toContain("/x/node_modules");
});

test("a scan tells it for its input, and is not finished", () => {
  const { status, stdout } = withFailure(BINDINGS, "scan", join(FIXTURES, "damaged.db"), "--format", "json");
  expect(status).toBe(2);
  expect(JSON.parse(stdout).inputs[0].error).toMatchObject({
    code: "NO_DRIVER",
    message: expect.stringContaining("npm rebuild better-sqlite3"),
  });
});

test("a program that used better-sqlite3 before is told which variable to set", () => {
  const database = dir.path("used-before.db");
  copyFileSync(join(FIXTURES, "damaged.db"), database);
  const program = dir.path("program.cjs");
  const library = pathToFileURL(join(FIXTURES, "../dist/index.js")).href;
  writeFileSync(
    program,
    `const Driver = require(${JSON.stringify(join(FIXTURES, "../node_modules/better-sqlite3"))});
     new Driver(":memory:").close();
     import(${JSON.stringify(library)})
       .then(({ scan }) => scan(${JSON.stringify(database)}))
       .then(({ inputs }) => console.log(JSON.stringify(inputs[0])));`,
  );
  const inputWith = (uris: string | undefined) =>
    JSON.parse(
      execFileSync(process.execPath, [program], {
        encoding: "utf8",
        env: { ...process.env, SQLITE_USE_URI: uris },
      }),
    );
  expect(inputWith(undefined).error).toMatchObject({
    code: "NO_DRIVER",
    message: expect.stringContaining("SQLITE_USE_URI=1"),
  });
  expect(inputWith("1")).toMatchObject({ status: "ok" });
});
