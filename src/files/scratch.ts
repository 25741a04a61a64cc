import type { Conversation } from "../model/conversation.js";
import { readerFor } from "../sources/database.js";
import type { DatabaseSchema } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import type { Editor } from "./editor.js";
import { MAX_ROW_BYTES } from "./limits.js";
import { CONTENT, type TableName } from "./rows.js";
import { type Database, openScratch, prepared } from "./sqlite.js";

const COPIED = {
  opencode: ["project", "session", "message", "part"],
  instatic: ["ai_conversations", "ai_messages"],
} as const;

/** An in-memory copy of one conversation's rows, with their rowids: where a repair is tried before it is planned. */
export class Scratch {
  readonly db: Database;
  readonly #kind: "opencode" | "instatic";
  readonly #reader: Reader;
  /** Ids given to new rows of this and of other conversations. */
  readonly #claimed = new Set<string>();

  /** `source`: what SQLite is to open, as `ReadPlan.name`, or what writes the tables into the schema `source`. */
  constructor(source: string | ((db: Database) => void), schema: DatabaseSchema) {
    this.#kind = schema.kind;
    this.db = openScratch();
    this.db.pragma("foreign_keys = off");
    this.db.prepare("attach ? as source").run(typeof source === "string" ? source : ":memory:");
    if (typeof source !== "string") source(this.db);
    for (const table of COPIED[schema.kind]) {
      const columns = this.db
        .prepare(
          "select name, type, \"notnull\" and dflt_value is null as needed from pragma_table_info(?, 'source')",
        )
        .all(table) as { name: string; type: string; needed: 0 | 1 }[];
      const declared = columns.map(
        ({ name, type, needed }) => `"${name}" ${type}${needed ? " not null" : ""}`,
      );
      this.db.exec(`create table main."${table}" (${declared.join(", ")})`);
    }
    if (schema.kind === "opencode") {
      this.db.exec(
        "create index main.part_by_message on part (message_id); create index main.message_by_session on message (session_id); create index main.part_by_id on part (id); create index main.message_by_id on message (id)",
      );
      this.db.exec(
        `insert into main.project (rowid, ${this.#columns("project")}) select rowid, ${this.#columns("project")} from source.project`,
      );
    } else this.db.exec("create table main.schema_migrations (id text)");
    this.#reader = readerFor(this.db, schema);
  }

  /** Replaces the copy by the rows of another conversation. */
  load(handle: number): void {
    const opencode = this.#kind === "opencode";
    const [owner, ...owned] = COPIED[this.#kind].filter((table) => table !== "project");
    for (const table of [owner!, ...owned]) this.db.exec(`delete from main."${table}"`);
    this.#copy(owner!, "rowid = ?", handle);
    if (opencode) {
      this.#copy("message", "session_id = (select id from main.session)");
      this.#copy("part", "message_id in (select id from main.message)");
    } else this.#copy("ai_messages", "conversation_id = (select id from main.ai_conversations)");
  }

  /** Takes an id for a new row; false where a row of the file, or of any copy of this scratch, has it already. */
  claim(table: string, id: string): boolean {
    const has = (schema: string) =>
      prepared(this.db, `select 1 from ${schema}."${table}" where id = ?`).get(id) !== undefined;
    const key = `${table} ${id}`;
    if (this.#claimed.has(key) || has("main") || has("source")) return false;
    this.#claimed.add(key);
    return true;
  }

  conversation(handle: number): Conversation {
    return this.#reader.read(handle, true);
  }

  /** Gives rows that were put between two positions whole numbers again; true where there were any. */
  settle(editor: Editor): boolean {
    if (this.#kind !== "instatic") return false;
    const rows = this.db
      .prepare("select rowid, id, position from main.ai_messages order by position")
      .all() as { rowid: number; id: string; position: number }[];
    if (rows.every((row) => Number.isInteger(row.position))) return false;
    rows.forEach((row, index) => {
      const place = {
        table: "ai_messages" as const,
        id: row.id,
        rowid: row.rowid,
        created: null,
        updated: null,
        size: 0,
      };
      if (row.position !== index) editor.column(place, "position", index);
    });
    return true;
  }

  close(): void {
    this.db.close();
  }

  #copy(table: string, where: string, ...values: number[]): void {
    const columns = this.#columns(table);
    // A row that is too large to be opened keeps a size that says so.
    const content = `"${CONTENT[table as TableName]}"`;
    const copied = columns.replace(
      content,
      `iif(octet_length(${content}) > ${MAX_ROW_BYTES}, zeroblob(${MAX_ROW_BYTES + 1}), ${content})`,
    );
    prepared(
      this.db,
      `insert into main."${table}" (rowid, ${columns}) select rowid, ${copied} from source."${table}" where ${where}`,
    ).run(...values);
  }

  #columns(table: string): string {
    const names = prepared(this.db, "select name from pragma_table_info(?, 'source')")
      .pluck()
      .all(table) as string[];
    return names.map((name) => `"${name}"`).join(", ");
  }
}
