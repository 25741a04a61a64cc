import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { asDoctorError, DoctorError, type ErrorCode } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { realFile } from "../files/real-file.js";
import { heedingSignals } from "../interrupts.js";
import { isRead, type ReportStream } from "../model/report.js";
import { applyAny, prepareAny } from "../repair/any.js";
import type { Applied } from "../repair/apply.js";
import { sizeWithWal } from "../repair/backup.js";
import { refuseWhileHeld } from "../repair/guard.js";
import { newerHost, obstaclesOf } from "../repair/obstacles.js";
import { someChange } from "../repair/session-plans.js";
import { noMatch, proof, severalMatch, sickLines } from "../reporters/heal.js";
import { repairOf } from "../reporters/next-step.js";
import { planTable } from "../reporters/plan.js";
import { isSqlite, refuseServer } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { proofOf } from "../scan/proof.js";
import { scanStream } from "../scan/scan.js";
import { type Chosen, chooseSick, type Sick } from "../scan/sick.js";
import { KNOWN_ERRORS } from "../stores/errors.js";
import { discoveredInputs } from "./discovered.js";
import type { TermFlags } from "./flags.js";
import { type OutputFlags, reporterOptions, write } from "./output.js";
import { tell } from "./plan-files.js";
import { startProgress } from "./progress.js";
import { ask, talk } from "./talk.js";
import { termsOf } from "./terms.js";

export interface HealFlags extends OutputFlags, TermFlags {
  all?: boolean;
  yes?: boolean;
  session?: string[];
  dryRun?: boolean;
  backupTo?: string;
  showTitles?: boolean;
  now?: number;
}

/**
 * Finds the conversation that gets an error text, or the newest dead one, mends it and proves it. Words that name a file
 * are inputs, the others are the error text. Exit 0 if everything that was asked for is mended.
 */
export async function runHeal(words: readonly string[], flags: HealFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  const isInput = (word: string) => isServer(word) || existsSync(word) || FILE_NAME.test(word);
  const files = words.filter(isInput);
  const text = words.filter((word) => !isInput(word)).join(" ");
  const inputs = files.length > 0 ? files : discoveredInputs(flags.quiet);
  inputs.forEach(refuseServer);
  const bar = await startProgress(flags.quiet);
  const report = await scanStream(inputs, {
    ...termsOf(flags),
    now,
    showTitles: flags.showTitles,
    sessions: flags.session,
    onProgress: bar.update,
  }).finally(bar.stop);
  refuseUnknown(report, flags);
  // Conversations that were named are all meant.
  const isAll = flags.all ?? (text === "" && flags.session !== undefined);
  const choice = chooseSick(
    report,
    text === "" ? null : { text, known: KNOWN_ERRORS },
    isAll,
    flags.session !== undefined,
  );
  const shown = reporterOptions(flags, now, "warning");
  if (choice.chosen.length === 0) {
    await write(noMatch(choice, text, shown), undefined, shown);
    return text === "" && choice.nearest.length === 0 && !report.incomplete ? 0 : 1;
  }
  if (choice.chosen.length > 1 && !isAll) {
    await write(severalMatch(choice, shown), undefined, shown);
    return 2;
  }
  const inputsOfSick = byInput(choice.chosen);
  let worst = 0;
  for (const [input, sick] of inputsOfSick) {
    await write(sickLines(choice, sick, shown), undefined, shown);
    try {
      if (!(await healOne(input, sick, report, flags, now))) worst = Math.max(worst, 1);
    } catch (error) {
      const failure = asDoctorError(error, input);
      if (inputsOfSick.size === 1 || failure.code === "INTERRUPTED") throw error;
      tell(failure);
      worst = 2;
    }
  }
  return worst;
}

/** A word that names a file, be it there or not; error texts hold spaces. */
const FILE_NAME = /^\S{1,4096}\.(?:db|sqlite3?|jsonl?|ndjson|har|ya?ml)$/;

/** @throws DoctorError where no input has the conversation that was named, or no input can be read */
function refuseUnknown({ inputs }: ReportStream, { session }: HealFlags): void {
  const [first] = inputs;
  if (!first?.error || (inputs.some(isRead) && !(session && inputs.every(({ error }) => error)))) return;
  throw new DoctorError(first.error.code as ErrorCode, first.error.message);
}

function byInput(chosen: Chosen["chosen"]): Map<string, Sick[]> {
  const groups = new Map<string, Sick[]>();
  for (const sick of chosen) groups.set(sick.input, [...(groups.get(sick.input) ?? []), sick]);
  return groups;
}

/** Plans, asks, writes and proves the repair of some conversations of a database. True if all are well afterwards. */
async function healOne(
  path: string,
  sick: readonly Sick[],
  report: ReportStream,
  flags: HealFlags,
  now: number,
): Promise<boolean> {
  const isDatabase = isSqlite(path);
  if (!isDatabase && !isOfLines(path))
    throw new DoctorError(
      "USAGE",
      `${path}: a JSON file is mended as a copy`,
      repairOf({ input: path, rule: sick[0]?.rule ?? "" }, report),
    );
  const shown = reporterOptions(flags, now, "warning");
  const terms = { ...termsOf(flags), now };
  const sessions = sick.map(({ session }) => session);
  const { plan } = await prepareAny(path, { ...terms, sessions }, { ignore: flags.ignore });
  await write(planTable(plan, shown), undefined, shown);
  if (!someChange(plan.sessions)) return false;
  const newer = newerHost(plan);
  if (newer) talk(`note: ${newer}`);
  const obstacles = obstaclesOf(path, plan, { backup: true, backupTo: flags.backupTo });
  if (flags.dryRun) {
    for (const obstacle of obstacles) tell(obstacle);
    await write(["Nothing was written.\n"]);
    return false;
  }
  if (obstacles[0]) throw obstacles[0];
  if (isDatabase) refuseWhileHeld(path);
  const needed = sizeWithWal(path);
  const { bavail, bsize } = statfsSync(dirname(realFile(path)));
  if (!(await isConfirmed(needed, bavail * bsize, flags)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was written");
  const bar = await startProgress(flags.quiet, path);
  const applied: Applied = await heedingSignals((isCancelled) =>
    applyAny(path, plan, { backup: true, backupTo: flags.backupTo, onProgress: bar.update, isCancelled }),
  ).finally(bar.stop);
  const proofs = await proofOf(path, sick, {
    ...terms,
    hostVersion: flags.hostVersion ?? hostVersionOf(report, path),
  });
  await write(proof(applied, proofs, path, flags.backupTo !== undefined, shown), undefined, shown);
  return proofs.every(({ isWell }) => isWell);
}

function hostVersionOf({ inputs }: ReportStream, path: string): string | undefined {
  return inputs.find((input) => input.path === path)?.hostVersion ?? undefined;
}

async function isConfirmed(needed: number, free: number, flags: HealFlags): Promise<boolean> {
  if (flags.yes) return true;
  const { bytes } = await import("../reporters/units.js");
  const place = `Backup ${bytes(needed)}, ${bytes(free)} free.`;
  if (!process.stdin.isTTY) {
    talk(place);
    throw new DoctorError("USAGE", "nobody can be asked here; nothing was written", "add --yes");
  }
  return ask(`${place} Do it?`);
}
