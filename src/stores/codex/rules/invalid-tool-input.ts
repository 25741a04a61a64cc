import { invalidToolInput as shared } from "../../../rules/invalid-tool-input.js";
import { isCall } from "../../../rules/pairs.js";
import type { Damage, Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import type { CodexConversation } from "../session.js";

/** The service takes arguments that are cut off; the command is lost all the same, and other services refuse them. */
export const invalidToolInput: Rule<CodexConversation, CodexEdits> = {
  ...shared,
  action: "put the command back from the event that tells it, else keep the text as it is in an object",
  detect: ({ history, copies }) =>
    history.flatMap((message): Damage[] => {
      const block = message.blocks[0];
      if (!isCall(block) || block.input === "object" || block.input === "unquoted") return [];
      const isKnown = copies.commands.get(block.id)?.command !== undefined;
      const evidence = { found: block.input, isKnown };
      return [
        { row: block.row, message, block, callId: block.id, evidence, ...(isKnown && { variant: "known" }) },
      ];
    }),
  mend(target, edits) {
    if (isCall(target.block) && !edits.restoreInput(target.block)) shared.mend?.(target, edits);
  },
};
