import type { Traced } from "../../../model/conversation.js";
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
  action: "remove these keys from the metadata",
  explanation: {
    what: "The metadata of a reply's text, thinking or tool call has a key whose value is not an object. A provider always writes an object.",
    arises:
      "A plugin or another tool left a note there. The host sends the metadata back to the model that wrote the reply, and the AI SDK then refuses the whole prompt.",
    repair: "The keys are removed; their values are kept in the journal.",
    unknown: "Whether the plugin needs them.",
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
  clears: { text: hasRecords, thought: hasRecords, call: hasRecords },
  mend: ({ row, evidence }, edits) => edits.dropMetadata(row, evidence.keys as readonly string[]),
});

function hasRecords({ foreignKeys, noRecord }: Traced): boolean {
  return !foreignKeys && !noRecord;
}
