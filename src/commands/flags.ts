import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { Move } from "../model/move.js";
import { SEVERITIES, type Severity } from "../model/report.js";
import { FORMATS } from "../reporters/index.js";
import { knownProvider, knownRule, time, version, wholeNumber } from "./values.js";

/** The flags that say on which terms conversations are judged; a settings file has them, too. */
export interface TermFlags {
  ignore?: string[];
  provider?: string[];
  model?: string;
  hostVersion?: string;
}

/** The flags of commands that look for findings. */
export interface CommonFlags extends TermFlags {
  session?: string[];
  rule?: string[];
  severity?: Severity;
  failOn: Severity;
  format: string;
  output?: string;
  showTitles?: boolean;
  showContent?: boolean;
  showMachine?: boolean;
  color?: boolean;
  quiet?: boolean;
  jobs?: number;
  now?: number;
}

export interface RepairFlags extends CommonFlags {
  /** True for `--backup`, false for `--no-backup`. */
  backup?: boolean;
  backupTo?: string;
  dryRun?: boolean;
  interactive?: boolean;
  /** The arguments after `doctor`, as the user typed them. */
  given: readonly string[];
  undoOnly?: boolean;
  plan?: string;
  yes?: boolean;
  verbose?: boolean;
  unsafe?: boolean;
  force?: boolean;
  sequentialize?: boolean;
  dropDuplicatePrompts?: boolean;
  relink?: Move[];
  /** A database that holds the tool calls that a request lost. */
  from?: string;
  showContent?: boolean;
}

/** Called with the exit code when a command has ended. */
export type Exit = (code: number) => void;

type Parse<Value> = (value: string, before: Value | undefined) => Value;

const list =
  (check: (value: string) => string): Parse<string[]> =>
  (value, before = []) => [...before, ...value.split(",").map(check)];

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** For a command that takes one value of a flag which others take repeatedly. */
const one =
  (check: (value: string) => string): Parse<string[]> =>
  (value, before) => {
    if (before !== undefined) throw new InvalidArgumentError("only one at a time here");
    return [check(value)];
  };

const session = "its id, the beginning of it, latest, or words of its title";

/** The flags that several commands have, by name. Each command offers those that it heeds. */
const FLAGS = {
  output: () => new Option("-o, --output <file>", "write the report to a file"),
  titles: () => new Option("--show-titles", "also print titles of conversations"),
  content: () => new Option("--show-content", "also print texts"),
  color: () => new Option("--color", "colours, also without a terminal (also: FORCE_COLOR)"),
  noColor: () => new Option("--no-color", "no colours (also: NO_COLOR)"),
  quiet: () => new Option("-q, --quiet", "print only the result"),
  yes: () => new Option("-y, --yes", "do not ask"),
  dryRun: () => new Option("-n, --dry-run", "write nothing, whatever the other flags say"),
  backupTo: () => new Option("--backup-to <path>", "where the backup goes: a path or a folder"),
  session: () =>
    new Option("--session <id>", `only this conversation: ${session} (repeatable)`).argParser(collect),
  oneSession: () => new Option("--session <id>", `this conversation: ${session}`).argParser(one((id) => id)),
  rule: () => new Option("--rule <id>", "only this rule (repeatable)").argParser(list(knownRule)),
  ignore: () => new Option("--ignore <id>", "not this rule (repeatable)").argParser(list(knownRule)),
  severity: () =>
    new Option("--severity <level>", "leave out findings of a lower severity").choices(SEVERITIES),
  failOn: () =>
    new Option("--fail-on <level>", "exit 1 from this severity on").choices(SEVERITIES).default("error"),
  mayFailOn: () =>
    new Option(
      "--fail-on <level>",
      "exit 1 from this severity on; without it, findings are no failure",
    ).choices(SEVERITIES),
  provider: () =>
    new Option("--provider <id>", "grade for this provider (repeatable)").argParser(list(knownProvider)),
  oneProvider: () => new Option("--provider <id>", "the provider that answers").argParser(one(knownProvider)),
  model: () => new Option("--model <name>", "the model that is asked, where the input does not say it"),
  hostVersion: () => new Option("--host-version <version>", "grade for this host version").argParser(version),
  jobs: () => new Option("--jobs <n>", "threads").argParser(wholeNumber),
  now: () => new Option("--now <time>", "use this time as the clock").argParser(time),
};

type FlagName = keyof typeof FLAGS;

/** Gives a command some of the flags that several commands have. */
export function addFlags(command: Command, ...names: readonly FlagName[]): Command {
  for (const name of names) command.addOption(FLAGS[name]());
  return command;
}

export function addFormat(command: Command, formats: readonly string[] = FORMATS): Command {
  return command.addOption(
    new Option("--format <name>", "the format of the output").choices(formats).default("table"),
  );
}

/** The flags of the terms: a settings file has them, too. */
export const TERMS: readonly FlagName[] = ["ignore", "provider", "model", "hostVersion", "now"];
export const COLORS: readonly FlagName[] = ["color", "noColor"];
/** The flags of a scan. */
export const SCAN: readonly FlagName[] = [
  "output",
  "titles",
  ...COLORS,
  "quiet",
  "session",
  "rule",
  ...TERMS,
  "severity",
  "failOn",
  "jobs",
];
