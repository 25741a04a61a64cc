import type { CompactionBlock, Message } from "../../../model/conversation.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
import { idleCompactions, saysSomething, unansweredCompactions } from "../replay/compaction.js";
import { threadOf } from "../thread.js";

export const unansweredCompaction = defineRule({
  id: "unanswered-compaction",
  family: "state",
  title: "compaction that was never answered",
  inputs: ["opencode"],
  safety: "safe",
  harm: "its message is lost in the import to opencode 2",
  action: "remove the compaction marker",
  explanation: {
    what: "A compaction marker has no finished summary, so the host runs it before anything else: the next prompt is swallowed, or, where the marker is the host's own (`auto`), answered only after a summary that shortens nothing. The import to opencode 2 drops its whole message, also where later replies have put the marker to rest.",
    arises: "The summary was aborted or failed, or the process ended before it.",
    repair:
      "The marker goes to the journal, with the failed summary; text of the user in the same message stays.",
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
  repair({ conversation, message, row, evidence }, editor) {
    if (evidence.idle) {
      editor.remove(row);
      return;
    }
    for (const reply of threadOf(conversation.messages).repliesTo.get(message!.row.id) ?? [])
      if (reply.summary) editor.removeMessage(reply);
    if (saysSomething(message!)) editor.remove(row);
    else editor.removeMessage(message!);
  },
});

function damageOf({ message, block }: { message: Message; block: CompactionBlock }): Damage {
  return { row: block.row, others: [message.row], message, evidence: {} };
}
