import { Command, CommanderError, Option } from "commander";
import { addOutput, addScan, shardOf, time } from "./commands/flags.js";
import { talk, talkText } from "./commands/talk.js";
import { addHealCommand, addRepairCommand, addRestoreCommand, type Exit } from "./commands/writing.js";
import { asDoctorError } from "./errors.js";
import { holdsServer, nameServer } from "./files/postgres/name.js";
import { TARGETS } from "./stores/index.js";
import { TOOL } from "./version.js";

/** Wires the command line to the commands. Commands are loaded when they are called: `--version` stays fast. */
export function buildCli(exit: Exit, say: (text: string) => void): Command {
  const program = new Command("doctor")
    .description("Finds and mends damage in the stored conversations of AI agents.")
    .version(TOOL.version)
    // A value such as an id that begins with -V is no option of the program.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeErr: talkText, writeOut: say })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", EXAMPLES);

  const add = [
    addScanCommand,
    addHealCommand,
    addSessionsCommand,
    addCheckCommand,
    addInspectCommand,
    addRepairCommand,
    addRestoreCommand,
    addReplayCommand,
    addExportCommand,
    addExplainCommand,
    addRulesCommand,
  ];
  for (const addCommand of add) addCommand(program, exit);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function addScanCommand(program: Command, exit: Exit): void {
  addScan(
    program
      .command("scan")
      .description("find damage; changes nothing")
      .argument("[input...]", "databases or folders; without one, the databases of this machine"),
  )
    .option("--all", "list every damaged conversation")
    .option("--long", "list every finding, with its rows and effects")
    .option("--statistics", "count the findings by rule")
    .option("--integrity", "also run SQLite's page check")
    .option("--size", "also report the sizes of tables and rows, and the bytes that could be freed")
    .addOption(
      new Option(
        "--target <host>",
        "grade for an import into this program: rows that it would lose are errors",
      ).choices(TARGETS),
    )
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./commands/scan.js")).runScan(inputs, flags)),
    );
}

function addCheckCommand(program: Command, exit: Exit): void {
  addScan(
    program
      .command("check")
      .description("scan for CI: files, folders and globs; the exit code is the answer")
      .argument("<input...>"),
  )
    .option("--baseline <file>", "findings that are accepted")
    .option("--update-baseline", "accept what is found now")
    .option("--fail-on-stale", "also exit 1 if the baseline accepts findings that are gone")
    .option("--shard <i/n>", "only this share of the files", shardOf)
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./commands/check.js")).runCheck(inputs, flags)),
    );
}

function addSessionsCommand(program: Command, exit: Exit): void {
  addOutput(
    program
      .command("sessions")
      .description("list conversations, the newest first, with their state")
      .argument("[input...]", "databases or folders; without one, the databases of this machine"),
    ["table", "json"],
  )
    .option("--all", "every conversation")
    .option("--now <time>", "take this as the clock", time)
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./commands/sessions.js")).runSessions(inputs, flags)),
    );
}

function addInspectCommand(program: Command, exit: Exit): void {
  addScan(program.command("inspect").description("one conversation as a timeline").argument("[input]"), [
    "table",
    "json",
  ])
    .option("--all", "do not fold long stretches")
    .option("--show-content", "also print texts")
    .action(async (input: string | undefined, flags) =>
      exit(
        await (await import("./commands/inspect.js")).runInspect(input ?? (await found("inspect")), flags),
      ),
    );
}

function addReplayCommand(program: Command, exit: Exit): void {
  addScan(
    program
      .command("replay")
      .description("what the host would send next, and what a provider would answer")
      .argument("[input]", "a database, an export, a captured request, or -"),
    ["table", "json"],
  )
    .option("--show-content", "also print texts")
    .action(async (input: string | undefined, flags) =>
      exit(await (await import("./commands/replay.js")).runReplay(input ?? (await found("replay")), flags)),
    );
}

function addExportCommand(program: Command, exit: Exit): void {
  program
    .command("export")
    .description("write one opencode session as an export file")
    .argument("[database]")
    .option("--session <id>", "this conversation; needed if there are several")
    .option(
      "--redact",
      "a placeholder of the same length for every text, argument, output, title, path and name",
    )
    .option("-o, --output <file>", "write it to a file")
    .action(async (database: string | undefined, flags) =>
      exit(
        await (await import("./commands/export.js")).runExport(database ?? (await found("export")), flags),
      ),
    );
}

function addExplainCommand(program: Command, exit: Exit): void {
  addOutput(
    program
      .command("explain")
      .description("what a rule means, or what an error text points to")
      .argument("[rule]", "a rule, or an error text as it was shown"),
    ["table", "json", "markdown"],
  )
    .option("--error <text>", "the text of a provider or host")
    .action(async (rule: string | undefined, flags) =>
      exit(await (await import("./commands/explain.js")).runExplain(rule, flags)),
    );
}

function addRulesCommand(program: Command, exit: Exit): void {
  addOutput(program.command("rules").description("list every rule"), ["table", "json", "markdown"]).action(
    async (flags) => exit(await (await import("./commands/rules.js")).runRules(flags)),
  );
}

/** The only database of this machine. */
async function found(command: string): Promise<string> {
  return (await import("./commands/discovered.js")).discoveredInput(command);
}

const EXAMPLES = `
Examples:
  doctor                               which conversations are dead, limping or well
  doctor heal "ERROR TEXT"             find the conversation, mend it, prove it
  doctor scan opencode.db --format json
  doctor inspect opencode.db --session ses_…
  doctor repair opencode.db            print what would be done
  doctor repair opencode.db --backup   do it
Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 could not finish.`;

/** Runs one command line; answers with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const help: string[] = [];
  const program = buildCli(
    (answer) => {
      code = answer;
    },
    (text) => help.push(text),
  );
  try {
    await program.parseAsync(argv.length === 0 ? ["scan"] : withoutPasswords(argv), { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return failed(error);
    if (error.exitCode !== 0) return 2;
  }
  try {
    await (await import("./commands/output.js")).write(help);
    return 0;
  } catch (error) {
    return failed(error);
  }
}

/** From here on a PostgreSQL database goes by a name that holds no password, and the list of processes shows none. */
function withoutPasswords(argv: readonly string[]): string[] {
  if (argv.some(holdsServer)) process.title = "doctor";
  return argv.map((word) => nameServer(word));
}

/** Tells why a command could not finish; answers with the exit code. */
function failed(error: unknown): number {
  const failure = asDoctorError(error, "doctor");
  talk(failure.message, ...failure.details);
  if (failure.next) talk(`next: ${failure.next}`);
  if (failure.code === "INTERNAL" && process.env.DOCTOR_DEBUG && error instanceof Error)
    talkText(`${error.stack}\n`);
  return failure.code === "INTERRUPTED" ? 130 : 2;
}
