import { missingToolResult as shared } from "../../../rules/missing-tool-result.js";
import type { Damage, Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import type { CodexMessage } from "../messages.js";
import { kindOf } from "../replay.js";
import type { CodexConversation } from "../session.js";

/** Codex closes a call without an output by itself: only an output that the file still tells is lost by it. */
export const missingToolResult: Rule<CodexConversation, CodexEdits> = {
  ...shared,
  action: "put the output back from the event that tells it",
  detect: ({ history, copies, messages }) => {
    // An output in a row that Codex passes over comes back with the row.
    const outputs = new Set(answersIn([...history, ...messages.filter(({ isRefused }) => isRefused)]));
    return history.flatMap((message): Damage[] => {
      const block = message.blocks[0];
      if (block?.kind !== "call" || block.exempt || outputs.has(`${kindOf(message.type)} ${block.id}`))
        return [];
      const output = copies.commands.get(block.id)?.output;
      if (!output) return [];
      const { row, id, name } = block;
      return [{ row, message, block, callId: id, evidence: { tool: name, length: output.length } }];
    });
  },
};

function answersIn(messages: readonly CodexMessage[]): string[] {
  return messages.flatMap(({ blocks, type }) =>
    blocks.flatMap((block) => (block.kind === "result" ? [`${kindOf(type)} ${block.id}`] : [])),
  );
}
