import { DoctorError } from "../errors.js";
import type { Database } from "./sqlite.js";

interface Listed {
  readonly name: string;
  readonly type: string;
  readonly wr: 0 | 1;
}

const KINDS: Record<string, string> = {
  view: "a view",
  virtual: "a virtual table",
  shadow: "a shadow table",
};

/**
 * Refuses where one of the names is no ordinary table with rowids: a view or a virtual table runs code of its own when it
 * is read, and without rowids, or with a column of that name, `where rowid = ?` finds other rows. Names of tables that
 * are not there are left out. Reads the schema only.
 * @throws DoctorError UNSUPPORTED
 */
export function refuseUnlessOrdinary(db: Database, path: string, names: Iterable<string>): void {
  const listed = db
    .prepare("select name, type, wr from pragma_table_list where schema = 'main'")
    .all() as Listed[];
  const byName = new Map(listed.map((table) => [table.name.toLowerCase(), table]));
  const shadowed = db.prepare("select 1 from pragma_table_xinfo(?) where lower(name) = 'rowid'");
  for (const name of names) {
    const table = byName.get(name.toLowerCase());
    if (!table) continue;
    const fault =
      table.type !== "table"
        ? `is ${KINDS[table.type] ?? table.type}`
        : table.wr
          ? "has no rowids"
          : shadowed.get(name)
            ? "has a column of its own called rowid"
            : null;
    if (fault)
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: ${name} ${fault}: no host makes it so, and it is not read`,
      );
  }
}

/**
 * Repairs compare and keep the exact bytes of texts, as UTF-8; every host stores them so.
 * @throws DoctorError UNSUPPORTED
 */
export function refuseOtherEncoding(db: Database, path: string): void {
  const encoding = db.pragma("encoding", { simple: true });
  if (encoding !== "UTF-8")
    throw new DoctorError("UNSUPPORTED", `${path}: stores text as ${encoding}: such a file is only reported`);
}
