import { defineRule } from "./rule.js";

export const orphanRow = defineRule({
  id: "orphan-row",
  family: "storage",
  title: "row whose owner is gone",
  safety: "safe",
  action: "move the row to the undo journal",
  explanation: {
    what: "A part without its message, a message without its session, or a child session whose parent is gone.",
    arises: "Rows were deleted with foreign keys off, or a message row was lost.",
    repair:
      "The whole row is moved to the journal. A child session is detached from its parent, so that it is listed again.",
    unknown: "What the row belonged to.",
  },
});
