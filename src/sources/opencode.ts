import semver from "semver";
import { decodeMessage, type Loaded } from "../hosts/opencode/decode.js";
import { decodeSession, type SessionRow } from "../hosts/opencode/session.js";
import type { Conversation, Json, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { isObject } from "../model/text.js";
import type { OpencodeSchema } from "./identify.js";
import { type Counts, keepCalls, MAX_ROW_BYTES, type OrphanRow, type Reader } from "./reader.js";
import type { Database } from "./sqlite.js";

/** Above this size (bytes) a row is fetched without its long outputs. */
const WHOLE_BELOW = 2048;
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
];
/** What is kept of a large completed tool: all but its output and the tool's own metadata, which nothing judges. */
const KEPT_OF_TOOL = [
  "$.type",
  "$.callID",
  "$.tool",
  "$.metadata",
  "$.state.input",
  "$.state.title",
  "$.state.time",
  "$.state.metadata.interrupted",
];
const LARGE_TOOL = `json_type(data, '$.state.output') = 'text' and json_type(data, '$.state.metadata') = 'object' and data ->> '$.state.status' = 'completed'
  and json_type(data, '$.state.attachments') is null and json_type(data, '$.metadata') is not 'null'`;

type RawRow = [rowid: number, id: unknown, created: unknown, updated: unknown, size: number, data: unknown];
/** `message`: its rowid; `stray`: the session that the part names, where it is not its message's. */
type RawPart = [...RawRow, message: number, stray: string | null];

// json_valid first: SQLite's other JSON functions also take JSON5, which the host's parser refuses.
/** `data` whole, or "#" and the kept values of a large completed tool; NULL where it is too large. */
function dataSql(full: boolean): string {
  const kept = KEPT_OF_TOOL.map((path) => `'${path}'`).join(", ");
  const short = full
    ? ""
    : `when typeof(data) = 'text' and json_valid(data) and ${LARGE_TOOL} then '#' || json_extract(data, ${kept})`;
  return `case when octet_length(data) <= ${WHOLE_BELOW} then data when octet_length(data) > ${MAX_ROW_BYTES} then null ${short} else data end`;
}

/** The document that the kept values stand for. */
function largeTool(kept: string): Record<string, Json> {
  const [type, callID, tool, metadata, input, title, time, interrupted] = JSON.parse(kept) as Json[];
  return {
    type: type!,
    callID: callID!,
    tool: tool!,
    ...(metadata !== null && { metadata: metadata! }),
    state: {
      status: "completed",
      input: input!,
      output: "~",
      title: title!,
      time: time!,
      metadata: interrupted === null ? {} : { interrupted: interrupted! },
    },
  };
}

