import { createRequire } from "node:module";
import type BetterSqlite from "better-sqlite3";

/** The part of Bun's own driver that a working copy needs. */
interface BunStatement {
  all(...values: unknown[]): Record<string, unknown>[];
  values(...values: unknown[]): unknown[][];
  run(...values: unknown[]): { changes: number; lastInsertRowid: number };
  safeIntegers(on: boolean): void;
}

interface BunDatabase {
  prepare(sql: string): BunStatement;
  exec(sql: string): void;
  close(): void;
}

/** True in programs that run on Bun, where better-sqlite3 does not load. */
export const IN_BUN = process.versions.bun !== undefined;

/** An in-memory database of Bun's driver, with the calls of better-sqlite3 that a working copy makes. */
export function openBunScratch(): BetterSqlite.Database {
  const driver = createRequire(import.meta.url)("bun:sqlite") as {
    Database: new (name: string) => BunDatabase;
  };
  const db = new driver.Database(":memory:");
  const shim: Pick<BetterSqlite.Database, "exec" | "close" | "pragma" | "prepare"> = {
    exec(sql: string) {
      // Bun refuses a text without a statement.
      if (sql.trim() !== "") db.exec(sql);
      return shim as BetterSqlite.Database;
    },
    close() {
      db.close();
      return shim as BetterSqlite.Database;
    },
    pragma: (text: string) => db.prepare(`pragma ${text}`).all(),
    prepare: ((sql: string) => statementOf(db.prepare(sql))) as BetterSqlite.Database["prepare"],
  };
  return shim as BetterSqlite.Database;
}

type Calls = Pick<
  BetterSqlite.Statement,
  "get" | "all" | "iterate" | "run" | "pluck" | "raw" | "safeIntegers"
>;

function statementOf(bun: BunStatement): BetterSqlite.Statement {
  let rows: (...values: unknown[]) => unknown[] = (...values) => bun.all(...values).map(withBuffers);
  const cells = (values: unknown[]) => bun.values(...values).map((row) => row.map(asBuffer));
  const statement: Calls = {
    get: (...values) => rows(...values.flat())[0],
    all: (...values) => rows(...values.flat()),
    iterate: (...values) => rows(...values.flat()).values(),
    run: (...values) => bun.run(...values.flat()),
    pluck() {
      rows = (...values) => cells(values).map(([first]) => first);
      return statement as BetterSqlite.Statement;
    },
    raw() {
      rows = (...values) => cells(values);
      return statement as BetterSqlite.Statement;
    },
    safeIntegers(on = true) {
      bun.safeIntegers(on);
      return statement as BetterSqlite.Statement;
    },
  };
  return statement as BetterSqlite.Statement;
}

function withBuffers(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, asBuffer(cell)]));
}

function asBuffer(cell: unknown): unknown {
  return cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength) : cell;
}
