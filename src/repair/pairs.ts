import type { Block, CallBlock, Conversation, Message, ResultBlock, Row } from "../model/conversation.js";
import { type PlacedResult, pairCalls } from "../model/pairing.js";
import { type Editor, freshCallId, isCall } from "./editor.js";
import { editsFor } from "./store-edits.js";

/** Gives a call and its result a new id that no other call of the conversation has. */
export function renamePair(conversation: Conversation, block: Block | undefined, editor: Editor): void {
  if (!isCall(block)) return;
  const { callOf, callIds } = pairCalls(conversation.messages);
  const placed = callOf.get(block);
  const id = freshCallId(block.id === "" ? "call" : block.id, callIds, editor.claimed);
  editor.claimed.add(id);
  editsFor(conversation, editor).renameCall(block, placed?.result?.block, id);
}

/** The one open call of the same tool before a result without an id; null where there are several or none. */
export function onlyOpenCall(conversation: Conversation, result: ResultBlock): CallBlock | null {
  const { calls, results } = pairCalls(conversation.messages);
  const placed = results.find((candidate) => candidate.block === result)!;
  const open = calls.filter(
    (call) => !call.result && call.turn < placed.turn && call.block.name === result.name,
  );
  const rivals = results.filter(
    (other) => other.block.id === "" && !other.call && other.block.name === result.name,
  );
  return open.length === 1 && rivals.length === 1 && open[0]!.block.id !== "" ? open[0]!.block : null;
}

export function moveBehindCall(conversation: Conversation, row: Row, editor: Editor): void {
  const result = pairCalls(conversation.messages).resultAt.get(row);
  if (!result?.call) return;
  const message = conversation.messages[result.call.turn]!;
  const order = message.blocks.indexOf(result.call.block);
  editor.column(row, "position", message.position + 0.25 + order / 1000);
}

/** The results of the calls that stand together with those of this message. */
export function batchOf(conversation: Conversation, message: Message): PlacedResult[] {
  const { calls } = pairCalls(conversation.messages);
  const from = conversation.messages.indexOf(message);
  let until = from;
  while (conversation.messages[until + 1]?.role === "assistant") until++;
  return calls
    .filter((call) => call.turn >= from && call.turn <= until)
    .flatMap((call) => (call.result ? [call.result] : []));
}