export function openOpencode(db: Database, schema: OpencodeSchema): Reader {
  const present = SESSION_COLUMNS.filter((column) => schema.session.has(column));
  const imported = schema.mixed ? "exists(select 1 from session_v2 v where v.id = s.id)" : "0";
  const sessionSql = db.prepare(
    `select s.rowid, s.*, exists(select 1 from project where id = s.project_id) as project_known, ${imported} as imported
     from (select rowid, ${present.join(", ")} from session) s where s.rowid = ?`,
  );
  const messageSql = db
    .prepare(
      `select rowid, id, time_created, time_updated, octet_length(data), ${dataSql(true)} from message where session_id = ? order by time_created, id`,
    )
    .raw();
  const partSql = (full: boolean) =>
    db
      .prepare(
        `select p.rowid, p.id, p.time_created, p.time_updated, octet_length(data), ${dataSql(full)}, owner, iif(p.session_id is session, null, p.session_id)
         from (select rowid as owner, id as mid, session_id as session from message where session_id = ?) cross join part p on p.message_id = mid`,
      )
      .raw();
  const shortParts = partSql(false);
  const fullParts = partSql(true);
  const scalar = (sql: string, ...values: unknown[]) =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;

  return {
    kind: "opencode",
    handles: () => db.prepare("select rowid from session order by rowid").pluck().all() as number[],
    handleOf: (id) =>
      (db.prepare("select rowid from session where id = ?").pluck().get(id) as number | undefined) ?? null,
    read(handle, full = false): Conversation {
      const session = sessionSql.get(handle) as SessionRow;
      const parts = new Map<number, Loaded[]>();
      for (const raw of (full ? fullParts : shortParts).all(session.id) as RawPart[]) {
        const part = load("part", raw, raw[7]);
        addTo(parts, raw[6], part);
      }
      let size = 0;
      const messages = (messageSql.all(session.id) as RawRow[]).map((raw, position) => {
        const message = load("message", raw, null);
        const own = parts.get(raw[0]) ?? [];
        own.sort((one, other) => (one.row.id < other.row.id ? -1 : 1));
        size += message.row.size;
        for (const part of own) size += part.row.size;
        const strays = own.filter((part) => part.row.strayOwner !== undefined).map((part) => part.row);
        const decoded = decodeMessage(message, own, position);
        return strays.length > 0 ? { ...decoded, strays } : decoded;
      });
      return decodeSession(session, messages, size);
    },
    counts: (): Counts => ({
      sessions: scalar("select count(*) from session"),
      messages: scalar("select count(*) from message"),
      parts: scalar("select count(*) from part"),
    }),
    orphans: (table) => [
      ...(table
        ? []
        : orphansOf(
            db,
            "part",
            "select rowid, id, session_id as session, message_id as owner, time_created, time_updated, octet_length(data) as size from part p where not exists (select 1 from message m where m.id = p.message_id)",
          )),
      ...(table
        ? []
        : orphansOf(
            db,
            "message",
            "select rowid, id, session_id as session, session_id as owner, time_created, time_updated, octet_length(data) as size from message m where not exists (select 1 from session s where s.id = m.session_id)",
          )),
      ...orphansOf(
        db,
        "session",
        "select rowid, id, id as session, parent_id as owner, time_created, time_updated, 0 as size from session c where parent_id is not null and not exists (select 1 from session s where s.id = c.parent_id)",
      ),
    ],
    findCalls: (isWanted) =>
      keepCalls(
        db
          .prepare(
            `select session_id, data ->> '$.callID', data ->> '$.tool', data -> '$.state.input' from part
             where octet_length(data) <= ${MAX_ROW_BYTES} and json_valid(data) and json_type(data, '$.state.input') = 'object'
             order by session_id, id`,
          )
          .raw()
          .iterate(),
        isWanted,
      ),
    hostVersion: () =>
      newestRelease(db.prepare("select distinct version from session").pluck().all() as unknown[]),
    notImported: () => (schema.mixed ? scalar(`select count(*) from session s where not ${imported}`) : null),
    notes: () =>
      schema.mixed
        ? [
            "also holds opencode 2 tables: rows that were imported there are leftovers here and are only reported",
          ]
        : [],
  };
}

function newestRelease(versions: unknown[]): string | null {
  const releases = versions.filter(
    (version): version is string =>
      typeof version === "string" && semver.valid(version) !== null && semver.prerelease(version) === null,
  );
  return releases.sort(semver.compare).at(-1) ?? null;
}

function load(table: "message" | "part", raw: RawRow | RawPart, strayOwner: string | null): Loaded {
  const [rowid, id, created, updated, size, data] = raw;
  const row: Row = {
    table,
    id: String(id),
    rowid,
    size: size ?? 0,
    created: typeof created === "number" ? created : null,
    updated: typeof updated === "number" ? updated : null,
    strayOwner: strayOwner === null ? undefined : String(strayOwner),
  };
  if (typeof data !== "string") {
    if (size > MAX_ROW_BYTES) return { row, data: null, unreadable: "too-large" };
    return { row, data: null, unreadable: "not-text" };
  }
  try {
    if (data.startsWith("#") && size > WHOLE_BELOW) return { row, data: largeTool(data.slice(1)) };
    const parsed = JSON.parse(data) as Json;
    return { row, data: isObject(parsed) ? parsed : { "~": parsed } };
  } catch {
    return { row, data: null, unreadable: "json" };
  }
}

function orphansOf(db: Database, table: "part" | "message" | "session", sql: string): OrphanRow[] {
  const rows = db.prepare(sql).all() as {
    rowid: number;
    id: unknown;
    session: unknown;
    owner: unknown;
    time_created: unknown;
    time_updated: unknown;
    size: number;
  }[];
  return rows.map((found) => ({
    session: typeof found.session === "string" ? found.session : null,
    owner: String(found.owner),
    row: {
      table,
      id: String(found.id),
      rowid: found.rowid,
      size: found.size ?? 0,
      created: typeof found.time_created === "number" ? found.time_created : null,
      updated: typeof found.time_updated === "number" ? found.time_updated : null,
    },
  }));
}
