import type { TextCopy } from "./copies.js";
import { type CodexEntry, eventOf, isRead, typeOf } from "./entry.js";
import { endOfTurn, gapBetween, startOfTurn } from "./gaps.js";
import type { CodexConversation } from "./session.js";

/** Characters by which a text is known again: items may say more than the event. */
const KNOWN_BY = 200;

/**
 * Texts that an event tells, and that no item of the history behind the last compaction says. Only in a turn that lost a
 * row: its numbers leave one out, or a line of it cannot be read.
 */
export function lostTexts({ entries, copies, messages }: CodexConversation): TextCopy[] {
  const from = entries.findLastIndex((entry) => typeOf(entry) === "compacted" && isRead(entry));
  // Turns that the user took back are gone on purpose.
  if (entries.some((entry) => eventOf(entry, "thread_rolled_back") !== undefined)) return [];
  const said = messages.filter(({ type, at }) => type === "message" && at > from);
  const starts = new Set<string>();
  const texts: string[] = [];
  for (const { role, blocks } of said)
    for (const block of blocks) {
      if (block.kind !== "text") continue;
      starts.add(`${role} ${startOf(block.text ?? "")}`);
      texts.push(`${role} ${block.text ?? ""}`);
    }
  const isSaid = ({ role, text }: TextCopy) =>
    starts.has(`${role} ${startOf(text)}`) ||
    texts.some((other) => other.startsWith(role) && other.includes(startOf(text)));
  return copies.texts.filter((copy) => copy.at > from && !isSaid(copy) && hasLostRow(entries, copy.at));
}

function startOf(text: string): string {
  return text.slice(0, KNOWN_BY);
}

function hasLostRow(entries: readonly CodexEntry[], at: number): boolean {
  const start = startOfTurn(entries, at);
  const end = endOfTurn(entries, at);
  const isBroken = ({ broken }: CodexEntry) => broken !== undefined;
  return gapBetween(entries, start, end) !== undefined || entries.slice(start, end + 1).some(isBroken);
}
