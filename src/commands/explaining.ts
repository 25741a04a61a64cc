import { Argument, type Command } from "commander";
import { addFlags, addFormat, COLORS, type Exit } from "./flags.js";

const FORMATS = ["table", "json", "markdown"];

export function addExplainCommand(program: Command, exit: Exit): void {
  const command = program
    .command("explain")
    .description("what a rule means, or what an error text points to")
    .argument("[rule...]", "a rule, or an error text as it was shown")
    .option("--error <text>", "the text of a provider or host");
  addFlags(addFormat(command, FORMATS), "output", "titles", ...COLORS, "quiet").action(
    async (words: string[], flags) =>
      exit(await (await import("./explain.js")).runExplain(words.join(" ") || undefined, flags)),
  );
}

export function addRulesCommand(program: Command, exit: Exit): void {
  const command = program.command("rules").description("list every rule");
  addFlags(addFormat(command, FORMATS), "output").action(async (flags) =>
    exit(await (await import("./rules.js")).runRules(flags)),
  );
}

export function addCompletionCommand(program: Command, exit: Exit): void {
  const shells = ["bash", "zsh", "fish", "powershell"];
  program
    .command("completion")
    .description("print the script that completes commands, flags, rules and session ids in a shell")
    .addArgument(new Argument("<shell>", "the first line of the script says where it goes").choices(shells))
    .action(async (shell: string) => exit(await (await import("./complete.js")).runCompletion(shell)));
}

/** The command that the scripts call. */
export function addCompleteCommand(program: Command, exit: Exit): void {
  program
    .command("complete", { hidden: true })
    .description("print the words that may stand at the end of a command line")
    .argument("[words...]")
    .helpOption(false)
    .action(async (words: string[]) =>
      exit(await (await import("./complete.js")).runComplete(words, program)),
    );
}
