import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { type Database, openForWriting } from "../../src/files/sqlite.js";
import type { Json } from "../../src/model/conversation.js";
import { present } from "../../src/model/present.js";

export const FIXTURES = join(import.meta.dirname, "../../fixtures");
/** The corpus stands beside the project on some machines only; tests that need it say that they skip. */
export const CORPUS = process.env.DOCTOR_CORPUS ?? join(import.meta.dirname, "../../../shared/corpus");
export const hasCorpus = existsSync(CORPUS);

export interface Expectation {
  readonly rule: string;
  readonly severity: string;
  /** A row id, or `@conversation/position`. */
  readonly row: string;
}
export interface SqlFixture {
  readonly name: string;
  readonly rule: string;
  readonly store: "opencode" | "instatic";
  readonly sql: string;
  readonly expect: Expectation[];
  readonly absent: string[];
  readonly hostVersion?: string;
  readonly provider?: string;
}

/** Each file damages a healthy database of the real program by SQL, and says what must be found. */
export function sqlFixtures(): SqlFixture[] {
  const folder = join(FIXTURES, "rules");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .map((name) => {
      const sql = readFileSync(join(folder, name), "utf8");
      const [rule, store] = name.split(".") as [string, "opencode" | "instatic"];
      const notes = (key: string) =>
        [...sql.matchAll(new RegExp(`^-- ${key}: (.*)$`, "gm"))].map((match) => present(match[1]).trim());
      return {
        name: name.replace(/\.sql$/, ""),
        rule,
        store,
        sql,
        absent: notes("expect-not"),
        hostVersion: notes("host")[0],
        provider: notes("provider")[0],
        expect: notes("expect").map((line) => {
          const [severity, row, other] = line.split(" ") as [string, string, string?];
          return { severity, row, rule: other ?? rule };
        }),
      };
    });
}

export interface RequestFixture {
  readonly name: string;
  readonly rule: string;
  readonly body: Json;
  readonly severity: string;
  readonly provider?: string;
}

/** Each file is a damaged request body; its comments say how the damage is graded, and by which provider. */
export function requestFixtures(): RequestFixture[] {
  const folder = join(FIXTURES, "rules");
  return readdirSync(folder)
    .filter((name) => /\.request(\.[\w-]+)?\.jsonc$/.test(name))
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const note = (key: string) => new RegExp(`^// ${key}: (.*)$`, "m").exec(text)?.[1]?.trim();
      return {
        name: name.replace(/\.jsonc$/, ""),
        rule: name.split(".")[0] ?? "",
        body: parse(text) as Json,
        severity: note("expect") ?? "",
        provider: note("provider"),
      };
    });
}

export function scratch(): {
  path: (name: string) => string;
  /** A path in a new folder of its own: a restore reads every journal that lies beside the database. */
  alone: (name: string) => string;
  folder: string;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "doctor-test-"));
  return {
    folder,
    path: (name) => join(folder, name),
    alone: (name) => join(mkdtempSync(join(folder, "alone-")), name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A copy of the healthy database of the store, damaged by the SQL. */
export function damagedCopy(path: string, store: "opencode" | "instatic", sql: string): void {
  copyFileSync(join(FIXTURES, `${store}.db`), path);
  runSql(path, sql);
}

/** A copy of the healthy database of the store, open. */
export function openedCopy(path: string, store: "opencode" | "instatic"): Database {
  copyFileSync(join(FIXTURES, `${store}.db`), path);
  return openForWriting(path);
}

export function runSql(path: string, sql: string): void {
  const db = openForWriting(path);
  db.exec(sql);
  db.pragma("wal_checkpoint(truncate)");
  db.close();
}
