import type { Conversation, Message } from "../model/conversation.js";
import { type KnownError, rulesOfError } from "../providers/errors.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/**
 * Makes the rule for a store. `known`: the error texts that its conversations may have recorded; `isAborted`: true where the
 * error is the user's abort.
 */
export function recordedRejection<C extends Conversation>(
  known: readonly KnownError[],
  isAborted: (message: Message) => boolean = () => false,
): Rule<C> {
  const pointsOf = (text: string) => rulesOfError(text, known);
  const rejectionIn = (message: Message): Damage[] => {
    const { error, row, created, model } = message;
    if (!error || isAborted(message) || (error.status !== undefined && !isRefusal(error.status))) return [];
    const points = pointsOf(error.message);
    if (points.length === 0) return [];
    const evidence = { status: error.status, at: created ?? row.created, points, model: model?.id };
    return [{ row, message, evidence }];
  };
  return defineRule<C>({
    id: "recorded-rejection",
    family: "evidence",
    title: "a provider's refusal stored in the history",
    safety: "none",
    atMost: "info",
    effect: { effect: "cosmetic", severity: "info" },
    explanation: {
      what: "A reply in the session, or the answer that was recorded with a request, is the error of a provider that refused the request.",
      arises: "The host sent the damage that the other findings name.",
      repair: "None: the host does not send such a reply.",
      unknown: "Whether the damage was in the rows or in the request alone.",
    },
    detect: ({ messages, row, answer }) => [
      ...messages.flatMap(rejectionIn),
      ...(answer && isRefusal(answer.status)
        ? [{ row, evidence: { status: answer.status, at: null, points: pointsOf(answer.text) } }]
        : []),
    ],
    clears: { message: ({ message }) => rejectionIn(message).length === 0 },
  });
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}
