import { rebuildRow } from "../repair/rebuild.js";
import { defectsOf } from "./defects.js";
import { defineRule } from "./rule.js";

export const unknownBlock = defineRule({
  id: "unknown-block",
  family: "storage",
  title: "content of an unknown kind",
  harm: "the whole row is read as empty",
  inputs: ["opencode", "instatic"],
  safety: "safe",
  action: "move the row to the undo journal",
  explains: ["empty-message", "orphan-tool-result", "missing-tool-result"],
  explanation: {
    what: "A part or block has a type that the host does not know.",
    arises: "Plugins, newer versions, or an empty object.",
    repair: "The row goes to the journal.",
    unknown: "What the row was for.",
  },
  detect: (conversation) => defectsOf(conversation, "unknown-block"),
  repair({ conversation, message, row }, editor) {
    if (conversation.store === "opencode") editor.remove(row);
    else rebuildRow(conversation, message, row, editor);
  },
});
