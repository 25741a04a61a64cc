import { orphanToolResult as shared } from "../../../rules/orphan-tool-result.js";
import type { Damage, Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import { kindOf } from "../replay.js";
import type { CodexConversation } from "../session.js";

/** Codex leaves an output without a call out: the service never sees it. */
export const orphanToolResult: Rule<CodexConversation, CodexEdits> = {
  ...shared,
  action: "put the call back from the event that tells it, else tell the output as a text",
  detect: ({ history, copies }) => {
    const calls = new Set(
      history.flatMap(({ blocks, type }) =>
        blocks.flatMap((block) => (block.kind === "call" ? [`${kindOf(type)} ${block.id}`] : [])),
      ),
    );
    return history.flatMap((message): Damage[] => {
      const block = message.blocks[0];
      if (block?.kind !== "result" || block.exempt || calls.has(`${kindOf(message.type)} ${block.id}`))
        return [];
      const isKnown = copies.commands.get(block.id)?.command !== undefined;
      return [{ row: block.row, message, block, callId: block.id, evidence: { isKnown } }];
    });
  },
};
