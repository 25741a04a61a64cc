import type { Conversation } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const unknownToolReference = defineRule<Conversation, RequestEdits>({
  id: "unknown-tool-reference",
  family: "pairing",
  title: "result that refers to a tool that is not declared",
  safety: "safe",
  stage: "kept",
  action: "put a text in the place of the reference",
  explanation: {
    what: "A tool's result names tools for the model to load, and the request does not declare one of them.",
    arises: "A tool search found a tool of a server that was gone when the next request was sent.",
    repair: "A text in the place of the reference says that the tool is not available.",
    unknown: "Whether the tool will come back.",
  },
  check: ({ turns, settings }, provider) => {
    const { tools, hasUnnamedTools } = settings ?? {};
    if (!provider.checksToolReferences || !tools || hasUnnamedTools) return [];
    // Values that cannot be names of tools are not looked up.
    const isMissing = (name: string) => provider.names?.test(name) !== false && !tools.includes(name);
    return turns.flatMap((turn, index) =>
      turn.blocks.flatMap((block) => {
        if (block.kind !== "result") return [];
        const missing = block.references?.filter(isMissing) ?? [];
        return missing.length > 0
          ? [{ row: block.row, block, turn: index, callId: missing[0], evidence: { missing } }]
          : [];
      }),
    );
  },
  mend({ row, evidence }, edits) {
    if (Array.isArray(evidence.missing)) edits.dropReferences(row, evidence.missing);
  },
});
