import { commandLine, DoctorError } from "../errors.js";
import { heedingSignals } from "../interrupts.js";
import { newestBackup, type Restored, restoreBackup, undo } from "../repair/restore.js";
import { safeText } from "../reporters/safe-text.js";
import { checkOutput, type OutputFlags, openOutput, reportDone } from "./output.js";
import { talk } from "./talk.js";

export interface RestoreFlags extends OutputFlags {
  format: string;
  undo?: string;
  from?: string;
  force?: boolean;
}

/** Puts the state before a repair back. Exit 2 if some rows had to be left as they are. */
export async function runRestore(database: string, flags: RestoreFlags): Promise<number> {
  checkOutput(flags.output, [database, flags.undo, flags.from]);
  const output = openOutput(flags.output);
  try {
    const done = await heedingSignals((isCancelled) => putBack(database, flags, isCancelled));
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

async function putBack(database: string, flags: RestoreFlags, isCancelled: () => boolean): Promise<Restored> {
  const force = flags.force ?? false;
  if (flags.undo) return undo(database, flags.undo, force, isCancelled);
  const backup = flags.from ?? newestBackup(database);
  if (!backup)
    throw new DoctorError(
      "NOT_FOUND",
      `${database}: no backup beside it`,
      `${commandLine("restore", database, "--from", "BACKUP")}, or --undo JOURNAL`,
    );
  if (!flags.quiet) talk(`restoring from ${backup}`);
  return restoreBackup(database, backup, force, isCancelled);
}

function* told(database: string, done: Restored): Generator<string> {
  if (done.kept)
    yield `Restored ${safeText(database)} from ${safeText(done.from)}.\nThe state before is kept in ${safeText(done.kept)}\n`;
  else yield `Put ${done.rows} rows of ${safeText(database)} back.\n`;
  if (done.refused.length > 0) yield `${done.refused.length} rows were left as they are:\n`;
  for (const { table, id, reason } of done.refused.slice(0, 20))
    yield `  ${table} ${safeText(id)}: ${safeText(reason)}\n`;
}
