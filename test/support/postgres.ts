import { openForReading } from "../../src/files/sqlite.js";

/** Anything that runs SQL on the server. */
export interface Runs {
  query(sql: string, values?: (string | null)[]): Promise<unknown>;
}

/** The password of the tests' servers: no output may hold it. */
export const CANARY = "canary-7f3a";

/** A server that a test may do anything to. */
export interface TestServer extends Runs {
  /** With the password. */
  readonly url: string;
  /** As reports show it. */
  readonly name: string;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** The tables as the migrations of Instatic make them on PostgreSQL, without the tables that they refer to. */
export const SCHEMA = `
  drop table if exists ai_messages, ai_conversations, schema_migrations cascade;
  create table schema_migrations (id text primary key, applied_at timestamptz not null default now());
  create table ai_conversations (
    id text primary key, user_id text not null, scope text not null, title text not null, credential_id text,
    model_id text not null, prompt_tokens_total bigint not null default 0,
    completion_tokens_total bigint not null default 0, cost_usd_total numeric(10, 6) not null default 0,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    deleted_at timestamptz, cache_read_tokens_total bigint not null default 0,
    cache_creation_tokens_total bigint not null default 0, context_tokens integer not null default 0,
    constraint ai_conv_scope_check check (scope in ('site', 'content', 'data', 'plugin')));
  create table ai_messages (
    id text primary key, conversation_id text not null references ai_conversations(id) on delete cascade,
    position integer not null, role text not null, content_json text not null, tool_call_id text, tool_name text,
    prompt_tokens integer not null default 0, completion_tokens integer not null default 0,
    cost_usd numeric(10, 6) not null default 0, created_at timestamptz not null default now(),
    cache_read_tokens integer not null default 0, cache_creation_tokens integer not null default 0,
    constraint ai_msg_role_check check (role in ('user', 'assistant', 'tool')));
  create unique index ai_msg_conv_position_idx on ai_messages (conversation_id, position);`;

const TABLES = ["schema_migrations", "ai_conversations", "ai_messages"];
/** Rows of one statement. */
const AT_ONCE = 100;

/** Makes the tables anew, with the rows of a SQLite file. Foreign keys are not asked: a fixture may lack the owner of a row. */
export async function loadFrom(file: string, server: Runs): Promise<void> {
  await server.query(`${SCHEMA} set session_replication_role = replica; set timezone = 'UTC'`);
  const db = openForReading({ name: file });
  try {
    for (const table of TABLES) {
      const rows = db.prepare(`select * from ${table}`).safeIntegers().all() as Record<string, unknown>[];
      for (let from = 0; from < rows.length; from += AT_ONCE)
        await insert(server, table, rows.slice(from, from + AT_ONCE));
    }
  } finally {
    db.close();
  }
  await server.query("set session_replication_role = default");
}

async function insert(server: Runs, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.flatMap((row) =>
    columns.map((name) => (row[name] === null ? null : String(row[name]))),
  );
  const marks = rows.map(
    (_, at) => `(${columns.map((__, by) => `$${at * columns.length + by + 1}`).join(", ")})`,
  );
  await server.query(`insert into ${table} (${columns.join(", ")}) values ${marks.join(", ")}`, values);
}
