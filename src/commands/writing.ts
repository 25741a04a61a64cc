import { existsSync } from "node:fs";
import type { Command } from "commander";
import { addFlags, addFormat, COLORS, type Exit, TERMS } from "./flags.js";
import { moveOf, repairNumber, wholeNumber } from "./values.js";

export function addRepairCommand(program: Command, exit: Exit): void {
  const command = program
    .command("repair")
    .description(
      "mend damage: prints the plan, and writes it with --backup; of a JSON file, a copy with --output",
    )
    .argument("[input...]", "files, or folders of them; without one, those of this machine")
    .option("-i, --interactive", "choose the conversations in a list")
    .option("--backup", "make a backup, then apply the plan and verify it")
    .option("--no-backup", "apply the plan without a backup and without a journal")
    .option("--undo-only", "apply the plan and keep only the undo journal")
    .option("--plan <file>", "apply a plan that was saved with --format json")
    .option("--unsafe", "also repairs that guess, or take away what still works")
    .option("--relink <old=new>", "move the sessions of a directory that moved (repeatable)", moveOf)
    .option("--from <database>", "give a captured request its lost tool calls back from this database")
    .option("--force", "repair although another process holds the database")
    .option("--sequentialize", "also put each result behind its call (healthy parallel calls)")
    .option("--drop-duplicate-prompts", "also remove exact copies of a prompt")
    .option("--verbose", "also print each row with the JSON paths that change");
  addFlags(
    addFormat(command, ["table", "json"]),
    "backupTo",
    "dryRun",
    "yes",
    "output",
    "content",
    ...COLORS,
    "quiet",
    "session",
    "rule",
    ...TERMS,
    "severity",
    "failOn",
    "jobs",
  ).action(async (inputs: string[], flags, command: Command) => {
    const given = command.parent?.args ?? [];
    exit(await (await import("./repair.js")).runRepair(inputs, { ...flags, given }));
  });
}

export function addHealCommand(program: Command, exit: Exit): void {
  const command = program
    .command("heal")
    .description(
      "find the conversation that an error text is about, or the newest dead one; mend and prove it",
    )
    .argument("[text...]", "the error text as it was shown; a word that names a file is a database")
    .option("--all", "every conversation that fits");
  addFlags(command, "session", "dryRun", "yes", "backupTo", "titles", ...COLORS, "quiet", ...TERMS).action(
    async (words: string[], flags) => exit(await (await import("./heal.js")).runHeal(words, flags)),
  );
}

export function addRestoreCommand(program: Command, exit: Exit): void {
  const command = program
    .command("restore")
    .description("put the state before a repair back")
    .argument("[database]")
    .argument("[number]", "of a repair in --list", repairNumber)
    .option("--list", "list the repairs of the file: when, what, rows, what is kept")
    .option("--prune <n>", "remove the backups of all but the newest N repairs", wholeNumber)
    .option("--undo <journal>", "row by row, from the undo journal")
    .option("--from <backup>", "this backup; default the newest beside the database")
    .option("--force", "restore even if rows were changed after the repair");
  addFlags(addFormat(command, ["table", "json"]), "dryRun", "yes", "output", ...COLORS, "quiet").action(
    async (named: string | undefined, number: number | undefined, flags) => {
      const isNumber =
        number === undefined && named !== undefined && /^#?\d+$/.test(named) && !existsSync(named);
      const database =
        named === undefined || isNumber
          ? await (await import("./discovered.js")).discoveredInput("restore")
          : named;
      const which = isNumber ? repairNumber(named) : number;
      exit(await (await import("./restore.js")).runRestore(database, which, flags));
    },
  );
}
