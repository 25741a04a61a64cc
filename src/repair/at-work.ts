import type { Conversation } from "../model/conversation.js";
import { largest } from "../model/numbers.js";
import type { Reader } from "../stores/reader.js";
import type { SessionPlan } from "./plan.js";

const IN_FLIGHT_MS = 10 * 60_000;

/** Conversations whose last turn is open and was written to within ten minutes are not touched. */
export function leaveAtWork(
  reader: Reader,
  sessions: readonly SessionPlan[],
): { sessions: readonly SessionPlan[]; inFlight: string[] } {
  const now = Date.now();
  const inFlight = new Set<string>();
  for (const { session } of sessions) {
    const handle = session === null ? null : reader.handleOf(session);
    if (session !== null && handle !== null && isAtWork(reader.read(handle), now)) inFlight.add(session);
  }
  return {
    sessions: sessions.filter(({ session }) => session === null || !inFlight.has(session)),
    inFlight: [...inFlight],
  };
}

function isAtWork({ messages, updated }: Conversation, now: number): boolean {
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
