import { createHash } from "node:crypto";
import type { Block, CallBlock, Conversation, Message, ResultBlock, Row } from "../model/conversation.js";
import { callAtPlaceOf } from "../model/nameless.js";
import { once } from "../model/once.js";
import { type PlacedResult, pairCalls } from "../model/pairing.js";
import { plainId } from "../model/text.js";
import type { Edits, ResultEdits } from "./edits.js";

/**
 * Gives a call and its result a new id that no other call of the conversation has. `isRefused`: a provider refuses the
 * id itself, even if its characters are common ones.
 */
export function renamePair(
  conversation: Conversation,
  block: Block | undefined,
  edits: Edits,
  isRefused = false,
): void {
  if (!isCall(block)) return;
  const { callOf, callIds } = pairCalls(conversation.messages);
  const placed = callOf.get(block);
  const mint = isRefused && /^[a-zA-Z0-9_-]{0,64}$/.test(block.id) ? strictCallId : freshCallId;
  const id = mint(block.id, callIds, edits.claimed, isRefused);
  edits.claimed.add(id);
  edits.renameCall(block, placed?.result?.block, id);
}

/** An id that every provider accepts: the strictest one demands nine letters or digits. */
function strictCallId(wanted: string, used: ReadonlySet<string>, claimed: ReadonlySet<string>): string {
  // The search starts after the ids that were given out before.
  for (let number = claimed.size; ; number++) {
    const hex = createHash("sha256").update(`${wanted} ${number}`).digest("hex").slice(0, 9);
    if (!used.has(hex) && !claimed.has(hex)) return hex;
  }
}

/**
 * An id that no call of the conversation has: `<id>_2`, `<id>_3`, …, in at most 64 characters that providers accept.
 * `areAllRenamed`: calls with other ids that would be sent as this one are renamed too.
 */
function freshCallId(
  wanted: string,
  used: ReadonlySet<string>,
  claimed: ReadonlySet<string>,
  areAllRenamed: boolean,
): string {
  const base = plainId(wanted).slice(0, 54) || "call";
  const isFree = (id: string) => !used.has(id) && !claimed.has(id);
  const isAlone = areAllRenamed || (asSent(used).get(base) ?? 0) <= 1;
  if (base !== wanted && isAlone && isFree(base)) return base;
  for (let number = 2; ; number++) if (isFree(`${base}_${number}`)) return `${base}_${number}`;
}

/** How many ids become this one when a host sends them with plain characters. */
const asSent = once((ids: ReadonlySet<string>) => {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(plainId(id), (counts.get(plainId(id)) ?? 0) + 1);
  return counts;
});

/**
 * The open call that a result without an id answers: the one at its place among the calls directly before it, else the only
 * one before it, of the same tool where it names one. Null if no call can be told.
 */
export function openCallFor(conversation: Conversation, result: ResultBlock): CallBlock | null {
  const atPlace = callAtPlaceOf(conversation.messages, result);
  if (atPlace && atPlace.block.id !== "") return atPlace.block;
  const { calls, results } = pairCalls(conversation.messages);
  const turn = results.find((candidate) => candidate.block === result)?.turn ?? 0;
  const isSameTool = ({ name }: { name?: string }) => !result.name || name === result.name;
  const open = calls.filter((call) => !call.result && call.turn < turn && isSameTool(call.block));
  const rivals = results.filter((other) => other.block.id === "" && !other.call && isSameTool(other.block));
  const [call] = open;
  return call && open.length === 1 && rivals.length === 1 && call.block.id !== "" ? call.block : null;
}

export function moveBehindCall({ messages }: Conversation, row: Row, edits: ResultEdits): void {
  const result = pairCalls(messages).resultAt.get(row);
  if (result?.call) edits.moveResult(result);
}

/** The results of all calls in this message and in the assistant messages that directly follow it. */
export function batchOf(conversation: Conversation, message: Message): PlacedResult[] {
  const from = conversation.messages.indexOf(message);
  let until = from;
  while (conversation.messages[until + 1]?.role === "assistant") until++;
  return resultsOf(conversation, conversation.messages.slice(from, until + 1));
}

/** The results of the calls before a piece: in its message, and in the assistant messages directly before. */
export function resultsBefore(conversation: Conversation, message: Message, next: Block): PlacedResult[] {
  const until = conversation.messages.indexOf(message);
  let from = until;
  while (conversation.messages[from - 1]?.role === "assistant") from--;
  const own = message.blocks.slice(0, message.blocks.indexOf(next));
  return resultsOf(conversation, [...conversation.messages.slice(from, until), { blocks: own }]);
}

function resultsOf({ messages }: Conversation, turns: readonly Pick<Message, "blocks">[]): PlacedResult[] {
  const { callOf } = pairCalls(messages);
  return turns.flatMap(({ blocks }) =>
    blocks.filter(isCall).flatMap((call) => callOf.get(call)?.result ?? []),
  );
}

export function isCall(block: { kind: string } | undefined): block is CallBlock {
  return block?.kind === "call";
}
