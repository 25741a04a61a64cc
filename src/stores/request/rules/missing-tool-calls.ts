import { blocksOf, type Conversation } from "../../../model/conversation.js";
import type { ResultEdits } from "../../../rules/edits.js";
import { defineRule } from "../../../rules/rule.js";

export const missingToolCalls = defineRule<Conversation, ResultEdits>({
  id: "missing-tool-calls",
  family: "pairing",
  title: "every tool call of the request is lost",
  safety: "unsafe",
  effect: { effect: "lost", severity: "error" },
  stage: "called",
  action: "restore the calls from the database that sent them (--from), or remove the results (--unsafe)",
  explains: ["orphan-tool-result", "role-order"],
  explanation: {
    what: "The request has tool results with ids, but none of its assistant messages carries a tool call.",
    arises: "The layer between host and provider dropped the `tool_calls` of the assistant messages.",
    repair:
      "With --from, the calls come back from the host's database by id, name and input. Without it, the results can only be removed.",
    unknown: "Without the database: the tools that were called, and their inputs.",
  },
  detect(conversation) {
    const results = blocksOf(conversation.messages, "result").filter(({ block }) => !block.exempt);
    const firstAssistant = conversation.messages.findIndex((message) => message.role === "assistant");
    const spoken = results.some(({ turn }) => turn > firstAssistant);
    if (firstAssistant < 0 || !spoken || blocksOf(conversation.messages, "call").length > 0) return [];
    const byRole = (role: string) => conversation.messages.filter((message) => message.role === role).length;
    if (byRole("tool") === 0) return [];
    return [
      {
        row: conversation.row,
        others: results.map(({ block }) => block.row),
        evidence: {
          messages: conversation.messages.length,
          roles: {
            system: byRole("system"),
            user: byRole("user"),
            assistant: byRole("assistant"),
            tool: byRole("tool"),
          },
          assistantWithToolCalls: 0,
          calls: 0,
          results: results.length,
          orphans: results.length,
        },
      },
    ];
  },
  mend({ conversation }, edits) {
    for (const { block } of blocksOf(conversation.messages, "result"))
      if (!edits.restoreCall?.(block)) edits.drop(block);
  },
});
