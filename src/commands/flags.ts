import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import coerce from "semver/functions/coerce.js";
import valid from "semver/functions/valid.js";
import { DoctorError } from "../errors.js";
import { ruleById } from "../judge/rulebook.js";
import type { Move } from "../model/move.js";
import { rank, SEVERITIES, type Severity } from "../model/report.js";
import { PROVIDERS } from "../providers/providers.js";
import { FORMATS } from "../reporters/index.js";
import type { ScanOptions } from "../scan/options.js";
import { growHeapSlowly } from "./memory.js";

/** The flags that several commands share. */
export interface CommonFlags {
  session?: string[];
  rule?: string[];
  ignore?: string[];
  severity?: Severity;
  failOn: Severity;
  provider?: string[];
  model?: string;
  hostVersion?: string;
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
}

const collect =
  (check: (value: string) => string) =>
  (value: string, all: string[] = []) => [...all, ...value.split(",").map(check)];

function knownRule(id: string): string {
  if (!ruleById(id)) throw new InvalidArgumentError(`no rule "${id}"; doctor rules lists them`);
  return id;
}

function knownProvider(id: string): string {
  if (!PROVIDERS.some((provider) => provider.id === id))
    throw new InvalidArgumentError(
      `no provider "${id}"; known: ${PROVIDERS.map((provider) => provider.id).join(", ")}`,
    );
  return id;
}

function version(value: string): string {
  const found = valid(value) ?? (/^\d{1,9}(\.\d{1,9})?$/.test(value) ? coerce(value)?.version : undefined);
  if (!found) throw new InvalidArgumentError("a version such as 1.18.34");
  return found;
}

/** Parses the number of a repair, such as `2` or `#2`. */
export function repairNumber(value: string): number {
  return wholeNumber(value.replace(/^#/, ""));
}

/** Parses a whole number from 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1");
  return number;
}

/**
 * The only value of a repeatable flag, for commands that take one value.
 * @throws DoctorError USAGE if the flag was given more than once
 */
export function onlyOne(values: readonly string[] | undefined, flag: string): string | undefined {
  if ((values?.length ?? 0) > 1) throw new DoctorError("USAGE", `${flag}: only one at a time here`);
  return values?.[0];
}

/** Parses `OLD=NEW`, two absolute directories. NEW must exist on this machine. */
export function moveOf(value: string, all: Move[] = []): Move[] {
  const at = value.indexOf("=");
  const [from, to] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || to === "") throw new InvalidArgumentError("a move such as /old/place=/new/place");
  if (!isAbsolute(to) || !statSync(to, { throwIfNoEntry: false })?.isDirectory())
    throw new InvalidArgumentError(`${to} is no directory of this machine, by its whole path`);
  return [...all, { from, to }];
}

/** Parses a time: ISO 8601, or ms since 1970. */
export function time(value: string): number {
  const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("a time: ISO 8601, or ms since 1970");
  return ms;
}

export function addOutput(command: Command, formats: readonly string[] = FORMATS): Command {
  return command
    .addOption(new Option("--format <name>", "the format of the output").choices(formats).default("table"))
    .option("-o, --output <file>", "write the report to a file")
    .option("--show-titles", "also print titles of conversations")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .option("-q, --quiet", "print only the result");
}

export function addScan(command: Command, formats?: readonly string[]): Command {
  return addOutput(command, formats)
    .option(
      "--session <id>",
      "only this conversation: its id, the beginning of it, latest, or words of its title (repeatable)",
      (id: string, all: string[] = []) => [...all, id],
    )
    .option("--rule <id>", "only this rule (repeatable)", collect(knownRule))
    .option("--ignore <id>", "not this rule (repeatable)", collect(knownRule))
    .addOption(new Option("--severity <level>", "leave out findings of a lower severity").choices(SEVERITIES))
    .addOption(
      new Option("--fail-on <level>", "exit 1 from this severity on").choices(SEVERITIES).default("error"),
    )
    .option("--provider <id>", "grade for this provider (repeatable)", collect(knownProvider))
    .option("--model <name>", "the model that is asked, where the input does not say it")
    .option("--host-version <version>", "grade for this host version", version)
    .option("--jobs <n>", "threads", wholeNumber)
    .option("--now <time>", "use this time as the clock", time);
}

/**
 * The scan options that the flags ask for.
 * @throws DoctorError USAGE if --severity leaves out findings that --fail-on counts
 */
export function scanOptionsOf(flags: CommonFlags, now: number): ScanOptions {
  if (flags.severity && rank[flags.failOn] > rank[flags.severity])
    throw new DoctorError(
      "USAGE",
      `--severity ${flags.severity} leaves out what --fail-on ${flags.failOn} counts`,
      `--severity ${flags.failOn}, or none`,
    );
  return {
    hostVersion: flags.hostVersion,
    providers: flags.provider,
    model: flags.model,
    rules: flags.rule,
    ignore: flags.ignore,
    severity: flags.severity,
    sessions: flags.session,
    now,
    jobs: flags.jobs,
    showTitles: flags.showTitles,
    onManyFindings: growHeapSlowly,
  };
}
