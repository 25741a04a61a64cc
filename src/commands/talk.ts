import { createInterface } from "node:readline/promises";
import { escapeLines } from "../escapes.js";
import { safeText } from "../reporters/safe-text.js";

/** Writes lines to standard error. Line breaks inside a line are escaped. */
export function talk(...lines: readonly string[]): void {
  talkText(lines.map((line) => `${safeText(line)}\n`).join(""));
}

/** The same for a text that has its own lines: the usage of a command, a stack trace. */
export function talkText(text: string): void {
  process.stderr.write(escapeLines(text));
}

/** Asks on the terminal. True for "y" and "yes". */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const shown = escapeLines(`${safeText(question)} [y/N] `);
  const answer = await terminal.question(shown).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}
