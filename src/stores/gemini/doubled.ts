import type { ResultBlock } from "../../model/conversation.js";
import type { GeminiMessage } from "./decode.js";
import type { GeminiConversation } from "./session.js";

/** Results that Gemini CLI would send a second time behind a reply, by the message that holds them. */
export function doubledResults({ messages }: GeminiConversation): Map<GeminiMessage, ResultBlock[]> {
  const doubled = new Map<GeminiMessage, ResultBlock[]>();
  let given = new Set<string>();
  let isBehindReply = false;
  for (const message of messages.filter(({ isSent }) => isSent)) {
    if (message.role === "assistant") given = new Set();
    // Only a reply holds results; what a second row behind user texts repeats is another damage.
    isBehindReply = message.role === "tool" || (isBehindReply && message.role === "user");
    if (!isBehindReply) continue;
    const surplus = resultsIn(message).filter(({ id }) => id !== "" && given.has(id));
    const twice = message.role === "tool" ? repeated(resultsIn(message)) : [];
    const all = [...new Set([...surplus, ...twice])];
    if (all.length > 0) doubled.set(message, all);
    for (const { id } of resultsIn(message)) given.add(id);
  }
  return doubled;
}

function resultsIn({ blocks }: GeminiMessage): ResultBlock[] {
  return blocks.filter((block): block is ResultBlock => block.kind === "result");
}

/** All but the first result of each id. */
function repeated(results: readonly ResultBlock[]): ResultBlock[] {
  return results.filter(({ id }, at) => id !== "" && results.findIndex((other) => other.id === id) < at);
}
