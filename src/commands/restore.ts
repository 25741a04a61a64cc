import { statSync } from "node:fs";
import { commandLine, DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { realFile } from "../files/real-file.js";
import { heedingSignals } from "../interrupts.js";
import { plural } from "../model/numbers.js";
import { pastRepairs, pruneBackups } from "../repair/history.js";
import { newestBackup, type Restored, restoreBackup, undo } from "../repair/restore.js";
import { restoreDocument } from "../repair/restore-document.js";
import { restoreLines, undoLines } from "../repair/restore-lines.js";
import { historyTable } from "../reporters/history.js";
import { safeText } from "../reporters/safe-text.js";
import { bytes } from "../reporters/units.js";
import { isSqlite } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import {
  checkOutput,
  type Output,
  type OutputFlags,
  openOutput,
  reportDone,
  reporterOptions,
  write,
} from "./output.js";
import { ask, talk } from "./talk.js";

export interface RestoreFlags extends OutputFlags {
  format: string;
  undo?: string;
  from?: string;
  force?: boolean;
  list?: boolean;
  /** Keep the backups of this many repairs. */
  prune?: number;
  dryRun?: boolean;
  yes?: boolean;
}

/**
 * Puts the state before a repair back; lists the repairs with `--list`, removes old backups with `--prune`.
 * `which`: the number of a repair in the list. Exit 2 if some rows had to be left as they are.
 */
export async function runRestore(
  database: string,
  which: number | undefined,
  given: RestoreFlags,
): Promise<number> {
  if (isServer(database)) refuseWithoutJournal(database, which, given);
  if (given.dryRun && given.format === "json")
    throw new DoctorError("USAGE", "-n tells in words what would be done", "leave --format json out");
  if (given.list) return listRepairs(database, given);
  if (given.prune !== undefined) return prune(database, given.prune, given);
  const flags = which === undefined ? given : { ...given, ...(await wayBack(database, which)) };
  checkOutput(flags.output, [database, flags.undo, flags.from]);
  const output = openOutput(flags.output, reporterOptions(flags, Date.now(), "info"));
  try {
    const way = wayOf(database, flags);
    const plan = `Put ${database} back as it was before the repair, from ${"undo" in way ? way.undo : way.from}?`;
    if (flags.dryRun) return await tellOnly(plan, output);
    await confirm(plan, flags);
    const done = await heedingSignals((isCancelled) => putBack(database, way, flags, isCancelled));
    const pieces =
      flags.format === "json"
        ? [`${JSON.stringify({ schemaVersion: 1, ...done }, null, 2)}\n`]
        : told(database, done);
    await reportDone(output, pieces, () => told(database, done));
    return done.refused.length > 0 ? 2 : 0;
  } finally {
    output.drop();
  }
}

/** With --dry-run, the question stands for the plan. */
async function tellOnly(question: string, output: Output): Promise<number> {
  await output.write([`${safeText(question)} Nothing was written.\n`]);
  output.keep();
  return 0;
}

/** @throws DoctorError USAGE: nothing stands beside a database on a server */
function refuseWithoutJournal(
  database: string,
  which: number | undefined,
  { undo: journal, list, prune, from }: RestoreFlags,
): void {
  const isOther = list || [prune, from, which].some((given) => given !== undefined);
  if (journal !== undefined && !isOther) return;
  throw new DoctorError(
    "USAGE",
    `${database}: a PostgreSQL database is put back from the journal of its repair only`,
    commandLine("restore", database, "--undo", "JOURNAL"),
  );
}

async function listRepairs(database: string, flags: RestoreFlags): Promise<number> {
  const repairs = await pastRepairs(database);
  // The backups of a file that was lost are still beside it.
  if (repairs.length === 0 && !isServer(database)) statSync(database);
  const shown = reporterOptions(flags, Date.now(), "info");
  const pieces =
    flags.format === "json"
      ? [`${JSON.stringify({ schemaVersion: 1, repairs }, null, 2)}\n`]
      : historyTable(repairs, shown);
  await write(pieces, flags.output, shown);
  return 0;
}

async function prune(database: string, keep: number, flags: RestoreFlags): Promise<number> {
  const question = `Remove the backups of all but the newest ${keep} repairs of ${database}?`;
  if (flags.dryRun) return tellOnly(question, openOutput(flags.output));
  await confirm(question, flags);
  const removed = await pruneBackups(database, keep);
  await write(
    flags.format === "json"
      ? [`${JSON.stringify({ schemaVersion: 1, removed }, null, 2)}\n`]
      : removed.length === 0
        ? ["Nothing to remove.\n"]
        : removed.map(({ path, size }) => `Removed ${safeText(path)} (${bytes(size)})\n`),
    flags.output,
  );
  return 0;
}

/** The backup of a repair, else its journal. */
async function wayBack(database: string, number: number): Promise<Pick<RestoreFlags, "from" | "undo">> {
  const repairs = await pastRepairs(database);
  const repair = repairs.find((one) => one.number === number);
  if (!repair)
    throw new DoctorError(
      "NOT_FOUND",
      `${database}: no repair number ${number}`,
      commandLine("restore", database, "--list"),
    );
  const newer = repairs.filter((one) => one.number > number).length;
  if (repair.backup && newer > 0)
    talk(
      `this also undoes ${plural(newer, "newer repair")}; to undo number ${number} alone:`,
      commandLine("restore", database, "--undo", repair.journal),
    );
  return repair.backup ? { from: repair.backup.path } : { undo: repair.journal };
}

async function confirm(question: string, { yes }: RestoreFlags): Promise<void> {
  if (process.stdin.isTTY && !yes && !(await ask(question)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was changed");
}

type Way = { readonly undo: string } | { readonly from: string };

/** @throws DoctorError NOT_FOUND where there is no backup */
function wayOf(database: string, flags: RestoreFlags): Way {
  if (flags.undo) return { undo: flags.undo };
  if (flags.from !== undefined && realFile(flags.from) === realFile(database))
    throw new DoctorError(
      "USAGE",
      `${flags.from}: is the database itself`,
      commandLine("restore", database, "--list"),
    );
  const from = flags.from ?? newestBackup(database);
  if (!from)
    throw new DoctorError(
      "NOT_FOUND",
      `${database}: no backup beside it`,
      `${commandLine("restore", database, "--list")} for repairs whose backup lies elsewhere, or whose journal was kept alone`,
    );
  return { from };
}

async function putBack(
  database: string,
  way: Way,
  flags: RestoreFlags,
  isCancelled: () => boolean,
): Promise<Restored> {
  const force = flags.force ?? false;
  if (isServer(database) && "undo" in way) {
    const { undoServer } = await import("../repair/server/undo.js");
    return undoServer(database, way.undo, force, isCancelled);
  }
  const isDatabase = isSqlite(database);
  const isDocument = !isDatabase && !isOfLines(database);
  if ("undo" in way) {
    if (isDocument)
      throw new DoctorError(
        "USAGE",
        `${database}: a JSON file has no undo journal`,
        commandLine("restore", database),
      );
    return (isDatabase ? undo : undoLines)(database, way.undo, force, isCancelled);
  }
  if (!flags.quiet) talk(`restoring from ${way.from}`);
  if (isDocument) return restoreDocument(database, way.from, force);
  return (isDatabase ? restoreBackup : restoreLines)(database, way.from, force, isCancelled);
}

function* told(database: string, done: Restored): Generator<string> {
  if (done.kept)
    yield `Restored ${safeText(database)} from ${safeText(done.from)}.\nThe state before is kept in ${safeText(done.kept)}\n`;
  else yield `Put ${plural(done.rows, "row")} of ${safeText(database)} back.\n`;
  if (done.refused.length > 0) yield `Left as they are: ${plural(done.refused.length, "row")}\n`;
  for (const { table, id, reason } of done.refused.slice(0, 20))
    yield `  ${table} ${safeText(id)}: ${safeText(reason)}\n`;
}
