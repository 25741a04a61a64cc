import type { CompactionBlock, Message } from "../../../model/conversation.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import {
  idleCompactions,
  isFinishedSummary,
  saysSomething,
  unansweredCompactions,
} from "../replay/compaction.js";
import { threadOf } from "../thread.js";
import { isFinal, isMarker } from "../walk.js";

export const unansweredCompaction = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "unanswered-compaction",
  family: "state",
  title: "compaction that was never answered",
  safety: "safe",
  stage: "compacted",
  harm: "its message is lost in the import to opencode 2",
  action: "remove the compaction marker",
  explanation: {
    what: "A compaction marker has no finished summary, so the host runs it before anything else. The next prompt is swallowed; or, if the host itself wrote the marker (`auto`), it is answered only after a summary that shortens nothing. The import to opencode 2 drops the whole message of the marker, even if later replies have settled it.",
    arises: "The summary was aborted or failed, or the process ended before it.",
    repair:
      "The marker and the failed summary are moved to the journal. A text of the user in the same message stays.",
    unknown: "Nothing: the next compaction is made when it is needed.",
  },
  detect: ({ messages }) => [
    ...unansweredCompactions(messages).map((one) => ({
      ...damageOf(one),
      ...(one.block.auto && { variant: "auto", evidence: { auto: true } }),
    })),
    ...idleCompactions(messages).map((one) => ({
      ...damageOf(one),
      variant: "idle",
      evidence: { idle: true },
    })),
  ],
  clears: {
    message({ message, rest }, { previous }) {
      const isAsked = rest.some(({ kind }) => kind === "compaction");
      if (message.role === "user") return !isAsked || isMarker(message);
      if (isAsked) return false;
      const { summary, parent, finish } = message;
      return !summary || (parent === previous?.row.id && isFinishedSummary(message) && isFinal(finish));
    },
  },
  mend({ conversation, message, row, evidence }, edits) {
    if (!message || evidence.idle) {
      edits.removePart(row);
      return;
    }
    for (const reply of threadOf(conversation.messages).repliesTo.get(message.row.id) ?? [])
      if (reply.summary) edits.removeMessage(reply);
    if (saysSomething(message)) edits.removePart(row);
    else edits.removeMessage(message);
  },
});

function damageOf({ message, block }: { message: Message; block: CompactionBlock }): Damage {
  return { row: block.row, others: [message.row], message, evidence: {} };
}
