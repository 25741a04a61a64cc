import { orphanToolResult as shared } from "../../../rules/orphan-tool-result.js";
import { defineRule } from "../../../rules/rule.js";
import type { ClaudeConversation } from "../conversation.js";
import type { ClaudeEdits } from "../edits.js";

/** Claude Code leaves a result without its call out. */
export const orphanToolResult = defineRule<ClaudeConversation, ClaudeEdits>({
  ...shared,
  harm: "the result is not sent",
  action: "tell the output as a text, without its call",
  detect({ messages }) {
    const calls = new Set<string>();
    return messages.flatMap((message) => {
      for (const block of message.blocks) if (block.kind === "call") calls.add(block.id);
      return message.blocks.flatMap((block) =>
        block.kind === "result" && !calls.has(block.id)
          ? [
              {
                row: block.row,
                message,
                block,
                callId: block.id,
                evidence: { length: block.text?.length ?? null },
              },
            ]
          : [],
      );
    });
  },
});
