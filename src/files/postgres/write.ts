import { DoctorError } from "../../errors.js";
import { type Cells, encodeCell } from "../rows.js";
import { keyColumn } from "../tables.js";
import { quoted } from "./catalog.js";
import { type MirroredTable, serverText } from "./mirror.js";
import type { Session } from "./session.js";

/** A row of a server as it is and as it is to be; null: there is none. A column that `to` leaves out is not written. */
export interface RowChange {
  readonly table: MirroredTable;
  readonly id: string;
  readonly from: Cells | null;
  readonly to: Cells | null;
}

/** Positions at which rows wait until those that they take are free. */
const WAITING = -1_000_000_000;

/**
 * Writes changes of rows: removes rows, then changes some, then adds some. Positions are unique, so rows that move make
 * room first, all at once.
 * @throws DoctorError VERIFY_FAILED where a statement wrote another number of rows than it names
 */
export async function writeChanges(session: Session, changes: readonly RowChange[]): Promise<void> {
  for (const { table, id, to } of changes)
    if (to === null)
      await exactly(1, session, `delete from ${quoted(table.name)} where ${keyOf(table)} = $1`, [id]);
  const moved = changes.filter(isMoved);
  await setPositions(session, moved, (_, at) => String(WAITING - at));
  await setPositions(session, moved, ({ table, to }) =>
    serverText(to?.[table.declared.position ?? ""] ?? null),
  );
  for (const change of changes) {
    const { table, id, from, to } = change;
    if (to === null) continue;
    const names =
      from === null ? Object.keys(to) : changedIn(change).filter((name) => name !== table.declared.position);
    if (names.length === 0) continue;
    const values = names.map((name) => serverText(to[name] ?? null));
    const columns = names.map(quoted);
    const sql =
      from === null
        ? `insert into ${quoted(table.name)} (${columns.join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`
        : `update ${quoted(table.name)} set ${columns.map((name, at) => `${name} = $${at + 2}`).join(", ")} where ${keyOf(table)} = $1`;
    await exactly(1, session, sql, from === null ? values : [id, ...values]);
  }
}

/** The columns of a row that a change writes. */
export function changedIn({ from, to }: Pick<RowChange, "from" | "to">): string[] {
  const tagged = (cells: Cells | null, name: string) => encodeCell(cells?.[name] ?? null).join(":");
  return Object.keys(to ?? {}).filter((name) => tagged(from, name) !== tagged(to, name));
}

function isMoved(change: RowChange): boolean {
  const { position } = change.table.declared;
  return change.from !== null && position !== undefined && changedIn(change).includes(position);
}

async function setPositions(
  session: Session,
  moved: readonly RowChange[],
  positionOf: (change: RowChange, at: number) => string | null,
): Promise<void> {
  const table = moved[0]?.table;
  const { position } = table?.declared ?? {};
  if (!table || position === undefined) return;
  const sql = `update ${quoted(table.name)} t set ${quoted(position)} = v.place::integer
    from unnest($1::text[], $2::text[]) v(id, place) where t.${keyOf(table)} = v.id`;
  const places = moved.map((change, at) => positionOf(change, at) ?? "");
  await exactly(moved.length, session, sql, [moved.map(({ id }) => id), places]);
}

async function exactly(
  rows: number,
  session: Session,
  sql: string,
  values: Parameters<Session["query"]>[1],
): Promise<void> {
  const { count } = await session.query(sql, values);
  if (count !== rows)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${session.name}: ${count} rows were written where ${rows} were meant; rolled back`,
    );
}

function keyOf({ declared }: MirroredTable): string {
  return quoted(keyColumn(declared));
}
