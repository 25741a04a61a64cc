import { defineRule } from "./rule.js";

export const orphanRow = defineRule({
  id: "orphan-row",
  family: "storage",
  title: "row whose owner is gone",
  safety: "safe",
  action: "move the row to the undo journal",
  explanation: {
    what: "A part without its message, a message without its session, or a child whose parent session is gone.",
    arises: "Rows were deleted with foreign keys off, or a message row was lost.",
    repair: "The row goes to the journal whole; a child session is detached, so that it is listed again.",
    unknown: "What it belonged to.",
  },
});
