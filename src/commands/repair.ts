import { DoctorError } from "../errors.js";
import { again } from "../reporters/shell.js";
import { discoveredFiles, filesOf, isDocument } from "./discovered.js";
import type { RepairFlags } from "./flags.js";
import { tellLeftDocuments } from "./left-documents.js";
import { checkOutput, openOutput, reporterOptions } from "./output.js";
import { type Planned, planFiles, tellUnlessAlone } from "./plan-files.js";
import { talk } from "./talk.js";
import { tellPlans, worstOf, writePlans } from "./write-plans.js";

/** A plan takes the place of an older one. */
const MAY = ["plan"] as const;

/** Prints the plans of some files. With --backup, --undo-only or --no-backup it applies them. The exit code is the worst. */
export async function runRepair(named: readonly string[], flags: RepairFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  const writes = asksToWrite(flags) && !flags.dryRun;
  const inputs = await inputsOf(named, writes, flags);
  const documents = inputs.filter(isDocument);
  const others = inputs.filter((path) => !documents.includes(path));
  refuseMixed(documents, others, flags);
  let worst = await tellLeftDocuments(named, flags, now);
  for (const path of documents)
    worst = Math.max(worst, await repairDocument(path, inputs.length, flags, now));
  if (others.length === 0) return worst;
  if (flags.from)
    throw new DoctorError("USAGE", "--from restores the calls of a captured request, not of a database");
  return Math.max(worst, await repairFiles(others, named.length === 0, writes, flags, now));
}

/**
 * Of several files, one that cannot be read is told and does not stop the others.
 * @throws DoctorError where the only file cannot be mended, and INTERRUPTED
 */
async function repairDocument(path: string, files: number, flags: RepairFlags, now: number): Promise<number> {
  const { runRepairJson } = await import("./repair-json.js");
  try {
    return await runRepairJson(path, flags, now);
  } catch (error) {
    tellUnlessAlone(error, path, files);
    return 2;
  }
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
  if (flags.plan === undefined) return discoveredFiles("repair", writes, flags);
  const planned = (await import("../repair/saved-plan.js")).filesOfPlan(flags.plan);
  return planned.length > 0 ? planned : discoveredFiles("repair", writes, flags);
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
    if (chosen.length === 0) {
      talk("nothing was chosen");
      return failed ? 2 : worstOf(jobs, flags);
    }
    const code = writes
      ? await writePlans(chosen, flags, now, output)
      : await tellPlans(chosen, howToApply(chosen, isFound, flags), flags, now, output);
    const others = jobs.filter(({ path }) => !chosen.some((one) => one.path === path));
    return failed ? 2 : Math.max(code, worstOf(others, flags));
  } finally {
    output.drop();
  }
}

/** The command that writes what was shown. */
function howToApply(jobs: readonly Planned[], isFound: boolean, { given, interactive }: RepairFlags): string {
  const sessions = jobs.flatMap(({ plan }) => [...plan.sessions].map(({ session }) => session));
  // Rows without a conversation have no name that could be typed: the list is shown again.
  const isListed = interactive === true && sessions.includes(null);
  const kept = withoutChoice(given, interactive === true, isListed);
  const way = kept.some((word) => /^--(?:backup|backup-to|no-backup|undo-only)(?:=|$)/.test(word))
    ? []
    : ["--backup"];
  const chosen = interactive && !isListed ? sessions.flatMap((id) => ["--session", String(id)]) : [];
  return (
    again([...kept, ...chosen], isFound ? jobs.map(({ path }) => path) : []) +
    way.map((one) => ` ${one}`).join("")
  );
}

/** The words that were typed, without -n; after a choice without -i and without other conversations. */
function withoutChoice(given: readonly string[], isChoice: boolean, isListed: boolean): string[] {
  const words: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const word = given[at] ?? "";
    if (isChoice && word === "--session") at++;
    else if (isChoice && word.startsWith("--session=")) continue;
    else if (word === "--dry-run" || (word === "--interactive" && !isListed)) continue;
    else if (/^-[a-z]+$/.test(word)) {
      const letters = [...word.slice(1)].filter((letter) => letter !== "n" && (isListed || letter !== "i"));
      if (letters.length > 0) words.push(`-${letters.join("")}`);
    } else words.push(word);
  }
  return words;
}
