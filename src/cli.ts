import { Command, CommanderError } from "commander";
import { addOutput, addScan } from "./commands/flags.js";
import { asDoctorError } from "./errors.js";
import { safeText } from "./reporters/safe-text.js";
import { TOOL } from "./version.js";

/** Wires the command line to the commands. Commands are loaded when they are called: `--version` stays fast. */
export function buildCli(exit: (code: number) => void): Command {
  const program = new Command("doctor")
    .description("Finds and mends damage in the stored conversations of AI agents (opencode, Instatic).")
    .version(TOOL.version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", EXAMPLES);

  addScan(
    program
      .command("scan")
      .description("find damage; changes nothing")
      .argument("[input...]", "databases or folders; without one, the databases of this machine"),
  )
    .option("--integrity", "also run SQLite's page check")
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./commands/scan.js")).runScan(inputs, flags)),
    );

  addScan(program.command("inspect").description("one conversation as a timeline").argument("<input>"))
    .option("--all", "do not fold long stretches")
    .option("--show-content", "also print texts")
    .action(async (input: string, flags) =>
      exit(await (await import("./commands/inspect.js")).runInspect(input, flags)),
    );

  addOutput(program.command("rules").description("list every rule"), ["table", "json"]).action(
    async (flags) => exit(await (await import("./commands/rules.js")).runRules(flags)),
  );

  for (const command of program.commands) command.exitOverride();
  return program;
}

const EXAMPLES = `
Examples:
  doctor scan                          scan the databases of this machine
  doctor scan opencode.db --format json
  doctor inspect opencode.db --session ses_…
Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 could not finish.`;

/** Runs one command line; answers with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  try {
    await buildCli((answer) => {
      code = answer;
    }).parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failure = asDoctorError(error, "doctor");
    process.stderr.write(`${failure.message.split("\n").map(safeText).join("\n")}\n`);
    if (failure.next) process.stderr.write(`next: ${safeText(failure.next)}\n`);
    if (failure.code === "INTERNAL" && process.env.DOCTOR_DEBUG)
      process.stderr.write(`${(error as Error).stack}\n`);
    return failure.code === "INTERRUPTED" ? 130 : 2;
  }
  return code;
}
