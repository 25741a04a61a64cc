import { statSync } from "node:fs";
import type { SizeReport } from "../model/report.js";
import type { Database } from "./sqlite.js";
import type { Table } from "./tables.js";

/** How many rows and conversations are named. */
const LARGEST = 10;

export type Measured = Omit<SizeReport, "reclaimable" | "events">;

/** Counts pages and lengths; no row's content is read (`octet_length` looks at the row's header only). */
export function measureSize(db: Database, tables: readonly Table[], path: string): Measured {
  const number = (pragma: string) => db.pragma(pragma, { simple: true }) as number;
  const rows = tables
    .filter(({ content }) => content !== undefined)
    .map(
      ({ name, content, conversation }) =>
        `select '${name}' as "table", id, ${conversation} as session, coalesce(octet_length(${content}), 0) as bytes from ${name}`,
    )
    .join(" union all ");
  return {
    file: statSync(path).size,
    wal: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    pageSize: number("page_size"),
    pages: number("page_count"),
    freePages: number("freelist_count"),
    tables: db
      .prepare(
        `select coalesce(s.tbl_name, d.name) as name, sum(iif(s.type is 'index', 0, d.pgsize)) as bytes, sum(iif(s.type is 'index', d.pgsize, 0)) as indexes
         from dbstat d left join sqlite_schema s on s.name = d.name where d.aggregate = true group by 1 order by sum(d.pgsize) desc, 1`,
      )
      .all() as SizeReport["tables"],
    largestSessions: db
      .prepare(
        `select coalesce(cast(session as text), '') as session, sum(bytes) as bytes from (${rows}) group by session order by 2 desc, 1 limit ${LARGEST}`,
      )
      .all() as SizeReport["largestSessions"],
    largestRows: db
      .prepare(
        `select "table", coalesce(cast(id as text), '') as id, coalesce(cast(session as text), '') as session, bytes from (${rows}) order by bytes desc, id limit ${LARGEST}`,
      )
      .all() as SizeReport["largestRows"],
  };
}
