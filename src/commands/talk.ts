import { createInterface } from "node:readline/promises";
import { DoctorError } from "../errors.js";
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

/** Keys that were typed before a question are taken for this time (ms). */
const EARLY = 50;
const CTRL_C = "\u0003";

/**
 * Takes the keys that were typed before a question, so that they do not answer it.
 * @throws DoctorError INTERRUPTED for Ctrl-C
 */
async function dropEarlyKeys(input: NodeJS.ReadStream): Promise<void> {
  // A terminal that waits for the end of the line keeps the keys before it.
  input.setRawMode?.(true);
  let isInterrupted = false;
  const take = (keys: Buffer | string) => {
    isInterrupted ||= keys.toString().includes(CTRL_C);
  };
  input.on("data", take);
  await new Promise((resolve) => setTimeout(resolve, EARLY));
  input.off("data", take).pause();
  input.setRawMode?.(false);
  if (isInterrupted) throw new DoctorError("INTERRUPTED", "interrupted; nothing was written");
}

/** Asks on the terminal. True for "y" and "yes"; keys that were typed before do not count. */
export async function ask(question: string): Promise<boolean> {
  if (process.stdin.isTTY) await dropEarlyKeys(process.stdin);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const shown = escapeLines(`${safeText(question)} [y/N] `);
  const answer = await terminal.question(shown).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}
