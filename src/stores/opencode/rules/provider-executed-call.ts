import type { Conversation } from "../../../model/conversation.js";
import { type Context, defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { nextWireOf } from "../replay/models.js";
import { callsOf } from "../walk.js";

export const providerExecutedCall = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "provider-executed-call",
  family: "pairing",
  title: "call that ran at its provider",
  safety: "unsafe",
  stage: "named",
  action: "make it an ordinary call with the output that is stored",
  explanation: {
    what: "A tool was run by the provider itself (a web search). The host sends such a call without a result, which Chat Completions refuse; versions before 1.4.1 cannot send it at all.",
    arises:
      "The conversation was moved to a model behind Chat Completions, or to an older version of the host.",
    repair:
      "The mark `providerExecuted` is taken out: call and output are then sent as those of any other tool. That is safe where the conversation goes on over Chat Completions or on such a version; elsewhere the call is healthy.",
    unknown: "Whether the conversation will go back to the provider that ran the tool.",
  },
  detect(conversation, context) {
    if (!isRefused(conversation, context)) return [];
    return [...callsOf(conversation)]
      .filter(({ call }) => call.exempt && call.state !== "unknown")
      .map(({ message, call }) => ({
        row: call.row,
        block: call,
        message,
        callId: call.id,
        evidence: { tool: call.name },
        safety: "safe" as const,
      }));
  },
  check: (view, provider) =>
    provider.wire !== "openai-chat"
      ? []
      : view.pairing.calls
          .filter(({ block, result }) => block.exempt && !result)
          .map(({ block, turn }) => ({
            row: block.row,
            block,
            turn,
            callId: block.id,
            evidence: { tool: block.name },
            text: "missing-tool-result",
            elsewhere: "info" as const,
          })),
  clears: { call: ({ exempt }) => !exempt },
  mend: ({ row }, edits) => edits.dropMetadata(row, ["providerExecuted"]),
});

function isRefused(conversation: Conversation, { features }: Context): boolean {
  return (
    !features.executedApart ||
    !["anthropic", "openai-responses"].includes(nextWireOf(conversation.messages) ?? "")
  );
}
