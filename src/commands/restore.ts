import { DoctorError } from "../errors.js";
import { newestBackup, type Restored, restoreBackup, undo } from "../repair/restore.js";
import { restoreLines, undoLines } from "../repair/restore-lines.js";
import { safeJson, safeText } from "../reporters/safe-text.js";
import { isSqlite } from "../scan/inputs.js";
import { checkOutput, type OutputFlags, write } from "./output.js";

export interface RestoreFlags extends OutputFlags {
  format: string;
  undo?: string;
  from?: string;
  force?: boolean;
}

/** Puts the state before a repair back. Exit 2 where rows had to be left as they are. */
export async function runRestore(database: string, flags: RestoreFlags): Promise<number> {
  checkOutput(flags.output, [database, flags.undo, flags.from]);
  const force = flags.force ?? false;
  const done = flags.undo
    ? await (isSqlite(database) ? undo : undoLines)(database, flags.undo, force)
    : await fromBackup(database, flags);
  await write(
    flags.format === "json"
      ? [`${safeJson(JSON.stringify({ schemaVersion: 1, ...done }, null, 2))}\n`]
      : told(database, done),
    flags.output,
  );
  return done.refused.length > 0 ? 2 : 0;
}

async function fromBackup(database: string, flags: RestoreFlags): Promise<Restored> {
  const backup = flags.from ?? newestBackup(database);
  if (!backup)
    throw new DoctorError(
      "NOT_FOUND",
      `${database}: no backup beside it`,
      "doctor restore DATABASE --from BACKUP, or --undo JOURNAL",
    );
  if (!flags.quiet) process.stderr.write(`restoring from ${safeText(backup)}\n`);
  return (isSqlite(database) ? restoreBackup : restoreLines)(database, backup, flags.force ?? false);
}

function* told(database: string, done: Restored): Generator<string> {
  if (done.kept)
    yield `Restored ${safeText(database)} from ${safeText(done.from)}.\nThe state before is kept in ${safeText(done.kept)}\n`;
  else yield `Put ${done.rows} rows of ${safeText(database)} back.\n`;
  if (done.refused.length > 0)
    yield `${done.refused.length} rows have changed since the repair and were left as they are:\n`;
  for (const { table, id } of done.refused.slice(0, 20)) yield `  ${table} ${safeText(id)}\n`;
}
