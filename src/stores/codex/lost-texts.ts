import type { TextCopy } from "./copies.js";
import { eventOf, isRead, typeOf } from "./entry.js";
import type { CodexConversation } from "./session.js";

/** Texts that an event tells, and that no item of the history behind the last compaction says. */
export function lostTexts({ entries, copies, messages }: CodexConversation): TextCopy[] {
  const from = entries.findLastIndex((entry) => typeOf(entry) === "compacted" && isRead(entry));
  // Turns that the user took back are gone on purpose.
  if (entries.some((entry) => eventOf(entry, "thread_rolled_back") !== undefined)) return [];
  const said = messages.filter(({ type, at }) => type === "message" && at > from);
  const ids = new Set(
    said.flatMap(({ blocks }) => blocks.map((block) => ("itemId" in block ? block.itemId : undefined))),
  );
  const texts = new Map<string, number>();
  for (const { role, blocks } of said)
    count(texts, role, blocks.map((block) => ("text" in block ? block.text : "")).join(""));
  return copies.texts.filter(({ role, id, text, at }) => {
    const key = `${role} ${text}`;
    const left = texts.get(key) ?? 0;
    if (left > 0) texts.set(key, left - 1);
    return at > from && left === 0 && !(role === "assistant" && ids.has(id));
  });
}

function count(texts: Map<string, number>, role: string, text: string): void {
  const key = `${role} ${text}`;
  texts.set(key, (texts.get(key) ?? 0) + 1);
}
