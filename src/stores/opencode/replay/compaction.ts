import type { CompactionBlock, Message, Row } from "../../../model/conversation.js";
import { isDropped } from "../walk.js";
import { byPlace } from "./order.js";
import { unansweredPrompts } from "./tasks.js";
import type { Features } from "./versions.js";

/** Compaction markers that the host would run before anything else: no finished reply is newer. */
export function unansweredCompactions(
  messages: readonly Message[],
  isNewer = byPlace(messages),
): { message: Message; block: CompactionBlock }[] {
  return unansweredPrompts(messages, isNewer).flatMap((message) => {
    const block = compactionOf(message);
    return block ? [{ message, block }] : [];
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

/**
 * Rows of outputs that are no text, of which a compaction takes a piece: it leaves the last turn out, in most versions.
 */
export function unsliced(history: readonly Message[], marker: Message, features: Features): Row[] {
  if (!features.slicesOutputs) return [];
  const before = history.slice(0, history.indexOf(marker));
  const lastTurn = features.compactsLastTurn ? -1 : before.findLastIndex(({ role }) => role === "user");
  return before
    .slice(0, lastTurn < 0 ? before.length : lastTurn)
    .filter((message) => message.role === "assistant" && !isDropped(message))
    .flatMap(({ blocks }) => blocks)
    .filter((block) => block.kind === "call" && (block.output === "object" || block.output === "scalar"))
    .map(({ row }) => row);
}

/** The messages that are left after the newest finished compaction, its tail behind its summary (`filterCompacted`). */
export function cutAtCompaction(messages: readonly Message[], features: Features): readonly Message[] {
  if (!messages.some(compactionOf)) return messages;
  const kept = keptByCompaction(messages, features);
  return features.sanitises ? withTailBehindSummary(kept) : kept;
}

/**
 * The messages from the newest compaction marker with a finished summary on, or from the start of its tail; all messages
 * if there is no such marker.
 */
function keptByCompaction(messages: readonly Message[], features: Features): readonly Message[] {
  const done = new Set<string>();
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (!message) continue;
    if (message.role === "assistant" && message.summary && message.finish && message.parent)
      if (!message.error || !features.failedSummaryIgnored) done.add(message.parent);
    const marker = compactionOf(message);
    if (message.role !== "user" || !marker || !done.has(message.row.id)) continue;
    const { tail } = marker;
    if (!tail || tail === message.row.id || !features.keepsTail) return messages.slice(index);
    const start = messages.findIndex(({ row }) => row.id === tail);
    return start >= 0 && start < index ? messages.slice(start) : messages;
  }
  return messages;
}

/**
 * True if the messages were kept from a tail that begins inside a turn. Hosts that put the summary first then begin with
 * the summary.
 */
export function beginsInTail(sent: readonly Message[], features: Features): boolean {
  const first = sent[0];
  return !features.sanitises && first?.role === "assistant" && marksOfTail(sent, first).length > 0;
}

/** The marks of compactions whose tail begins with this message. */
export function marksOfTail(messages: readonly Message[], { row }: Message): CompactionBlock[] {
  return messages.flatMap((message) => compactionOf(message) ?? []).filter(({ tail }) => tail === row.id);
}

function withTailBehindSummary(messages: readonly Message[]): readonly Message[] {
  const at = messages.findLastIndex(
    (message) => message.role === "user" && compactionOf(message)?.tail !== undefined,
  );
  const mark = messages[at];
  if (!mark) return messages;
  const tail = compactionOf(mark)?.tail;
  const start = messages.findIndex(({ row }) => row.id === tail);
  const end = messages.findIndex(
    ({ summary, parent }, place) => place > at && summary && parent === mark.row.id,
  );
  if (start < 0 || start >= at || end < 0) return messages;
  return [...messages.slice(at, end + 1), ...messages.slice(start, at), ...messages.slice(end + 1)];
}
