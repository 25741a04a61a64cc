import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DoctorError, foreignBackup } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { removeLeftovers } from "../files/leftovers.js";
import { realFile } from "../files/real-file.js";
import { copyWhole, partialOf, sync } from "../files/whole-file.js";
import { conversationsIn, decodeJson } from "../scan/json-conversations.js";
import { checkTarget, namedBeside } from "./backup.js";
import type { Restored } from "./undo.js";

/**
 * Puts the backup of an export, or of captured requests, in the place of the file. The file as it was before is kept
 * beside it.
 * @throws DoctorError NOT_FOUND, REFUSED where the two share no conversation, NO_SPACE
 */
export async function restoreDocument(path: string, backup: string, force: boolean): Promise<Restored> {
  if (!existsSync(backup)) throw new DoctorError("NOT_FOUND", `${backup}: no such backup`);
  const file = realFile(path);
  removeLeftovers(file);
  if (!force) await refuseForeign(path, backup);
  const before = statSync(file);
  const kept = namedBeside(file, "before-restore");
  checkTarget(kept, file, before.size + statSync(backup).size);
  const partial = partialOf(file);
  try {
    copyWhole(backup, partial, { like: before, mode: before.mode & 0o777 });
    copyWhole(file, kept, { like: before, mode: 0o600 });
    renameSync(partial, file);
    sync(dirname(file));
  } finally {
    rmSync(partial, { force: true });
  }
  return { from: backup, kept, rows: 0, refused: [] };
}

async function refuseForeign(path: string, backup: string): Promise<void> {
  const [now, then] = [await idsIn(path), await idsIn(backup)];
  if (now.size === 0 || [...now].some((id) => then.has(id))) return;
  throw foreignBackup(backup, path);
}

async function idsIn(path: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { value, line, error } of readJsonItems(path))
    if (!error) for (const one of conversationsIn(value, line)) ids.add(decodeJson(one, 0).id);
  return ids;
}
