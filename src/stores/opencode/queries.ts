import compare from "semver/functions/compare.js";
import prerelease from "semver/functions/prerelease.js";
import valid from "semver/functions/valid.js";
import { columnsOf, type Database, type Statement } from "../../files/sqlite.js";
import { contentSql, type Detail } from "./decode/rows.js";
import { SESSION_NUMBERS } from "./decode/session.js";
import type { OpencodeSchema } from "./tables.js";

const SESSION_COLUMNS = [
  "id",
  "project_id",
  "workspace_id",
  "parent_id",
  "directory",
  "title",
  "version",
  "revert",
  "permission",
  "summary_diffs",
  "metadata",
  "model",
  "time_created",
  "time_updated",
  "time_compacting",
  "time_archived",
  ...SESSION_NUMBERS,
];

/** Each query takes the id of a session; `session` takes its rowid. */
export interface Queries {
  readonly session: Statement;
  readonly allMessages: Statement;
  /** Parts without their long outputs, and whole. */
  readonly shortParts: Statement;
  readonly fullParts: Statement;
  readonly skimParts: Statement;
  /** The rest of their rows, in the same order. */
  readonly partFacts: Statement;
  /** The content of one part without its long output, and whole; by its rowid. */
  readonly shortPart: Statement;
  readonly fullPart: Statement;
  /** True if parts are searched for unpaired surrogates. */
  readonly halves: boolean;
}

/** The queries by which conversations are read, prepared once for each database. `halves`: search parts for surrogates. */
export function queriesOf(db: Database, schema: OpencodeSchema, halves: boolean): Queries {
  const present = SESSION_COLUMNS.filter((column) => schema.session.has(column));
  const imported = schema.mixed ? IMPORTED : "0";
  const workspaceKnown =
    schema.session.has("workspace_id") && columnsOf(db, "workspace").has("id")
      ? "exists(select 1 from workspace where id = s.workspace_id)"
      : "1";
  const session = db.prepare(
    `select s.rowid, s.*, exists(select 1 from project where id = s.project_id) as project_known, ${workspaceKnown} as workspace_known, ${imported} as imported, ${schema.exported ? 1 : 0} as exported
     from (select rowid, ${present.join(", ")} from session) s where s.rowid = ?`,
  );
  const messageSql = (columns: string) =>
    db
      .prepare(
        `select ${contentSql("whole")}, ${columns} from message where session_id = ? order by time_created, id`,
      )
      .raw();
  const partSql = (columns: string) =>
    db
      .prepare(
        `select ${columns}
         from (select rowid as owner, id as mid, session_id as session from message where session_id = ?) cross join part p on p.message_id = mid`,
      )
      .raw();
  const facts =
    "octet_length(data), p.rowid, p.id, p.time_created, p.time_updated, owner, iif(p.session_id is session, null, p.session_id)";
  const allOfPart = (detail: Detail) => `${contentSql(detail, halves)}, ${facts}`;
  const shortParts = partSql(allOfPart("short"));
  const fullParts = partSql(allOfPart("whole"));
  const allMessages = messageSql("octet_length(data), rowid, id, time_created, time_updated");
  const skimParts = partSql(`${contentSql("skim", halves)}, p.id, iif(p.session_id is session, owner, null)`);
  const partFacts = partSql(`null, ${facts}`);
  const partOf = (detail: Detail) =>
    db.prepare(`select ${contentSql(detail, halves)} from part where rowid = ?`).pluck();
  return {
    session,
    halves,
    shortParts,
    fullParts,
    allMessages,
    skimParts,
    partFacts,
    shortPart: partOf("short"),
    fullPart: partOf("whole"),
  };
}

/** True for a session that opencode 2 has imported. */
export const IMPORTED = "exists(select 1 from session_v2 v where v.id = s.id)";

/** The highest release version of the file's sessions. */
export function newestReleaseOf(db: Database): string | null {
  const versions = db.prepare("select distinct version from session").pluck().all();
  const releases = versions.filter(
    (version): version is string =>
      typeof version === "string" && valid(version) !== null && prerelease(version) === null,
  );
  return releases.sort(compare).at(-1) ?? null;
}
