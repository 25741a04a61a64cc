import { defineRule } from "../../../rules/rule.js";
import { byPlace } from "../replay/order.js";
import { unansweredSubtasks } from "../replay/tasks.js";
import { inFlight } from "../walk.js";

export const unansweredSubtask = defineRule({
  id: "unanswered-subtask",
  family: "state",
  title: "subtask that the host would run again",
  harm: "the next prompt runs it again first",
  inputs: ["opencode"],
  safety: "unsafe",
  action: "make it the prompt that it was",
  explanation: {
    what: "A subtask has no finished reply, so that the host runs it before anything else. Where its agent or its model is gone, that fails, and every prompt with it.",
    arises:
      "The process was killed while the subtask ran, or it names an agent or a model that is not configured.",
    repair:
      "A reply that began is closed (`stuck-tool`, `incomplete-message`), and the host goes on. Where none began, the subtask's words become a prompt. That is safe where later prompts have failed at it; otherwise the host may still run it.",
    unknown: "Whether its agent and its model are configured: the database does not hold that.",
  },
  detect: (conversation, context) => {
    const { messages } = conversation;
    if (messages.length > 0 && inFlight(conversation, messages.at(-1)!, context)) return [];
    return unansweredSubtasks(messages, byPlace(messages)).map(({ message, block, failed }) => ({
      row: block.row,
      others: [message.row],
      message,
      evidence: { failed },
      ...(failed && { safety: "safe" as const }),
    }));
  },
  repair({ row }, editor) {
    const { prompt, description } = JSON.parse(editor.content(row)!) as Record<string, string>;
    editor.replace(row, JSON.stringify({ type: "text", text: prompt || description }));
  },
});
