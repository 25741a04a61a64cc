import { type Damage, defineRule } from "./rule.js";

export const mismatchedColumn = defineRule({
  id: "mismatched-column",
  family: "storage",
  title: "column that differs from the content",
  harm: "harmless while the two are near",
  inputs: ["opencode", "instatic"],
  safety: "safe",
  action: "set the column from the content",
  explanation: {
    what: "A column (time, or call id) says something else than the row's own content.",
    arises: "An import, or an edit of one of the two.",
    repair: "The content wins, as in the host's replay; the column follows.",
    unknown: "Nothing.",
  },
  detect: (conversation) =>
    conversation.messages.flatMap((message): Damage[] => {
      if (message.unreadable) return [];
      if (conversation.store === "instatic") {
        const call = message.blocks.find((block) => block.kind === "call");
        if (!call || call.id === message.callIdColumn) return [];
        return [
          {
            row: message.row,
            message,
            callId: call.id,
            evidence: { column: message.callIdColumn, content: call.id },
          },
        ];
      }
      if (message.created === null || message.row.created === null || message.created === message.row.created)
        return [];
      return [
        { row: message.row, message, evidence: { column: message.row.created, content: message.created } },
      ];
    }),
  repair({ conversation, message, row }, editor) {
    const call = message?.blocks.find((block) => block.kind === "call");
    if (conversation.store === "instatic") editor.column(row, "tool_call_id", call?.id ?? null);
    else editor.column(row, "time_created", message!.created);
  },
});
