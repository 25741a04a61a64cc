import { Command, CommanderError } from "commander";
import { keepNewSpaceSmall, optimiseLater } from "./commands/engine.js";
import {
  addCompleteCommand,
  addCompletionCommand,
  addExplainCommand,
  addRulesCommand,
} from "./commands/explaining.js";
import type { Exit } from "./commands/flags.js";
import {
  addCheckCommand,
  addExportCommand,
  addInspectCommand,
  addMergeCommand,
  addReplayCommand,
  addScanCommand,
  addSessionsCommand,
} from "./commands/reading.js";
import { talk, talkText } from "./commands/talk.js";
import { addHealCommand, addRepairCommand, addRestoreCommand } from "./commands/writing.js";
import { asDoctorError } from "./errors.js";
import { holdsServer, nameServer } from "./files/postgres/name.js";
import { TOOL } from "./version.js";

/** The options that a settings file may set, by their names in code. */
const SETTINGS = ["ignore", "provider", "hostVersion", "model", "backupTo"];

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
    addMergeCommand,
    addInspectCommand,
    addRepairCommand,
    addRestoreCommand,
    addReplayCommand,
    addExportCommand,
    addExplainCommand,
    addRulesCommand,
    addCompletionCommand,
    addCompleteCommand,
  ];
  for (const addCommand of add) addCommand(program, exit);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  program.hook("preAction", async (_, command) => {
    const heeds = command.options.some((option) => SETTINGS.includes(option.attributeName()));
    if (heeds) (await import("./commands/settings.js")).applySettings(command, command.name() === "check");
  });
  return program;
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
  optimiseLater();
  keepNewSpaceSmall();
  let code = 0;
  const help: string[] = [];
  const program = buildCli(
    (answer) => {
      code = answer;
    },
    (text) => help.push(text),
  );
  try {
    await program.parseAsync(withCommand(withoutPasswords(argv)), { from: "user" });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return failed(error);
    if (error.exitCode !== 0) {
      await tellMeant(error);
      return 2;
    }
  }
  try {
    await (await import("./commands/output.js")).write(help);
    return 0;
  } catch (error) {
    return failed(error);
  }
}

/** Options of the program itself; others that stand alone are those of a scan. */
const OWN = /^(-h|--help|-V|--version)$/;

function withCommand(argv: readonly string[]): readonly string[] {
  const [first = ""] = argv;
  return first === "" || (first.startsWith("-") && !OWN.test(first)) ? ["scan", ...argv] : argv;
}

/** For a word that commander does not know: the command that does what other tools call so. */
async function tellMeant({ code, message }: CommanderError): Promise<void> {
  const unknown = ["commander.unknownCommand", "commander.unknownOption"].includes(code);
  const word = /^error: unknown (?:command|option) '(.*?)'/.exec(message)?.[1];
  if (!unknown || word === undefined) return;
  const meant = (await import("./commands/other-words.js")).meantBy(word);
  if (meant !== undefined) talk(`next: ${meant}`);
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
