import { statSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { holdersOf, processesIn } from "../files/holders.js";
import type { Operation } from "../files/rows.js";
import type { Conversation } from "../model/conversation.js";
import { largest } from "../model/numbers.js";
import type { Reader } from "../stores/reader.js";
import type { LinesForm } from "../stores/store.js";
import { plansWhere, type SessionPlans } from "./session-plans.js";

const IN_FLIGHT_MS = 10 * 60_000;

/** Conversations whose last turn is open and was written to within ten minutes are not touched. */
export function leaveAtWork(
  reader: Reader,
  sessions: SessionPlans<Operation>,
): { sessions: SessionPlans<Operation>; inFlight: string[] } {
  const now = Date.now();
  const inFlight = new Set<string>();
  for (const { session } of sessions) {
    const handle = session === null ? null : reader.handleOf(session);
    if (session !== null && handle !== null && isAtWork(reader.read(handle), now)) inFlight.add(session);
  }
  return {
    sessions: plansWhere(sessions, ({ session }) => session === null || !inFlight.has(session)),
    inFlight: [...inFlight],
  };
}

/** True for a conversation whose last turn is open and was written to within ten minutes. */
export function isAtWork({ messages, updated }: Conversation, now: number): boolean {
  const last = messages.at(-1);
  if (!last) return false;
  const written = last.blocks.map(({ row }) => row.updated ?? row.created ?? 0);
  const touched = Math.max(updated ?? 0, last.row.updated ?? 0, largest(written, 0));
  const open =
    last.role !== "assistant" ||
    last.completed === null ||
    last.completed === undefined ||
    last.finish === "tool-calls";
  return open && Math.abs(now - touched) < IN_FLIGHT_MS;
}

/** A program at work appends again within this time (ms). */
const JUST_NOW = 10_000;
/** The last row of a file was written when the file was; a copy of the file is younger than its rows (ms). */
const SAME_WRITE = 60_000;

/**
 * Refuses while a program may append to the file: if it is open in a process, if the program runs in the conversation's
 * folder, or if the file was written to a few seconds ago.
 * @throws DoctorError IN_USE
 */
export function refuseAtWork(
  path: string,
  { programs }: Pick<LinesForm, "programs">,
  { directory, updated }: Pick<Conversation, "directory" | "updated">,
  now: number,
): void {
  const holders = [...(holdersOf(path) ?? []), ...(directory ? processesIn(directory, programs) : [])];
  const written = statSync(path).mtimeMs;
  const isFresh = now - written < JUST_NOW && Math.abs(written - (updated ?? 0)) < SAME_WRITE;
  if (holders.length === 0 && !isFresh) return;
  const who =
    holders.length > 0
      ? `in use by ${holders.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`
      : "was written to within the last seconds: a program may be at work in it";
  throw new DoctorError(
    "IN_USE",
    `${path}: ${who}`,
    "close the program, then try again; --force repairs all but a conversation at work",
  );
}
