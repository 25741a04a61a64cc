import { defineRule } from "./rule.js";

export const integrity = defineRule({
  id: "integrity",
  family: "storage",
  title: "damage that SQLite's own check finds",
  harm: "a row breaks a rule of its own table",
  safety: "none",
  effect: { effect: "unreadable", severity: "error" },
  explanation: {
    what: "SQLite's own check, or a read, finds a damaged page or index, or a row that breaks a rule of its own table.",
    arises:
      "A failing disk, a copy of a file in use, a network or synchronised folder; such a row: a table that was changed without a look at its rows.",
    repair:
      "None: a physically damaged file is not rewritten. Copy it, and recover the copy into a new file with the .recover command of sqlite3.",
    unknown: "Which rows the damaged pages held.",
  },
});
