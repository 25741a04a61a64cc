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

/** Asks, with keys before the question and an answer after it; gives the answer, and the terminal's text. */
async function asked(question: string, early: string, later: string): Promise<[boolean, string]> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const own = present(Object.getOwnPropertyDescriptor(process, "stdin"));
  Object.defineProperty(process, "stdin", { ...own, get: () => stdin });
  let shown = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    if (shown === "") setImmediate(() => stdin.write(later));
    shown += String(chunk);
    return true;
  });
  try {
    stdin.write(early);
    return [await ask(question), shown];
  } finally {
    spy.mockRestore();
    Object.defineProperty(process, "stdin", own);
  }
}

test("a question shows the path that it asks about, and nothing in it acts", async () => {
  const [answer, shown] = await asked(`Write this to ${HOSTILE.join("")}?`, "", "y\n");
  expect(answer).toBe(true);
  expect(shown).toContain("Write this to ");
  expect(problemsOf(shown)).toEqual([]);
});

test("keys that were typed before the question answer nothing; Ctrl-C among them ends the program", async () => {
  expect((await asked("Do it?", "y\ny", "\n"))[0]).toBe(false);
  await expect(asked("Do it?", "y\u0003", "y\n")).rejects.toMatchObject({ code: "INTERRUPTED" });
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
