import { DoctorError } from "../../errors.js";
import { columnsOf, type Database } from "../../files/sqlite.js";

/**
 * After its import, opencode 2 keeps the V1 tables and no longer reads them: a repair there would have no effect.
 * @throws DoctorError REFUSED
 */
export function refuseImported(db: Database, path: string): void {
  const columns = columnsOf(db, "kv");
  if (columnsOf(db, "session_v2").size === 0 || columns.size === 0) return;
  const value = columns.has("value") ? "value like '%completed%'" : "1";
  const key = columns.has("key") ? "key = 'migration.v1-v2'" : "1";
  if (db.prepare(`select 1 from kv where ${key} and ${value}`).get() !== undefined)
    throw new DoctorError(
      "REFUSED",
      `${path}: opencode 2 has imported this file; its V1 rows are leftovers and are only reported`,
    );
}
