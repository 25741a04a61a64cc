import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { commandLine, DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { realFile } from "../files/real-file.js";
import { heedingSignals } from "../interrupts.js";
import type { ReportStream } from "../model/report.js";
import { applyAny, prepareAny } from "../repair/any.js";
import type { Applied } from "../repair/apply.js";
import { sizeWithWal } from "../repair/backup.js";
import { refuseWhileHeld } from "../repair/guard.js";
import { noMatch, proof, severalMatch, sickLines } from "../reporters/heal.js";
import { planTable } from "../reporters/plan.js";
import { isSqlite, refuseServer } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { proofOf } from "../scan/proof.js";
import { scanStream } from "../scan/scan.js";
import { type Chosen, chooseSick, type Sick } from "../scan/sick.js";
import { KNOWN_ERRORS } from "../stores/errors.js";
import { discoveredInputs } from "./discovered.js";
import { type OutputFlags, reporterOptions, write } from "./output.js";
import { startProgress } from "./progress.js";
import { ask, talk } from "./talk.js";

export interface HealFlags extends OutputFlags {
  all?: boolean;
  yes?: boolean;
  session?: string[];
  provider?: string[];
  hostVersion?: string;
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
  const isInput = (word: string) => isServer(word) || existsSync(word);
  const files = words.filter(isInput);
  const text = words.filter((word) => !isInput(word)).join(" ");
  const inputs = files.length > 0 ? files : discoveredInputs(flags.quiet);
  inputs.forEach(refuseServer);
  const options = {
    hostVersion: flags.hostVersion,
    providers: flags.provider,
    now,
    showTitles: flags.showTitles,
  };
  const bar = await startProgress(flags.quiet);
  const report = await scanStream(inputs, {
    ...options,
    sessions: flags.session,
    onProgress: bar.update,
  }).finally(bar.stop);
  const choice = chooseSick(report, text === "" ? null : { text, known: KNOWN_ERRORS }, flags.all ?? false);
  const shown = reporterOptions(flags, now, "warning");
  if (choice.chosen.length === 0) {
    await write(noMatch(choice, text, shown));
    return text === "" && choice.nearest.length === 0 && !report.incomplete ? 0 : 1;
  }
  if (choice.chosen.length > 1 && !flags.all) {
    await write(severalMatch(choice, shown));
    return 2;
  }
  let isWell = true;
  for (const [input, sick] of byInput(choice.chosen)) {
    await write(sickLines(choice, sick, shown));
    isWell = (await healOne(input, sick, report, flags, now)) && isWell;
  }
  return isWell ? 0 : 1;
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
      commandLine("repair", path, "--output", "fixed.json"),
    );
  const shown = reporterOptions(flags, now, "warning");
  const terms = { hostVersion: flags.hostVersion, providers: flags.provider, now };
  const sessions = sick.map(({ session }) => session);
  const { plan } = await prepareAny(path, { ...terms, sessions }, {});
  await write(planTable(plan, shown));
  if (!plan.sessions.some(({ operations }) => operations.length > 0)) return false;
  if (isDatabase) refuseWhileHeld(path);
  const needed = sizeWithWal(path);
  const { bavail, bsize } = statfsSync(dirname(realFile(path)));
  if (!(await isConfirmed(needed, bavail * bsize, flags)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was written");
  const bar = await startProgress(flags.quiet);
  const applied: Applied = await heedingSignals((isCancelled) =>
    applyAny(path, plan, { backup: true, backupTo: flags.backupTo, onProgress: bar.update, isCancelled }),
  ).finally(bar.stop);
  const proofs = await proofOf(path, sick, {
    ...terms,
    hostVersion: flags.hostVersion ?? hostVersionOf(report, path),
  });
  await write(proof(applied, proofs, path, flags.backupTo !== undefined, shown));
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
