import type { Command } from "commander";
import { addFlags, addFormat, COLORS, type Exit } from "./flags.js";

const FORMATS = ["table", "json", "markdown"];

export function addExplainCommand(program: Command, exit: Exit): void {
  const command = program
    .command("explain")
    .description("what a rule means, or what an error text points to")
    .argument("[rule]", "a rule, or an error text as it was shown")
    .option("--error <text>", "the text of a provider or host");
  addFlags(addFormat(command, FORMATS), "output", "titles", ...COLORS, "quiet").action(
    async (rule: string | undefined, flags) =>
      exit(await (await import("./explain.js")).runExplain(rule, flags)),
  );
}

export function addRulesCommand(program: Command, exit: Exit): void {
  const command = program.command("rules").description("list every rule");
  addFlags(addFormat(command, FORMATS), "output").action(async (flags) =>
    exit(await (await import("./rules.js")).runRules(flags)),
  );
}
