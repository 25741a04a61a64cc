import type { Database } from "../files/sqlite.js";
import { type DatabaseSchema, identifyDatabase } from "../stores/index.js";
import { openInstatic } from "../stores/instatic/reader.js";
import { openOpencode } from "../stores/opencode/reader.js";
import type { Reader } from "../stores/reader.js";

export function readerFor(db: Database, schema: DatabaseSchema): Reader {
  return schema.kind === "opencode" ? openOpencode(db, schema) : openInstatic(db);
}

/** @throws DoctorError UNSUPPORTED */
export function readDatabase(db: Database, path: string): Reader {
  return readerFor(db, identifyDatabase(db, path));
}
