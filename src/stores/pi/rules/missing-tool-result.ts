import { pairCalls } from "../../../model/pairing.js";
import { missingToolResult as shared } from "../../../rules/missing-tool-result.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/**
 * A call that was never answered is closed at every request, and nothing is wrong with that. An answer directly behind it
 * shows that a result was there.
 */
export const missingToolResult = defineRule<PiConversation, PiEdits>({
  ...shared,
  detect({ messages }) {
    return pairCalls(messages).calls.flatMap(({ block, turn, result }) => {
      if (result || messages[turn]?.error) return [];
      const next = messages.find(({ role }, at) => at > turn && role !== "tool");
      if (next?.role !== "assistant") return [];
      return [{ row: block.row, block, callId: block.id, evidence: { tool: block.name } }];
    });
  },
});
