import { type Database, openForWriting } from "../../src/files/sqlite.js";
import { type Dice, mutateJson, oddValue, parsed } from "./fuzz.js";
import { HOSTILE } from "./hostile.js";

const TABLES = ["project", "session", "message", "part", "ai_conversations", "ai_messages"];

interface Cell {
  readonly table: string;
  readonly column: string;
  readonly rowid: number;
  readonly value: unknown;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** A cell of a row; rows of conversations are many, and their JSON is drawn more often than other columns. */
function anyCell(db: Database, dice: Dice): Cell | null {
  const tables = db.prepare("select name from sqlite_master where type = 'table'").pluck().all().map(String);
  const known = tables.filter((name) => TABLES.includes(name));
  if (known.length === 0) return null;
  const table = dice.pick(known);
  const rows = db
    .prepare(`select rowid from ${quoted(table)} order by rowid`)
    .pluck()
    .all()
    .map(Number);
  const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(table).map(String);
  if (rows.length === 0 || columns.length === 0) return null;
  const rowid = dice.pick(rows);
  const bodies = columns.filter((name) => ["data", "content_json"].includes(name));
  const column = dice.pick(bodies.length > 0 && dice.below(3) > 0 ? bodies : columns);
  const value = db
    .prepare(`select ${quoted(column)} from ${quoted(table)} where rowid = ?`)
    .pluck()
    .get(rowid);
  return { table, column, rowid, value };
}

function write(db: Database, { table, column, rowid }: Cell, sql: string, ...values: unknown[]): void {
  db.prepare(`update or ignore ${quoted(table)} set ${quoted(column)} = ${sql} where rowid = ?`).run(
    ...values,
    rowid,
  );
}

/** The value of the same column in another row. */
function otherRow(db: Database, { table, column }: Cell, dice: Dice): unknown {
  return dice.pick(
    db
      .prepare(`select ${quoted(column)} from ${quoted(table)} order by rowid`)
      .pluck()
      .all(),
  );
}

const STORED = [
  "null",
  "x'00ff7b22'",
  "1.5",
  "9223372036854775807",
  "-9223372036854775808",
  "1e999",
  "0",
  "''",
  "char(0)",
  "cast(x'7b22ff22' as text)",
  'cast(\'{"type":"text","text":"x"}\' as blob)',
];

const CHANGES: Readonly<Record<string, (db: Database, cell: Cell, dice: Dice) => void>> = {
  json(db, cell, dice) {
    const value = typeof cell.value === "string" ? parsed(cell.value) : undefined;
    if (typeof value === "object") write(db, cell, "?", mutateJson(value, dice).text);
  },
  class: (db, cell, dice) => write(db, cell, dice.pick(STORED)),
  hostile: (db, cell, dice) => write(db, cell, "?", dice.pick(HOSTILE)),
  odd: (db, cell, dice) => write(db, cell, "?", JSON.stringify(oddValue(dice)).replaceAll("@@", "")),
  blob: (db, cell) => write(db, cell, `cast(${quoted(cell.column)} as blob)`),
  /** Owners, roles, times and bodies of another row. */
  swap: (db, cell, dice) => write(db, cell, "?", otherRow(db, cell, dice)),
  remove: (db, { table, rowid }) => db.prepare(`delete from ${quoted(table)} where rowid = ?`).run(rowid),
  /** The same row once more, under an id that sorts behind or before its own. */
  double(db, { table, rowid }, dice) {
    const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(table).map(String);
    const id = dice.pick(["id || 'x'", "substr(id, 1, 8)", "upper(id)", "id || ' '", "char(10) || id"]);
    const from = columns.map((name) => (name === "id" ? id : quoted(name))).join(", ");
    db.prepare(
      `insert or ignore into ${quoted(table)} select ${from} from ${quoted(table)} where rowid = ?`,
    ).run(rowid);
  },
};

const SCHEMA: readonly ((cell: Cell) => string)[] = [
  ({ table }) => `drop table ${quoted(table)}`,
  ({ table, column }) => `alter table ${quoted(table)} rename column ${quoted(column)} to other`,
  ({ table, column }) => `alter table ${quoted(table)} drop column ${quoted(column)}`,
  ({ table }) => `alter table ${quoted(table)} add column extra blob default x'00'`,
  ({ table }) => `create trigger t after update on ${quoted(table)} begin delete from ${quoted(table)}; end`,
  ({ table, column }) => `create index i on ${quoted(table)} (${quoted(column)} desc)`,
  ({ table }) => `create view "v ""w" as select * from ${quoted(table)}`,
  ({ table }) => `alter table ${quoted(table)} rename to ${quoted(`${table}_2`)}`,
];

/** Changes cells, rows, and now and then the schema of a database. Returns the names of the changes. */
export function mutateRows(path: string, dice: Dice): string[] {
  const db = openForWriting(path);
  try {
    db.pragma("foreign_keys = off");
    db.pragma("ignore_check_constraints = on");
    const told: string[] = [];
    for (let left = 1 + dice.below(dice.pick([1, 3, 8])); left > 0; left--) {
      const cell = anyCell(db, dice);
      if (!cell) break;
      const [name, change] = dice.pick(Object.entries(CHANGES));
      const sql = dice.below(25) === 0 ? dice.pick(SCHEMA)(cell) : null;
      try {
        if (sql === null) change(db, cell, dice);
        else db.exec(sql);
        told.push(sql ?? `${name} ${cell.table}.${cell.column} ${cell.rowid}`);
      } catch {
        // The schema forbids it, or the value is nested too deeply to be changed again.
      }
    }
    db.pragma("wal_checkpoint(truncate)");
    return told;
  } finally {
    db.close();
  }
}
