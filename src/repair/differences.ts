import type { Database } from "../files/sqlite.js";
import { type StoredTable, tablesOf } from "./backup.js";

/** A row that is not the same in two databases; without a rowid, a row of a table that has none. */
export interface Difference {
  readonly table: string;
  /** Null where the whole table is another one, or has no rowids. */
  readonly rowid: bigint | null;
  /** How many rows differ: more than one only where they have no rowids. */
  readonly rows: number;
}

const ROWID_NAMES = ["rowid", "_rowid_", "oid"];

/**
 * Compares every table of the main database with that of the attached schema `old`, row by row and type by type, inside
 * SQLite: no content comes out of it.
 */
export function* differences(db: Database): Generator<Difference> {
  const before = new Map(tablesOf(db, "old").map((table) => [table.name, table]));
  for (const table of tablesOf(db)) {
    const other = before.get(table.name);
    before.delete(table.name);
    if (!other) yield { table: table.name, rowid: null, rows: countOf(db, "main", table) };
    else yield* tableDifferences(db, table, other);
  }
  const schema = { name: "sqlite_schema", quoted: "sqlite_schema", type: "table", hasRowid: 0 } as const;
  yield* unnumbered(db, schema, ["type", "name", "tbl_name", "sql"]);
  for (const [name, table] of before) yield { table: name, rowid: null, rows: countOf(db, "old", table) };
}

function countOf(db: Database, schema: "main" | "old", { quoted }: StoredTable): number {
  return Math.max(1, Number(db.prepare(`select count(*) from ${schema}.${quoted}`).pluck().get()));
}

function* tableDifferences(db: Database, table: StoredTable, other: StoredTable): Generator<Difference> {
  const columns = columnsIn(db, "main", table.name);
  if (columns.join("\n") !== columnsIn(db, "old", table.name).join("\n")) {
    yield { table: table.name, rowid: null, rows: countOf(db, "main", table) };
    return;
  }
  const rowid = ROWID_NAMES.find((name) => !columns.some((column) => column.toLowerCase() === name));
  const isNumbered = table.hasRowid === 1 && other.hasRowid === 1 && rowid !== undefined;
  if (!isNumbered) yield* unnumbered(db, table, columns);
  else
    for (const sql of numberedSql(table, columns, rowid)) {
      const rows = db.prepare(sql).pluck().safeIntegers().iterate() as IterableIterator<bigint>;
      for (const found of rows) yield { table: table.name, rowid: found, rows: 1 };
    }
}

/** Generated columns follow from the others. */
function columnsIn(db: Database, schema: "main" | "old", table: string): string[] {
  return db.prepare("select name from pragma_table_info(?, ?)").pluck().all(table, schema) as string[];
}

/** Values as they are stored: no collation makes two texts one, and 7 is not 7.0. */
function valuesOf(alias: string, columns: readonly string[]): string {
  return columns
    .map((name) => `"${name.replaceAll('"', '""')}"`)
    .map((name) => `typeof(${alias}${name}), ${alias}${name} collate binary`)
    .join(", ");
}

function numberedSql({ quoted }: StoredTable, columns: readonly string[], rowid: string): string[] {
  const onlyIn = (one: string, other: string) =>
    `select a.${rowid} from ${one}.${quoted} a where not exists (select 1 from ${other}.${quoted} b where b.${rowid} = a.${rowid})`;
  return [
    `select a.${rowid} from main.${quoted} a join old.${quoted} b on b.${rowid} = a.${rowid} where (${valuesOf("a.", columns)}) is not (${valuesOf("b.", columns)})`,
    onlyIn("main", "old"),
    onlyIn("old", "main"),
  ];
}

function* unnumbered(
  db: Database,
  { name, quoted }: StoredTable,
  columns: readonly string[],
): Generator<Difference> {
  const values = valuesOf("", columns);
  const rows = ([one, other]: readonly [string, string]) =>
    Number(
      db
        .prepare(
          `select count(*) from (select ${values} from ${one}.${quoted} except select ${values} from ${other}.${quoted})`,
        )
        .pluck()
        .get(),
    );
  const most = Math.max(rows(["main", "old"]), rows(["old", "main"]));
  if (most > 0) yield { table: name, rowid: null, rows: most };
}
