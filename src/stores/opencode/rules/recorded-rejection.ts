import { defineRule } from "../../../rules/rule.js";
import { rulesOfError } from "../errors.js";

export const recordedRejection = defineRule({
  id: "recorded-rejection",
  family: "evidence",
  title: "a provider's refusal stored in the history",
  safety: "none",
  atMost: "info",
  effect: { effect: "cosmetic", severity: "info" },
  explanation: {
    what: "A reply in the session is the error of a provider that refused the request.",
    arises: "The host sent the damage that the other findings name.",
    repair: "None: the host does not send such a reply.",
    unknown: "Whether the damage was in the rows or in the request alone.",
  },
  detect: (conversation) =>
    conversation.messages.flatMap((message) => {
      const error = message.error;
      if (!error || (error.status !== undefined && (error.status < 400 || error.status >= 500))) return [];
      const rules = rulesOfError(error.message);
      if (rules.length === 0) return [];
      return [
        {
          row: message.row,
          message,
          evidence: {
            status: error.status,
            at: message.created ?? message.row.created,
            points: rules,
            model: message.model?.id,
          },
        },
      ];
    }),
});
