import { statSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { holdersOf, processesIn } from "../files/holders.js";
import type { Conversation } from "../model/conversation.js";
import type { LinesForm } from "../stores/store.js";

const IN_FLIGHT_MS = 10 * 60_000;

/** True for a conversation whose last turn is open and was written to within ten minutes. */
export function isAtWork({ messages, updated }: Conversation, now: number): boolean {
  const last = messages.at(-1);
  if (!last) return false;
  const touched = Math.max(
    updated ?? 0,
    ...last.blocks.map(({ row }) => row.updated ?? row.created ?? 0),
    last.row.updated ?? 0,
  );
  const open =
    last.role !== "assistant" ||
    last.completed === null ||
    last.completed === undefined ||
    last.finish === "tool-calls";
  return open && Math.abs(now - touched) < IN_FLIGHT_MS;
}

/** A program appends within this time again, or is not at work (ms). */
const JUST_NOW = 10_000;
/** The last row of a file was written when the file was; a copy of it is younger than its rows (ms). */
const SAME_WRITE = 60_000;

/**
 * Refuses while a program may append to the file: where it is open, where the program runs in the conversation's folder,
 * and where the file was written to a few seconds ago.
 * @throws DoctorError IN_USE
 */
export function refuseAtWork(
  path: string,
  { programs }: Pick<LinesForm, "programs">,
  { directory, updated }: Pick<Conversation, "directory" | "updated">,
  now: number,
): void {
  const holders = [...(holdersOf(path) ?? []), ...(directory ? processesIn(directory, programs) : [])];
  const first = holders[0];
  const written = statSync(path).mtimeMs;
  const isFresh = now - written < JUST_NOW && Math.abs(written - (updated ?? 0)) < SAME_WRITE;
  if (!first && !isFresh) return;
  const who = first
    ? `in use by ${holders.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`
    : "was written to within the last seconds: a program may be at work in it";
  throw new DoctorError(
    "IN_USE",
    `${path}: ${who}`,
    "close the program, then try again; --force repairs all but a conversation at work",
  );
}
