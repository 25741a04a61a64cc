import { DoctorError } from "../errors.js";
import { refuseUnlessOrdinary } from "../files/ordinary.js";
import { columnsOf, type Database } from "../files/sqlite.js";

export interface OpencodeSchema {
  readonly kind: "opencode";
  /** Also holds the tables of opencode 2: V1 rows are then leftovers once they are imported. */
  readonly mixed: boolean;
  readonly session: ReadonlySet<string>;
  /** An export in tables like opencode's. */
  readonly exported?: true;
}
export interface InstaticSchema {
  readonly kind: "instatic";
}
export type DatabaseSchema = OpencodeSchema | InstaticSchema;

const OPENCODE_NEEDS: Record<string, string[]> = {
  project: ["id", "worktree"],
  session: ["id", "project_id", "directory", "title", "version", "time_created", "time_updated"],
  message: ["id", "session_id", "time_created", "time_updated", "data"],
  part: ["id", "message_id", "session_id", "time_created", "time_updated", "data"],
};
const INSTATIC_NEEDS: Record<string, string[]> = {
  ai_conversations: ["id", "title", "updated_at"],
  ai_messages: [
    "id",
    "conversation_id",
    "position",
    "role",
    "content_json",
    "tool_call_id",
    "tool_name",
    "created_at",
  ],
  schema_migrations: ["id"],
};

/** Every table that is read. */
const READ_TABLES = new Set([
  ...Object.keys(OPENCODE_NEEDS),
  ...Object.keys(INSTATIC_NEEDS),
  "session_v2",
  "kv",
]);

/**
 * Recognises a store by its tables and columns, never by a version string.
 * @throws DoctorError UNSUPPORTED, naming what is missing
 */
export function identifyDatabase(db: Database, path: string): DatabaseSchema {
  refuseUnlessOrdinary(db, path, READ_TABLES);
  const missingOpencode = missing(db, OPENCODE_NEEDS);
  if (missingOpencode.length === 0)
    return {
      kind: "opencode",
      mixed: columnsOf(db, "session_v2").has("id") && columnsOf(db, "kv").size > 0,
      session: new Set(columnsOf(db, "session").keys()),
    };
  const missingInstatic = missing(db, INSTATIC_NEEDS);
  if (missingInstatic.length === 0 && hasRuntimeMigration(db)) return { kind: "instatic" };
  const nearest =
    missingOpencode.length < 3 ? missingOpencode : missingInstatic.length < 3 ? missingInstatic : [];
  throw new DoctorError(
    "UNSUPPORTED",
    `${path}: a SQLite database, but neither opencode's nor Instatic's${nearest.length > 0 ? ` (missing ${nearest.join(", ")})` : ""}`,
  );
}

function missing(db: Database, needs: Record<string, string[]>): string[] {
  return Object.entries(needs).flatMap(([table, columns]) => {
    const found = columnsOf(db, table);
    if (found.size === 0) return [`table ${table}`];
    return columns.filter((column) => !found.has(column)).map((column) => `${table}.${column}`);
  });
}

function hasRuntimeMigration(db: Database): boolean {
  return db.prepare("select 1 from schema_migrations where id = '007_ai_runtime'").get() !== undefined;
}
