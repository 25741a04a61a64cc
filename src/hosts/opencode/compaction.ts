import type { CompactionBlock, Message } from "../../model/conversation.js";
import { byPlace, newest } from "./order.js";
import type { Features } from "./versions.js";

/** Compaction markers that the host would run before anything else: no finished reply is newer. */
export function unansweredCompactions(
  messages: readonly Message[],
  isNewer = byPlace(messages),
): { message: Message; block: CompactionBlock }[] {
  const finished = newest(
    messages.filter(({ role, finish }) => role === "assistant" && Boolean(finish)),
    isNewer,
  );
  return messages.flatMap((message) => {
    const block = compactionOf(message);
    const isOpen = message.role === "user" && (!finished || isNewer(message, finished));
    return isOpen && block ? [{ message, block }] : [];
  });
}

/** Markers that the host no longer runs and that never had a good summary, in a message that says something too. */
export function idleCompactions(
  messages: readonly Message[],
): { message: Message; block: CompactionBlock }[] {
  const open = new Set(unansweredCompactions(messages).map(({ message }) => message));
  const summarised = new Set(messages.filter(isFinishedSummary).map(({ parent }) => parent));
  return messages.flatMap((message) => {
    const block = compactionOf(message);
    const idle = message.role === "user" && !open.has(message) && !summarised.has(message.row.id);
    return block && idle && saysSomething(message) ? [{ message, block }] : [];
  });
}

export function isFinishedSummary({ summary, finish, error }: Message): boolean {
  return summary === true && Boolean(finish) && !error;
}

export function saysSomething(message: Message): boolean {
  return message.blocks.some(({ kind }) => kind === "text" || kind === "media");
}

function compactionOf(message: Message): CompactionBlock | undefined {
  return message.blocks.find((block): block is CompactionBlock => block.kind === "compaction");
}

/** The messages that are left after the newest finished compaction, the marker and its summary first. */
export function cutAtCompaction(messages: readonly Message[], features: Features): readonly Message[] {
  const done = new Set<string>();
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index]!;
    if (message.role === "assistant" && message.summary && message.finish && message.parent)
      if (!features.failedSummaryIgnored || !message.error) done.add(message.parent);
    const marker = compactionOf(message);
    if (message.role !== "user" || !marker || !done.has(message.row.id)) continue;
    if (!features.sanitises || marker.tail === undefined) return messages.slice(index);
    const tail = messages.findIndex((candidate) => candidate.row.id === marker.tail);
    if (tail < 0) return messages;
    const summary = messages.findIndex(
      (candidate) => candidate.summary && candidate.parent === message.row.id,
    );
    const kept = [index, summary].filter((at) => at >= 0);
    return [
      ...kept.map((at) => messages[at]!),
      ...messages.filter((_, at) => at >= tail && !kept.includes(at)),
    ];
  }
  return messages;
}
