import { missingToolResult as shared } from "../../../rules/missing-tool-result.js";
import { defineRule } from "../../../rules/rule.js";
import type { ClaudeConversation } from "../conversation.js";
import type { ClaudeEdits } from "../edits.js";
import { silentRows } from "../replay.js";

/** Claude Code closes the calls of the last answer by itself; a call further up that has no result is left out. */
export const missingToolResult = defineRule<ClaudeConversation, ClaudeEdits>({
  ...shared,
  harm: "the call is not sent either",
  action: "add a result behind the call that says it was lost",
  detect({ links, messages }) {
    const blocks = messages.flatMap((message) => message.blocks);
    const answered = new Set(blocks.flatMap((block) => (block.kind === "result" ? [block.id] : [])));
    const answers = new Map(links.map(({ row, message }) => [row, message?.answer]));
    const silent = new Set([...silentRows(links)].map(({ row }) => row));
    const last = messages.findLast(
      ({ role, row, error }) => role === "assistant" && !error && !silent.has(row),
    );
    const lastAnswer = last && answers.get(last.row);
    return messages.flatMap((message) =>
      message.blocks.flatMap((block) =>
        block.kind === "call" &&
        !answered.has(block.id) &&
        message !== last &&
        (lastAnswer === undefined || answers.get(message.row) !== lastAnswer)
          ? [{ row: block.row, message, block, callId: block.id, evidence: { tool: block.name } }]
          : [],
      ),
    );
  },
});
