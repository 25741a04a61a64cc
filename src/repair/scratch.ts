import type { Block, Conversation, Message, Row } from "../model/conversation.js";
import type { Judged } from "../scan/judge.js";
import { readerFor } from "../sources/database.js";
import type { DatabaseSchema } from "../sources/identify.js";
import type { Reader } from "../sources/reader.js";
import { type Database, openScratch } from "../sources/sqlite.js";
import type { Editor } from "./editor.js";

const COPIED = {
  opencode: ["project", "session", "message", "part"],
  instatic: ["ai_conversations", "ai_messages"],
} as const;

/** An in-memory copy of one conversation's rows, with their rowids: where a repair is tried before it is planned. */
export class Scratch {
  readonly db: Database;
  readonly #kind: "opencode" | "instatic";
  readonly #reader: Reader;

  /** `source`: what SQLite is to open, as `ReadPlan.name`. */
  constructor(source: string, schema: DatabaseSchema) {
    this.#kind = schema.kind;
    this.db = openScratch();
    this.db.pragma("foreign_keys = off");
    this.db.prepare("attach ? as source").run(source);
    for (const table of COPIED[schema.kind]) {
      const columns = this.db.prepare("select name, type from pragma_table_info(?, 'source')").all(table) as {
        name: string;
        type: string;
      }[];
      this.db.exec(
        `create table main."${table}" (${columns.map(({ name, type }) => `"${name}" ${type}`).join(", ")})`,
      );
    }
    if (schema.kind === "opencode") {
      this.db.exec(
        "create index main.part_by_message on part (message_id); create index main.message_by_session on message (session_id)",
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

  /** True where a row of the file, or of the scratch copy, has this id already. */
  isTaken(table: string, id: string): boolean {
    const has = (schema: string) =>
      this.db.prepare(`select 1 from ${schema}."${table}" where id = ?`).get(id) !== undefined;
    return has("main") || has("source");
  }

  conversation(handle: number): Conversation {
    return this.#reader.read(handle, true);
  }

  /** Runs the repairs of one rule; a row that an earlier one of them removed is skipped. */
  repairAll(conversation: Conversation, targets: readonly Judged[], editor: Editor): void {
    const places = placesOf(conversation);
    for (const { finding, rule, row: judgedRow, message: judgedMessage, block: judgedBlock } of targets) {
      const place = places.get(`${judgedRow.table} ${judgedRow.id}`) ?? { row: judgedRow };
      if (!editor.exists(place.row)) continue;
      // The conversation was read anew: the same piece stands at the same place.
      const index = judgedBlock && judgedMessage ? judgedMessage.blocks.indexOf(judgedBlock) : -1;
      const block = place.message?.blocks[index] ?? place.block;
      rule.repair!(
        { conversation, row: place.row, message: place.message, block, evidence: finding.evidence },
        editor,
      );
    }
  }

  /** Gives rows that were put between two positions whole numbers again. */
  settle(editor: Editor): void {
    if (this.#kind !== "instatic") return;
    const rows = this.db
      .prepare("select rowid, id, position from main.ai_messages order by position")
      .all() as { rowid: number; id: string; position: number }[];
    if (rows.every((row) => Number.isInteger(row.position))) return;
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
  }

  close(): void {
    this.db.close();
  }

  #copy(table: string, where: string, ...values: number[]): void {
    const columns = this.#columns(table);
    this.db
      .prepare(
        `insert into main."${table}" (rowid, ${columns}) select rowid, ${columns} from source."${table}" where ${where}`,
      )
      .run(...values);
  }

  #columns(table: string): string {
    const names = this.db
      .prepare("select name from pragma_table_info(?, 'source')")
      .pluck()
      .all(table) as string[];
    return names.map((name) => `"${name}"`).join(", ");
  }
}

function placesOf(conversation: Conversation): Map<string, { row: Row; message?: Message; block?: Block }> {
  const places = new Map<string, { row: Row; message?: Message; block?: Block }>();
  places.set(`${conversation.row.table} ${conversation.row.id}`, { row: conversation.row });
  for (const message of conversation.messages) {
    for (const { row } of message.unreadableRows ?? [])
      places.set(`${row.table} ${row.id}`, { row, message });
    for (const block of [...message.blocks].reverse())
      places.set(`${block.row.table} ${block.row.id}`, { row: block.row, message, block });
    if (!places.has(`${message.row.table} ${message.row.id}`))
      places.set(`${message.row.table} ${message.row.id}`, { row: message.row, message });
  }
  return places;
}
