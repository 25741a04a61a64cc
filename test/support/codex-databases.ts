import { writeFileSync } from "node:fs";
import { openForWriting } from "../../src/files/sqlite.js";

/** Tables of Codex 0.171.0's databases, with the columns that the tool looks at and some that it does not. */
const STATE = `
create table threads (id text primary key, rollout_path text not null, created_at integer not null,
  updated_at integer not null, source text not null, model_provider text not null, cwd text not null,
  title text not null, archived integer not null default 0, cli_version text not null default '',
  history_mode text not null default 'legacy');
create table thread_spawn_edges (parent_thread_id text not null, child_thread_id text not null primary key);
create trigger threads_created_at_after_update after update of created_at on threads
begin update threads set updated_at = new.created_at where id = new.id; end`;
const HISTORY = `
create table thread_turns (thread_id text not null, turn_id text not null, rollout_ordinal integer not null,
  primary key (thread_id, turn_id));
create table thread_items (thread_id text not null, turn_id text not null, item_id text not null,
  rollout_ordinal integer not null, item_json text not null, primary key (thread_id, turn_id, item_id));
create table thread_history_projection_state (thread_id text primary key, next_rollout_byte_offset integer not null,
  next_rollout_ordinal integer not null);
create table thread_realtime_items (thread_id text not null, item_id text not null, rollout_ordinal integer not null,
  item_json text not null, primary key (thread_id, item_id));
create trigger thread_realtime_items_projection_cleanup after delete on thread_history_projection_state
begin delete from thread_realtime_items where thread_id = old.thread_id; end`;

function create(path: string, sql: string): void {
  writeFileSync(path, "");
  const db = openForWriting(path);
  db.exec(sql);
  db.close();
}

export interface StoredThread {
  readonly id: string;
  readonly rollout: string;
  /** "paginated" by default. */
  readonly mode?: string;
}

/** A list of threads. */
export function createState(path: string, threads: readonly StoredThread[]): void {
  create(path, STATE);
  const db = openForWriting(path);
  for (const { id, rollout, mode = "paginated" } of threads)
    db.prepare(
      "insert into threads values (?, ?, 1, 2, 'cli', 'openai', '/work', 'a title', 0, '0.171.0', ?)",
    ).run(id, rollout, mode);
  db.close();
}

/** The list of one thread's turns, with two rows of each table. */
export function createHistory(path: string, thread: string, offset: number, ordinal: number): void {
  create(path, HISTORY);
  const db = openForWriting(path);
  db.prepare("insert into thread_history_projection_state values (?, ?, ?)").run(thread, offset, ordinal);
  for (const id of [thread, "other"])
    for (const at of [1, 2]) {
      db.prepare("insert into thread_turns values (?, ?, ?)").run(id, `turn ${at}`, at);
      db.prepare("insert into thread_items values (?, ?, ?, ?, '{}')").run(
        id,
        `turn ${at}`,
        `item ${at}`,
        at,
      );
      db.prepare("insert into thread_realtime_items values (?, ?, ?, '{}')").run(id, `item ${at}`, at);
    }
  db.close();
}
