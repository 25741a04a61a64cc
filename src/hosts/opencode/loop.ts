import type { Message, Row } from "../../model/conversation.js";
import { CLOCK_SLACK, isFinal } from "../../rules/walk.js";
import type { Stop } from "../replay.js";
import { unansweredCompactions } from "./compaction.js";
import type { Features } from "./versions.js";

/** Stands for the row of the prompt that the user would send next. */
export const NEXT_PROMPT: Row = {
  table: "message",
  id: "next-prompt",
  created: null,
  updated: null,
  size: 0,
};

/** A prompt comes this much after what it follows (ms). */
const NEXT = 1000;

/** The history with the next prompt where the host would read it: by time, behind all that is not in the future. */
export function withNextPrompt(messages: readonly Message[], clock: number): readonly Message[] {
  const now = messages.reduce(
    (latest, { row: { created } }) =>
      created !== null && created <= clock + CLOCK_SLACK ? Math.max(latest, created + NEXT) : latest,
    clock,
  );
  const prompt: Message = {
    role: "user",
    row: NEXT_PROMPT,
    position: messages.length,
    created: now,
    blocks: [{ kind: "text", row: NEXT_PROMPT, text: "continue", length: 8, blank: false }],
  };
  const at = messages.findIndex((message) => (message.row.created ?? 0) > now);
  return at < 0 ? [...messages, prompt] : [...messages.slice(0, at), prompt, ...messages.slice(at)];
}

/** Whether the run loop reaches the provider, and stops after its answer. */
export function runLoop(history: readonly Message[], features: Features): Stop | undefined {
  const compaction = unansweredCompactions(history)[0];
  if (compaction)
    return {
      verdict: "swallowed",
      rule: "unanswered-compaction",
      rows: [compaction.block.row, compaction.message.row],
    };
  return features.loopByTime ? loopByTime(history, features) : loopByPosition(history, features);
}

function loopByTime(history: readonly Message[], features: Features): Stop | undefined {
  const user = latest(history, "user");
  const assistant = latest(history, "assistant");
  if (!user || !assistant) return undefined;
  if (isAnswered(assistant, features) && assistant.parent === user.row.id)
    return { verdict: "swallowed", rule: "future-timestamp", rows: [user.row, assistant.row] };
  // A reply in the future stays the latest one: the loop never sees that the prompt is answered.
  if ((assistant.created ?? 0) > nowOf(history))
    return { verdict: "loop", rule: "future-timestamp", rows: [assistant.row] };
  return undefined;
}

function loopByPosition(history: readonly Message[], features: Features): Stop | undefined {
  const user = history.findLast((message) => message.role === "user");
  const assistant = history.findLast((message) => message.role === "assistant");
  if (!user || !assistant) return undefined;
  const now = nowOf(history);
  const userId = user.row === NEXT_PROMPT ? idAt(now) : user.row.id;
  const ahead = [user.row, assistant.row].filter(({ created }) => (created ?? 0) > now);
  if (isAnswered(assistant, features) && userId < assistant.row.id)
    return ahead.length > 0
      ? { verdict: "swallowed", rule: "future-timestamp", rows: ahead }
      : { verdict: "swallowed", rule: "id-order", rows: [assistant.row] };
  // A reply in the future stays the last one: the loop never sees that the prompt is answered.
  return ahead.includes(assistant.row)
    ? { verdict: "loop", rule: "future-timestamp", rows: [assistant.row] }
    : undefined;
}

function isAnswered(assistant: Message, features: Features): boolean {
  if (!isFinal(assistant.finish)) return false;
  if (!features.toolsKeepLoop) return true;
  return !assistant.blocks.some(
    (block) =>
      block.kind === "call" &&
      !block.exempt &&
      !(features.interruptedEndsLoop && block.state === "error" && block.interrupted),
  );
}

function latest(history: readonly Message[], role: string): Message | undefined {
  return history
    .filter((message) => message.role === role)
    .reduce<Message | undefined>(
      (best, message) => (!best || (message.created ?? 0) >= (best.created ?? 0) ? message : best),
      undefined,
    );
}

function nowOf(history: readonly Message[]): number {
  return history.find((message) => message.row === NEXT_PROMPT)!.created!;
}

/** The id that the host would mint now: the low 48 bits of ms * 4096. */
function idAt(now: number): string {
  return `msg_${((BigInt(now) * 4096n + 1n) & 0xffffffffffffn).toString(16).padStart(12, "0")}`;
}
