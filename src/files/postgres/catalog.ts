import { DoctorError } from "../../errors.js";
import type { Session } from "./session.js";

export interface ServerColumn {
  readonly name: string;
  readonly holds: "integer" | "time" | "text";
  /** True if a new row must give it a value. */
  readonly isNeeded: boolean;
}

/** A table as the server has it, with its columns in order; columns that the server computes are left out. */
export interface ServerTable {
  readonly name: string;
  readonly columns: readonly ServerColumn[];
}

const COLUMNS = `select t.name, c.relkind, a.attname, y.typname, a.attnotnull and not a.atthasdef
  from unnest($1::text[]) as t(name)
  join pg_catalog.pg_class c on c.oid = to_regclass(quote_ident(t.name))
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  join pg_catalog.pg_type y on y.oid = a.atttypid
  order by t.name, a.attnum`;

/** Of the named tables those that the server has in this user's search path. @throws DoctorError UNSUPPORTED for a view */
export async function tablesOnServer(session: Session, names: readonly string[]): Promise<ServerTable[]> {
  const { rows } = await session.query(COLUMNS, [names]);
  const tables = new Map<string, ServerColumn[]>();
  for (const [name, kind, column, type, isNeeded] of rows) {
    if (name == null || column == null) continue;
    if (kind !== "r" && kind !== "p")
      throw new DoctorError(
        "UNSUPPORTED",
        `${session.name}: ${name} is no table but a view, which is not read`,
      );
    const columns = tables.get(name) ?? [];
    columns.push({ name: column, holds: holdsOf(type ?? ""), isNeeded: isNeeded === "t" });
    tables.set(name, columns);
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

function holdsOf(type: string): ServerColumn["holds"] {
  if (/^int[248]$/.test(type)) return "integer";
  return type === "timestamptz" ? "time" : "text";
}

/** The facts that decide whether rows may be written. @throws DoctorError READ_ONLY, REFUSED, UNSUPPORTED */
export async function refuseUnwritable(session: Session, tables: readonly string[]): Promise<void> {
  const { rows } = await session.query(
    `select pg_is_in_recovery(), current_setting('server_encoding'),
       (select string_agg(tgname || ' of ' || c.relname, ', ' order by tgname)
        from pg_catalog.pg_trigger g join pg_catalog.pg_class c on c.oid = g.tgrelid
        where not g.tgisinternal and g.tgenabled <> 'D' and c.oid in (select to_regclass(quote_ident(n)) from unnest($1::text[]) n))`,
    [tables],
  );
  const [isReplica, encoding, triggers] = rows[0] ?? [];
  if (isReplica === "t")
    throw new DoctorError(
      "READ_ONLY",
      `${session.name}: a replica in recovery, which cannot be written`,
      "name the primary server",
    );
  if (encoding === "SQL_ASCII")
    throw new DoctorError(
      "UNSUPPORTED",
      `${session.name}: its encoding is SQL_ASCII, in which texts do not survive a repair byte by byte`,
    );
  if (triggers != null)
    throw new DoctorError(
      "REFUSED",
      `${session.name}: has triggers on tables that a repair writes to (${triggers}); their changes could not be undone`,
      "disable them first, and enable them again after it",
    );
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
