import type { Editor } from "../../../files/editor.js";
import type { Block, CallBlock, Conversation, Message } from "../../../model/conversation.js";
import { largest } from "../../../model/numbers.js";
import { present } from "../../../model/present.js";
import { PART } from "../tables.js";
import { threadOf } from "../thread.js";
import { freshId } from "./new-ids.js";

const NO_TOKENS = { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };

/** Ends the step before `next` and begins another one with it: the rows that the host would have written. */
export function closeStep(conversation: Conversation, message: Message, next: Block, editor: Editor): void {
  const at = message.blocks.indexOf(next);
  const before = present(message.blocks[at - 1]);
  let low = before.row.id;
  if (before.kind !== "step-finish") {
    const finish = JSON.stringify({ type: "step-finish", reason: "tool-calls", cost: 0, tokens: NO_TOKENS });
    low = insertPart(conversation, message, low, next.row.id, finish, editor);
  }
  insertPart(conversation, message, low, next.row.id, JSON.stringify({ type: "step-start" }), editor);
}

/** Closes a pending or running tool as the host's replay reads it; input and partial output stay. */
export function closeTool(call: CallBlock, editor: Editor): void {
  const data = JSON.parse(editor.content(call.row) ?? "{}") as {
    state?: { time?: { start?: unknown }; metadata?: { output?: unknown } };
  };
  const started = data.state?.time?.start;
  const start = typeof started === "number" ? started : (call.row.created ?? 0);
  editor.set(call.row, "$.state.status", "error");
  editor.set(call.row, "$.state.error", "Tool execution was interrupted");
  editor.set(call.row, "$.state.time", { start, end: Math.max(start, call.row.updated ?? start) });
  editor.unset(call.row, "$.state.raw");
  if (data.state?.metadata?.output === "") editor.unset(call.row, "$.state.metadata.output");
  markInterrupted(call, editor);
}

/** Without this mark, hosts from 1.3.14 to 1.15.10 wait for the tool and ask the model again. */
export function markInterrupted(call: CallBlock, editor: Editor): void {
  const data = JSON.parse(editor.content(call.row) ?? "{}") as { state?: { metadata?: unknown } };
  if (data.state?.metadata === undefined || data.state.metadata === null)
    editor.set(call.row, "$.state.metadata", { interrupted: true });
  else editor.set(call.row, "$.state.metadata.interrupted", true);
}

/**
 * The end that opencode 1.14.51 and later give an interrupted reply. `aborted`: even where it has a finish.
 * The reply to a subtask also gets the finish that an abort leaves there: without one the host runs the subtask again.
 */
export function closeMessage(
  { messages }: Conversation,
  message: Message,
  editor: Editor,
  aborted: boolean,
): void {
  const times = message.blocks
    .flatMap(({ row }) => [row.updated, row.created])
    .filter((time) => time !== null);
  if (message.completed == null)
    editor.set(message.row, "$.time.completed", largest(times, message.created ?? message.row.created ?? 0));
  if ((aborted || message.finish === undefined) && !message.error)
    editor.set(message.row, "$.error", { name: "MessageAbortedError", data: { message: "Aborted" } });
  const prompt = threadOf(messages).byId.get(message.parent ?? "");
  if (message.finish === undefined && prompt?.blocks.some(({ kind }) => kind === "subtask"))
    editor.set(message.row, "$.finish", "tool-calls");
}

/** Inserts a part between two neighbours of a message, by id and by time; answers with its id. */
export function insertPart(
  conversation: Conversation,
  message: Message,
  low: string | null,
  high: string | null,
  data: string,
  editor: Editor,
): string {
  const neighbour =
    message.blocks.find((block) => block.row.id === low) ??
    message.blocks.find((block) => block.row.id === high);
  const time = neighbour?.row.created ?? message.row.created ?? 0;
  const floor = low ?? (high === null ? message.row.id.replace(/^msg/, "prt") : null);
  const id = freshId(editor, PART.name, floor, high);
  editor.insert(PART.name, {
    id,
    message_id: message.row.id,
    session_id: conversation.id,
    time_created: time,
    time_updated: time,
    data,
  });
  return id;
}
