import { defineRule } from "./rule.js";

export const integrity = defineRule({
  id: "integrity",
  family: "storage",
  title: "physical damage in the file",
  safety: "none",
  effect: { effect: "unreadable", severity: "error" },
  explanation: {
    what: "SQLite's own check, or a read, found a damaged page or index.",
    arises:
      "A failing disk, a copy that was made while the file was in use, a network folder or a synchronised folder.",
    repair:
      "None: a physically damaged file is not rewritten. Copy it, and recover the copy into a new file with the .recover command of sqlite3.",
    unknown: "Which rows the damaged pages held.",
  },
});
