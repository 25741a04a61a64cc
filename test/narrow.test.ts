import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { FIXTURES } from "./support/fixtures.js";
import { run } from "./support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const damaged = join(FIXTURES, "damaged.db");
const { columns } = process.stdout;
afterEach(() => Object.assign(process.stdout, { columns }));

/** Paths and commands stay whole, so that they can be copied. */
const WHOLE = /\/|^(Next|Undo): |doctor /;

test.each([
  [["scan", damaged]],
  [["sessions", damaged]],
  [["repair", damaged]],
  [["heal", damaged, "-n"]],
  [["heal", damaged, "the server is on fire"]],
  [["explain", "stuck-tool"]],
  [["restore", damaged, "--list"]],
])("on a terminal of 60 columns no line of %j is wider", async ([command = "", ...args]) => {
  Object.assign(process.stdout, { columns: 60 });
  const now = command === "explain" || command === "restore" ? [] : NOW;
  const { stdout } = await run([command, ...args, ...now]);
  expect(stdout.length).toBeGreaterThan(20);
  expect(stdout.split("\n").filter((line) => line.length > 60 && !WHOLE.test(line))).toEqual([]);
});
