import { pairCalls } from "../../../model/pairing.js";
import { misplacedToolResult as shared } from "../../../rules/misplaced-tool-result.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/** pi closes a call before the next message that is no result: a real result behind that message is sent as a second one. */
export const misplacedToolResult = defineRule<PiConversation, PiEdits>({
  ...shared,
  detect({ messages }) {
    return pairCalls(messages).results.flatMap(({ call, block, turn }) => {
      if (!call || messages.slice(call.turn + 1, turn).every(({ role }) => role === "tool")) return [];
      return [
        {
          row: block.row,
          others: [call.block.row],
          block,
          callId: block.id,
          evidence: { how: turn > call.turn ? "late" : "early", turnsApart: turn - call.turn },
        },
      ];
    });
  },
});
