import type { Row, Turn } from "../../model/conversation.js";
import { foldTurns } from "../../model/pairing.js";
import { textBlock } from "../../model/text.js";
import type { GeminiMessage } from "./decode.js";
import type { GeminiConversation } from "./session.js";

const INTERRUPTED = "[The previous response was interrupted before it completed.]";

/** The row of what the host adds by itself. */
const ADDED: Row = {
  table: "message",
  holds: "message",
  id: "next-prompt",
  created: null,
  updated: null,
  size: 0,
};

/** The request of the next prompt: the context that each start writes anew, the history, the prompt. */
export function geminiTurns({ messages }: GeminiConversation): Turn[] {
  const sent = messages.filter(({ isSent }) => isSent);
  const last = sent.at(-1);
  const endsInResult = last !== undefined && last.role !== "assistant" && hasResult(last);
  return foldTurns([
    added("user", "<session_context>"),
    ...curated(sent).map(asTurn),
    ...(endsInResult ? [added("assistant", INTERRUPTED)] : []),
    added("user", "continue"),
  ]);
}

function added(role: "user" | "assistant", text: string): Turn {
  return { role, row: null, blocks: [textBlock(ADDED, text)] };
}

function hasResult({ blocks }: Turn): boolean {
  return blocks.some(({ kind }) => kind === "result");
}

/** Leaves out every run of replies in which one has an empty part. */
function curated(messages: readonly GeminiMessage[]): GeminiMessage[] {
  return messages.filter((message, at) => {
    if (message.role !== "assistant") return true;
    let from = at;
    while (messages[from - 1]?.role === "assistant") from--;
    let until = at;
    while (messages[until + 1]?.role === "assistant") until++;
    return messages.slice(from, until + 1).every(({ isValid }) => isValid);
  });
}

/** Results are said by the user; thinking is never sent back, nor is an empty text. */
function asTurn({ role, row, blocks }: GeminiMessage): Turn {
  const sent = blocks.filter(
    (block) => block.kind !== "thinking" && !(block.kind === "text" && block.length === 0),
  );
  return { role: role === "assistant" ? "assistant" : "user", row, blocks: sent };
}
