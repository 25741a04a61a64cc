import { defineRule } from "./rule.js";

export const integrity = defineRule({
  id: "integrity",
  family: "storage",
  title: "physical damage of the file",
  safety: "none",
  effect: { effect: "unreadable", severity: "error" },
  explanation: {
    what: "SQLite's own check, or a read, finds a damaged page or index.",
    arises: "A failing disk, a copy of a file in use, a network or synchronised folder.",
    repair:
      "None here: rows of a physically damaged file are not rewritten. Copy the file and use sqlite3's .recover into a new one.",
    unknown: "Which rows the damaged pages held.",
  },
});
