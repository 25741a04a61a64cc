import { createHash } from "node:crypto";
import type { Block, CallBlock, Conversation, Message, ResultBlock, Row } from "../model/conversation.js";
import { callAtPlaceOf } from "../model/nameless.js";
import { type PlacedResult, pairCalls } from "../model/pairing.js";
import { plainId } from "../model/text.js";
import type { Edits, ResultEdits } from "./edits.js";

/**
 * Gives a call and its result a new id that no other call of the conversation has. `isRefused`: the id itself is
 * refused, however well it looks.
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
  const id = mint(block.id, callIds, edits.claimed);
  edits.claimed.add(id);
  edits.renameCall(block, placed?.result?.block, id);
}

/** What every provider takes: the strictest wants nine letters or digits. */
function strictCallId(wanted: string, used: ReadonlySet<string>, claimed: ReadonlySet<string>): string {
  // Ids that were given out are passed over at once.
  for (let number = claimed.size; ; number++) {
    const hex = createHash("sha256").update(`${wanted} ${number}`).digest("hex").slice(0, 9);
    if (!used.has(hex) && !claimed.has(hex)) return hex;
  }
}

/** An id that no call of the conversation has: `<id>_2`, `<id>_3`, …, at most 64 characters of those that providers take. */
function freshCallId(wanted: string, used: ReadonlySet<string>, claimed: ReadonlySet<string>): string {
  const base = plainId(wanted).slice(0, 54) || "call";
  const isFree = (id: string) => !used.has(id) && !claimed.has(id);
  if (base !== wanted && isFree(base)) return base;
  for (let number = 2; ; number++) if (isFree(`${base}_${number}`)) return `${base}_${number}`;
}

/**
 * The open call that a result without an id answers: the one at its place among the calls directly before it, else the only
 * one before it, of the same tool where it names one. Null where nothing tells.
 */
export function openCallFor(conversation: Conversation, result: ResultBlock): CallBlock | null {
  const atPlace = callAtPlaceOf(conversation.messages, result);
  if (atPlace && atPlace.block.id !== "") return atPlace.block;
  const { calls, results } = pairCalls(conversation.messages);
  const placed = results.find((candidate) => candidate.block === result)!;
  const isSameTool = ({ name }: { name?: string }) => !result.name || name === result.name;
  const open = calls.filter((call) => !call.result && call.turn < placed.turn && isSameTool(call.block));
  const rivals = results.filter((other) => other.block.id === "" && !other.call && isSameTool(other.block));
  return open.length === 1 && rivals.length === 1 && open[0]!.block.id !== "" ? open[0]!.block : null;
}

export function moveBehindCall({ messages }: Conversation, row: Row, edits: ResultEdits): void {
  const result = pairCalls(messages).resultAt.get(row);
  if (result?.call) edits.moveResult(result);
}

/** The results of the calls that stand together with those of this message. */
export function batchOf(conversation: Conversation, message: Message): PlacedResult[] {
  const from = conversation.messages.indexOf(message);
  let until = from;
  while (conversation.messages[until + 1]?.role === "assistant") until++;
  return resultsOf(conversation, conversation.messages.slice(from, until + 1));
}

/** The results of the calls that stand before a piece, in its message and in those of the assistant right before. */
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
