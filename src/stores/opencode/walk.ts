import type { Block, CallBlock, Conversation, Message } from "../../model/conversation.js";
import { largest } from "../../model/numbers.js";
import type { Context } from "../../rules/rule.js";

/** After this time (ms) an open turn counts as abandoned although a process holds the database. */
const IN_FLIGHT_MS = 10 * 60_000;

/** Clocks of two machines differ by this much without harm (ms). */
export const CLOCK_SLACK = 5 * 60_000;

export function assistants(conversation: Conversation): Message[] {
  return conversation.messages.filter((message) => message.role === "assistant");
}

/** Every tool call row of the assistant messages, with its message. */
export function* callsOf(conversation: Conversation): Generator<{ message: Message; call: CallBlock }> {
  for (const message of assistants(conversation))
    for (const block of message.blocks) if (block.kind === "call") yield { message, call: block };
}

export function isContent(block: Block): boolean {
  return (block.kind === "text" && !block.ignored) || block.kind === "thinking";
}

/** The newest turn of a database in use, written to within ten minutes: still at work, not damaged. */
export function inFlight(conversation: Conversation, message: Message, context: Context): boolean {
  if (!context.live || message !== conversation.messages.at(-1)) return false;
  const touched = [message.row, ...message.blocks.map((block) => block.row)].map(
    (row) => row.updated ?? row.created ?? 0,
  );
  return context.now - largest(touched) < IN_FLIGHT_MS;
}

/** True if the host does not send the message. */
export function isDropped(message: Message): boolean {
  if (message.blocks.length === 0) return true;
  if (!message.error) return false;
  if (message.error.name !== "MessageAbortedError") return true;
  return message.blocks.every((block) => block.kind === "step-start" || block.kind === "thinking");
}

export function isFinal(finish: string | undefined): boolean {
  return finish !== undefined && finish !== "tool-calls" && finish !== "unknown";
}

export const ABORTED = "Tool execution aborted";

/** The prompt that a reply most likely answers; one with an id of another kind would not be taken as a parent. */
export function promptBefore(conversation: Conversation, message: Message): Message | undefined {
  const { messages } = conversation;
  for (let at = Math.min(message.position, messages.length) - 1; at >= 0; at--) {
    const prompt = messages[at];
    if (prompt?.role === "user" && prompt.row.id.startsWith("msg")) return prompt;
  }
  return undefined;
}

export function isAborted({ error }: Message): boolean {
  return error?.name === "MessageAbortedError";
}

/** True for a prompt that asks for nothing but a summary. */
export function isMarker({ role, blocks }: Message): boolean {
  return role === "user" && blocks.length === 1 && blocks[0]?.kind === "compaction";
}

/** True if a reply holds nothing that the host could send. */
export function saysNothing({ blocks }: Message): boolean {
  return blocks.every(({ kind }) => kind === "ignored" || kind === "step-start" || kind === "step-finish");
}
