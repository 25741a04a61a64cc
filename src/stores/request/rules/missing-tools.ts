import { speaks } from "../../../providers/providers.js";
import { defineRule } from "../../../rules/rule.js";

export const missingTools = defineRule({
  id: "missing-tools",
  family: "pairing",
  title: "tool calls in a request that declares no tool",
  safety: "none",
  onlyWhereItCounts: true,
  explanation: {
    what: "The history has tool calls or results, and the request declares no tools; Bedrock refuses that.",
    arises: "A client leaves the tools out for a summary or a title, or they were switched off.",
    repair:
      "None: the declarations stand beside the messages and are not stored in them. Send the tools again, or send the history without its calls.",
    unknown: "How the tools were declared.",
  },
  check: ({ turns, format, settings }, provider) => {
    if (!provider.needsTools || !settings || settings.tools !== null || !speaks(provider, format)) return [];
    for (const [turn, { blocks }] of turns.entries()) {
      const block = blocks.find(({ kind }) => kind === "call" || kind === "result");
      if (block) return [{ row: block.row, block, turn }];
    }
    return [];
  },
});
