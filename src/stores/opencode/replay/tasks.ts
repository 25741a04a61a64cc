import type { Message } from "../../../model/conversation.js";
import { type IsNewer, NEXT_PROMPT, newest } from "./order.js";

/** Prompts without a finished reply that is newer: what they ask for, the host runs before anything else. */
export function unansweredPrompts(messages: readonly Message[], isNewer: IsNewer): Message[] {
  const finished = newest(
    messages.filter(({ role, finish }) => role === "assistant" && Boolean(finish)),
    isNewer,
  );
  return messages.filter((message) => message.role === "user" && (!finished || isNewer(message, finished)));
}

/** So many prompts behind a subtask that brought no reply are no accident any more. */
const TRIED = 2;

/** `failed`: later prompts ran it again and ended with it. */
export function unansweredSubtasks(messages: readonly Message[], isNewer: IsNewer) {
  const prompts = unansweredPrompts(messages, isNewer).filter(({ row }) => row !== NEXT_PROMPT);
  return prompts.flatMap((message, at) => {
    const failed = prompts.length - 1 - at >= TRIED;
    return message.blocks.flatMap((block) => (block.kind === "subtask" ? [{ message, block, failed }] : []));
  });
}
