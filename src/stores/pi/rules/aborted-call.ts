import type { Message } from "../../../model/conversation.js";
import { pairCalls } from "../../../model/pairing.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

export const abortedCall = defineRule<PiConversation, PiEdits>({
  id: "aborted-call",
  family: "pairing",
  title: "answer that ended in an error, and whose tools ran",
  safety: "safe",
  stage: "called",
  action: "mark the answer as finished, so that its calls are sent with their results",
  explains: ["orphan-tool-result", "missing-tool-result", "misplaced-tool-result"],
  explanation: {
    what: "An answer ended in an error, or was stopped, and pi leaves it out of every later request. The results of its calls are sent all the same, and have no call then.",
    arises: "The connection broke after the calls had come, or the turn was stopped while the tools ran.",
    repair:
      "The answer is marked as one that called tools, as its results show; its error text goes to the journal.",
    unknown: "What else the model was about to say.",
  },
  detect({ messages }) {
    const { calls } = pairCalls(messages);
    const owners = new Map<Message, typeof calls>();
    for (const call of calls) {
      const message = messages[call.turn];
      if (message && /^(error|aborted)$/.test(message.finish ?? "") && call.result)
        owners.set(message, [...(owners.get(message) ?? []), call]);
    }
    return [...owners].map(([message, own]) => ({
      row: message.row,
      others: own.flatMap(({ block, result }) => [block.row, ...(result ? [result.block.row] : [])]),
      message,
      callId: own[0]?.block.id,
      evidence: { finish: message.finish, results: own.length },
    }));
  },
  mend({ message }, edits) {
    if (message) edits.finishAnswer(message);
  },
});
