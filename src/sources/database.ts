import { type DatabaseSchema, identifyDatabase } from "./identify.js";
import { openInstatic } from "./instatic.js";
import { openOpencode } from "./opencode.js";
import type { Reader } from "./reader.js";
import type { Database } from "./sqlite.js";

export function readerFor(db: Database, schema: DatabaseSchema): Reader {
  return schema.kind === "opencode" ? openOpencode(db, schema) : openInstatic(db);
}

/** @throws DoctorError UNSUPPORTED */
export function readDatabase(db: Database, path: string): Reader {
  return readerFor(db, identifyDatabase(db, path));
}
