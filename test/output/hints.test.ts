import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { commandLine } from "../../src/errors.js";
import { shellPath } from "../../src/escapes.js";
import { again } from "../../src/reporters/shell.js";
import { HOSTILE, problemsOf } from "../support/hostile.js";
import { filesBelow, SRC } from "../support/sources.js";

const hasBash = spawnSync("bash", ["-c", "exit 0"]).status === 0;
/** Words that no argument can hold. */
const words = HOSTILE.map((word) => word.replaceAll("\u0000", "").toWellFormed()).concat([
  "x;touch PWNED.db",
  "a b",
  "~root",
  "=ls",
  "it's",
  "back\\slash \\u001b",
  "$'x'",
  "!!",
  "*?[a]{b,c}",
  "-flag",
  "##[group]",
  "plain/path-1.db",
  "é 漢字 😀",
  "",
]);

/** Returns the arguments that a shell makes of the command line, with a `doctor` that prints its arguments. */
function parsed(line: string): string[] {
  const script = `doctor() { printf '%s\\0' "$@"; }; ${line}`;
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], {
    encoding: "utf8",
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
  });
  expect(stderr).toBe("");
  return stdout.split("\u0000").slice(0, -1);
}

test.runIf(hasBash)(
  "a hint gives a shell the very arguments, whatever they hold (skipped without bash)",
  () => {
    expect(
      parsed(
        again(
          words,
          words.filter((word) => word !== "-flag"),
        ),
      ),
    ).toEqual([...words, ...words.filter((word) => word !== "-flag")]);
    expect(parsed(commandLine("scan", "x;y", "--format", "a b"))).toEqual(["scan", "x;y", "--format", "a b"]);
  },
);

test("a hint is one line in which nothing acts; a path is no flag", () => {
  expect(problemsOf(again(words, words))).toEqual([]);
  expect(again(words, words)).not.toContain("\n");
  expect(shellPath("-x")).toBe("./-x");
  expect(shellPath("-")).toBe("-");
  expect(shellPath("a/b.db")).toBe("a/b.db");
});

test("no command line is put together from a template without quotes", () => {
  const unquoted = filesBelow(SRC).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/`(?:[^`]* )?doctor [a-z]+ [^`]*\$\{(?!again)[^`]*`/g)]
      .map(([template]) => template)
      .filter((template) => !template.includes("doctor explain ${") && !template.includes("\\`")),
  );
  expect(unquoted).toEqual([]);
});

test("behind -- stand paths: flags that are added are none of them", () => {
  expect(again(["repair", "--unsafe", "--", "-x.db"])).toBe("doctor repair --unsafe ./-x.db");
});
