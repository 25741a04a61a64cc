import type { Command } from "commander";
import { Option } from "commander";
import { FORMATS } from "../reporters/index.js";
import { TARGETS } from "../stores/index.js";
import { addFlags, addFormat, COLORS, type Exit, SCAN, TERMS } from "./flags.js";

const SHOW_MACHINE = ["--show-machine", "also write this machine's name into NDJSON lines"] as const;
const INPUTS = "databases or folders; without one, the databases of this machine";

export function addScanCommand(program: Command, exit: Exit): void {
  const command = program
    .command("scan")
    .description("find damage; changes nothing")
    .argument("[input...]", INPUTS);
  addFlags(addFormat(command), ...SCAN)
    .option("--all", "list every damaged conversation")
    .option("--long", "list every finding, with its rows and effects")
    .option("--statistics", "count the findings by rule")
    .option("--show-content", "in an HTML report, also print texts")
    .option("--integrity", "also run SQLite's page check")
    .option(...SHOW_MACHINE)
    .option("--size", "also report the sizes of tables and rows, and the bytes that could be freed")
    .addOption(
      new Option(
        "--target <host>",
        "grade for an import into this program: rows that it would lose are errors",
      ).choices(TARGETS),
    )
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./scan.js")).runScan(inputs, flags)),
    );
}

export function addCheckCommand(program: Command, exit: Exit): void {
  const command = program
    .command("check")
    .description("scan for CI: files, folders and globs; the exit code is the answer")
    .argument("[input...]");
  addFlags(addFormat(command), ...SCAN)
    .option("--from-list <file>", "also the paths in this file, one on each line; - is standard input")
    .option("--baseline <file>", "findings that are accepted")
    .option("--update-baseline", "accept what is found now")
    .option("--fail-on-stale", "also exit 1 if the baseline accepts findings that are gone")
    .option(...SHOW_MACHINE)
    .option("--shard <i/n>", "only this share of the files; auto: the numbers of a Kubernetes or GitLab job")
    .option("--show-content", "in an HTML report, also print texts")
    .action(async (inputs: string[], flags) =>
      exit(await (await import("./check.js")).runCheck(inputs, flags)),
    );
}

export function addMergeCommand(program: Command, exit: Exit): void {
  const command = program
    .command("merge")
    .description("join the reports of shards or machines into one, with one exit code")
    .argument("<report...>", "reports in JSON, NDJSON or SARIF")
    .addOption(
      new Option("--format <name>", "the format of the output; default: json, of SARIF logs sarif").choices(
        FORMATS,
      ),
    );
  addFlags(command, "failOn", "output", ...COLORS, "now").action(async (reports: string[], flags) =>
    exit(await (await import("./merge.js")).runMerge(reports, flags)),
  );
}

export function addSessionsCommand(program: Command, exit: Exit): void {
  const command = program
    .command("sessions")
    .description("list conversations, the newest first, with their state")
    .argument("[input...]", INPUTS)
    .option("--all", "every conversation");
  addFlags(addFormat(command, ["table", "json"]), "output", "titles", ...COLORS, "quiet", ...TERMS).action(
    async (inputs: string[], flags) => exit(await (await import("./sessions.js")).runSessions(inputs, flags)),
  );
}

export function addInspectCommand(program: Command, exit: Exit): void {
  const command = program
    .command("inspect")
    .description("one conversation as a timeline")
    .argument("[input]")
    .option("--all", "do not fold long stretches");
  addFlags(
    addFormat(command, ["table", "json"]),
    "oneSession",
    "output",
    "titles",
    "content",
    ...COLORS,
    "rule",
    ...TERMS,
    "severity",
    "mayFailOn",
  ).action(async (input: string | undefined, flags) =>
    exit(
      await (await import("./inspect.js")).runInspect(
        input ?? (await found("inspect", flags.session)),
        flags,
      ),
    ),
  );
}

export function addReplayCommand(program: Command, exit: Exit): void {
  const command = program
    .command("replay")
    .description("what the host would send next, and what a provider would answer")
    .argument("[input]", "a database, an export, a captured request, or -");
  addFlags(
    addFormat(command, ["table", "json"]),
    "oneSession",
    "output",
    "content",
    ...COLORS,
    "oneProvider",
    "model",
    "hostVersion",
    "now",
  ).action(async (input: string | undefined, flags) =>
    exit(
      await (await import("./replay.js")).runReplay(input ?? (await found("replay", flags.session)), flags),
    ),
  );
}

export function addExportCommand(program: Command, exit: Exit): void {
  const command = program
    .command("export")
    .description("write one session as an export file")
    .argument("[database]")
    .option(
      "--redact",
      "a placeholder of the same length for every text, argument, output, title, path and name",
    )
    .option("-o, --output <file>", "write it to a file");
  addFlags(command, "oneSession").action(async (database: string | undefined, flags) =>
    exit(
      await (await import("./export.js")).runExport(
        database ?? (await found("export", flags.session)),
        flags,
      ),
    ),
  );
}

/** The file of this machine that is meant where none is named. */
async function found(command: string, session: readonly string[] = []): Promise<string> {
  return (await import("./discovered.js")).discoveredInput(command, session[0]);
}
