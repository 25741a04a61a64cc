import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openForWriting } from "../../../src/files/sqlite.js";
import type { Wire } from "../../../src/providers/providers.js";
import { CORPUS, FIXTURES, hasCorpus, runSql } from "../../support/fixtures.js";
import { type Home, modelOf } from "./host.js";

/** The project folder that all stored databases name. */
const RECORDED = "/home/dev/demo";

/** Puts a copy of the database where the program reads it, at home in this machine's project folder. */
export function place(source: string, home: Home, damage = ""): void {
  copyFileSync(source, home.database);
  runSql(
    home.database,
    `update session set directory = replace(directory, '${RECORDED}', '${home.project}');
     update project set worktree = replace(worktree, '${RECORDED}', '${home.project}');${damage}`,
  );
}

/** The version that wrote the project's healthy fixture. */
export const WRITTEN_BY = "1.18.34";

/** A database of `WRITTEN_BY`, damaged. An older program gets a database of its own with the rows that fit it. */
export async function placeFixture(
  version: string,
  home: Home,
  damage: string,
  source = join(FIXTURES, "opencode.db"),
): Promise<void> {
  if (version === WRITTEN_BY) return place(source, home, damage);
  place(source, home);
  const newer = join(home.folder, "newer.db");
  renameSync(home.database, newer);
  for (const end of ["-wal", "-shm"]) rmSync(home.database + end, { force: true });
  await home.run(version, 9, ["session", "list"]);
  const db = openForWriting(home.database);
  db.exec("pragma foreign_keys = off");
  db.prepare("attach ? as newer").run(newer);
  const columns = (schema: string, table: string) =>
    db.prepare("select name from pragma_table_info(?, ?)").pluck().all(table, schema) as string[];
  for (const table of ["project", "session", "message", "part"]) {
    const theirs = columns("main", table);
    const both = columns("newer", table).filter((name) => theirs.includes(name));
    db.exec(`delete from ${table}; insert into ${table} (${both}) select ${both} from newer.${table}`);
  }
  db.exec(`update session set version = '${version}'; detach newer`);
  db.close();
  runSql(home.database, damage);
}

/** The session that a user would go on with: the first one that is no child of another. */
export function sessionOf(path: string): string {
  const db = openForWriting(path);
  const sql = "select id from session order by parent_id is not null, time_created limit 1";
  const id = db.prepare(sql).pluck().get() as string;
  db.close();
  return id;
}

/**
 * Puts the model that is asked in the place of the chat model in the rows. Nothing in them tells over which wire the chat
 * model is reached, and then the tool answers for the model that goes on, whatever the wire.
 */
export function goOnOver(path: string, wire: Wire): void {
  const chat = modelOf("openai-chat");
  const { providerID, modelID } = modelOf(wire);
  const db = openForWriting(path);
  for (const [role, at] of Object.entries({ user: "$.model", assistant: "$" }))
    db.prepare(
      `update message set data = json_set(data, ?, ?, ?, ?)
       where json_valid(data) and data ->> '$.role' = ? and data ->> ? = ?`,
    ).run(
      `${at}.providerID`,
      providerID,
      `${at}.modelID`,
      modelID,
      role,
      `${at}.providerID`,
      chat.providerID,
    );
  db.close();
}

/** The opencode databases of the corpus with the versions that they were written by. */
export function corpusDatabases(): { name: string; path: string; version: string }[] {
  const folder = join(CORPUS, "opencode");
  const names = hasCorpus ? readdirSync(folder).filter((name) => name.endsWith(".db")) : [];
  return names.map((name) => {
    const version = /\d+\.\d+\.\d+/.exec(name)?.[0] ?? WRITTEN_BY;
    return { name, path: join(folder, name), version };
  });
}

/** Runs a command as a user types it. Throws where it ends with another code than 0. */
export function doctor(...words: string[]): void {
  execFileSync(process.execPath, [join(FIXTURES, "../bin/doctor.js"), ...words], { stdio: "pipe" });
}

export function repair(path: string, ...flags: string[]): void {
  doctor("repair", path, "--backup", "--yes", "--quiet", ...flags);
}
