import { DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { again } from "../reporters/shell.js";
import { isSqlite } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { discoveredFiles, filesOf } from "./discovered.js";
import type { RepairFlags } from "./flags.js";
import { checkOutput, openOutput, reporterOptions } from "./output.js";
import { type Planned, planFiles } from "./plan-files.js";
import { talk } from "./talk.js";
import { tellPlans, writePlans } from "./write-plans.js";

/** A plan takes the place of an older one. */
const MAY = ["plan"] as const;

/** Prints the plans of some files. With --backup, --undo-only or --no-backup it applies them. The exit code is the worst. */
export async function runRepair(named: readonly string[], flags: RepairFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  const writes = asksToWrite(flags) && !flags.dryRun;
  const inputs = await inputsOf(named, writes, flags);
  const documents = inputs.filter(
    (path) => path === "-" || (!isServer(path) && !isSqlite(path) && !isOfLines(path)),
  );
  const others = inputs.filter((path) => !documents.includes(path));
  refuseMixed(documents, others, flags);
  let worst = 0;
  for (const path of documents)
    worst = Math.max(worst, await (await import("./repair-json.js")).runRepairJson(path, flags, now));
  if (others.length === 0) return worst;
  if (flags.from)
    throw new DoctorError("USAGE", "--from restores the calls of a captured request, not of a database");
  return Math.max(worst, await repairFiles(others, named.length === 0, writes, flags, now));
}

/** @throws DoctorError USAGE where the ways to write exclude each other */
function asksToWrite({ backup, backupTo, undoOnly, given }: RepairFlags): boolean {
  const ways = [backup === true || backupTo !== undefined, backup === false, undoOnly === true].filter(
    Boolean,
  );
  const bothBackups = given.includes("--backup") && given.includes("--no-backup");
  if (ways.length > 1 || bothBackups)
    throw new DoctorError("USAGE", "--backup, --undo-only and --no-backup exclude each other");
  return ways.length > 0;
}

async function inputsOf(named: readonly string[], writes: boolean, flags: RepairFlags): Promise<string[]> {
  if (named.length > 0) return filesOf(named);
  if (flags.plan === undefined) return discoveredFiles("repair", writes, flags.quiet);
  const planned = (await import("../repair/saved-plan.js")).filesOfPlan(flags.plan);
  return planned.length > 0 ? planned : discoveredFiles("repair", writes, flags.quiet);
}

/** @throws DoctorError USAGE for documents beside other files, where they would share an output */
function refuseMixed(documents: readonly string[], others: readonly string[], flags: RepairFlags): void {
  if (documents.length === 0 || documents.length + others.length === 1) return;
  if (flags.output !== undefined || flags.format === "json")
    throw new DoctorError(
      "USAGE",
      `${documents[0]}: a JSON file is mended by itself: --output and --format json take no other file beside it`,
    );
}

async function repairFiles(
  paths: readonly string[],
  isFound: boolean,
  writes: boolean,
  flags: RepairFlags,
  now: number,
): Promise<number> {
  checkOutput(flags.output, [...paths, flags.plan], MAY);
  const output = openOutput(flags.output, {
    color: reporterOptions(flags, now, "warning").color,
    isPrivate: flags.showContent || (flags.format === "json" && !writes),
    may: MAY,
  });
  try {
    const { jobs, failed } = await planFiles(paths, writes, flags, now);
    const chosen = flags.interactive ? await (await import("./choose.js")).chooseIn(jobs, now) : jobs;
    const code = writes
      ? await writePlans(chosen, flags, now, output)
      : await tellPlans(chosen, howToApply(chosen, isFound, flags), flags, now, output);
    return failed ? 2 : code;
  } finally {
    output.drop();
  }
}

/** The command that writes what was shown. */
function howToApply(jobs: readonly Planned[], isFound: boolean, { given, interactive }: RepairFlags): string {
  const kept = given.filter((word) => !["-n", "--dry-run", "-i", "--interactive"].includes(word));
  const way = kept.some((word) => /^--(?:backup|backup-to|no-backup|undo-only)(?:=|$)/.test(word))
    ? []
    : ["--backup"];
  const sessions = jobs.flatMap(({ plan }) => [...plan.sessions].flatMap(({ session }) => session ?? []));
  const chosen = interactive ? sessions.flatMap((id) => ["--session", id]) : [];
  if (interactive && sessions.length === 0) talk("nothing was chosen");
  return (
    again([...kept, ...chosen], isFound ? jobs.map(({ path }) => path) : []) +
    way.map((one) => ` ${one}`).join("")
  );
}
