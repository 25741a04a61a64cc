import type { Message } from "../../../model/conversation.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
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
  detect: ({ messages }) => messages.flatMap(rejectionIn),
  clears: ({ message }) => rejectionIn(message).length === 0,
});

function rejectionIn(message: Message): Damage[] {
  const { error, row, created, model } = message;
  if (!error || (error.status !== undefined && (error.status < 400 || error.status >= 500))) return [];
  const points = rulesOfError(error.message);
  if (points.length === 0) return [];
  const evidence = { status: error.status, at: created ?? row.created, points, model: model?.id };
  return [{ row, message, evidence }];
}
