import { existsSync } from "node:fs";
import { commandLine } from "../errors.js";

/** Words that other tools have for what a command here does. */
const COMMANDS: Readonly<Record<string, string>> = {
  ...each("fix mend cure recover", "doctor heal, or doctor repair for a whole file"),
  ...each("apply write", "doctor repair --backup"),
  ...each("plan", "doctor repair, which prints the plan"),
  ...each("list ls conversations", "doctor sessions"),
  ...each("undo revert rollback back", "doctor restore"),
  ...each("history backups", "doctor restore --list"),
  ...each("prune clean gc", "doctor restore --prune N"),
  ...each("show view cat log timeline", "doctor inspect --session ID"),
  ...each("diagnose status triage analyze", "doctor scan"),
  ...each("lint validate verify test ci", "doctor check PATH"),
  ...each("simulate preview dry-run next", "doctor replay --session ID"),
  ...each("dump save share", "doctor export --session ID"),
  ...each("why what describe error", 'doctor explain RULE, or doctor explain "ERROR TEXT"'),
};

/** The same for flags. */
const FLAGS: Readonly<Record<string, string>> = {
  ...each("--json", "--format json"),
  ...each("--fix --apply --write", "doctor repair --backup"),
  ...each("--id --conversation", "--session ID"),
  ...each("--check", "doctor repair without --backup writes nothing"),
};

function each(words: string, answer: string): Record<string, string> {
  return Object.fromEntries(words.split(" ").map((word) => [word, answer]));
}

/** A word that can only be meant as a file, there or not. */
const PATH = /^[^-].*[./]/;

/** The command or flag that does what a word stands for which this tool does not know; undefined for other words. */
export function meantBy(word: string): string | undefined {
  const table = word.startsWith("-") ? FLAGS : COMMANDS;
  const known = word.split("=")[0]?.toLowerCase() ?? "";
  if (Object.hasOwn(table, known)) return table[known];
  return existsSync(word) || PATH.test(word) ? commandLine("scan", word) : undefined;
}
