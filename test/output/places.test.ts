import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { ask } from "../../src/commands/talk.js";
import { escapeLines, escapePieces } from "../../src/escapes.js";
import { present } from "../../src/model/present.js";
import { HOSTILE, problemsOf } from "../support/hostile.js";

const SRC = join(import.meta.dirname, "../../src");
/** Where text leaves the program. `main.ts` says the version alone. */
const WAYS_OUT = ["commands/output.ts", "commands/talk.ts", "main.ts"];

test("text leaves the program in one place for each stream", () => {
  const others = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !WAYS_OUT.includes(name))
    .filter((name) =>
      /process\.(stdout|stderr)\.write|console\.|writeSync|writeFileSync|createWriteStream/.test(
        readFileSync(join(SRC, name), "utf8"),
      ),
    );
  expect(others).toEqual(["files/write-all.ts"]);
});

test("a question shows the path that it asks about, and nothing in it acts", async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const own = present(Object.getOwnPropertyDescriptor(process, "stdin"));
  Object.defineProperty(process, "stdin", { ...own, get: () => stdin });
  let shown = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    shown += String(chunk);
    return true;
  });
  try {
    const answer = ask(`Write this to ${HOSTILE.join("")}?`);
    stdin.write("y\n");
    expect(await answer).toBe(true);
  } finally {
    spy.mockRestore();
    Object.defineProperty(process, "stdin", own);
  }
  expect(shown).toContain("Write this to ");
  expect(problemsOf(shown)).toEqual([]);
});

test("pieces may end anywhere", () => {
  const whole = HOSTILE.map((text) => `${text.toWellFormed()}\n`).join("");
  for (const size of [1, 2, 3, 7]) {
    const pieces = whole.match(new RegExp(`.{1,${size}}`, "gsu")) ?? [];
    expect([...escapePieces(pieces)].join("")).toBe(escapeLines(whole));
  }
  expect(problemsOf(escapeLines(whole))).toEqual([]);
});

test("the value of JSON stays as it was", () => {
  const value = { [HOSTILE.join("")]: HOSTILE, text: "##[a] ::b\n::c" };
  expect(JSON.parse(escapeLines(JSON.stringify(value, null, 2)))).toEqual(value);
});

test("only the commands of the github format stay, and only its colours", () => {
  const lines = "::error title=x::y\n::add-mask::z\n  ::warning title=x::y\n";
  expect(escapeLines(lines, { github: true })).toBe(
    "::error title=x::y\n\\u003a:add-mask::z\n  \\u003a:warning title=x::y\n",
  );
  expect(escapeLines("\u001b[31mred\u001b[39m\u001b[35m\u001b[2J", { color: true })).toBe(
    "\u001b[31mred\u001b[39m\\u001b[35m\\u001b[2J",
  );
  expect(escapeLines("\u001b[2m  ::error::x", { color: true })).toBe("\u001b[2m  \\u003a:error::x");
});
