import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const foreignMetadata = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "foreign-metadata",
  family: "storage",
  title: "metadata that no provider wrote",
  harm: "only the model that wrote the reply cannot be asked again",
  safety: "safe",
  stage: "complete",
  action: "take the keys out of the metadata",
  explanation: {
    what: "The metadata of a reply's text, thinking or tool holds something else than a record for each provider.",
    arises:
      "A plugin or another tool left a note there. The host sends it back to the model that wrote the reply, and the AI SDK refuses the whole prompt for it.",
    repair: "The keys are taken out; what they held goes to the journal.",
    unknown: "Whether the plugin looks for them.",
  },
  detect: ({ messages }) =>
    messages
      .filter(({ role }) => role === "assistant")
      .flatMap((message) =>
        message.blocks.flatMap((block) =>
          "foreignKeys" in block && block.foreignKeys
            ? [{ row: block.row, message, block, evidence: { keys: block.foreignKeys } }]
            : [],
        ),
      ),
  clears: ({ texts, thoughts, calls }) =>
    [texts, thoughts, calls].every((blocks) =>
      blocks.every(({ foreignKeys, noRecord }) => !foreignKeys && !noRecord),
    ),
  mend: ({ row, evidence }, edits) => edits.dropMetadata(row, evidence.keys as readonly string[]),
});
