import { closeSync, existsSync, lstatSync, openSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { DoctorError } from "../../errors.js";
import { cellsOf, Mirror, type MirroredTable } from "../../files/postgres/mirror.js";
import { databaseNameOf } from "../../files/postgres/name.js";
import { insertRow } from "../../files/rows.js";
import { type Database, openForWriting } from "../../files/sqlite.js";
import { partialOf, putInPlace, sync } from "../../files/whole-file.js";
import type { Server } from "../../stores/server.js";
import { namedBeside } from "../backup.js";

/** A name for a file of a repair: in the working directory, or at the place that the user chose. */
export function fileOf(name: string, what: "backup" | "undo", to: string | undefined): string {
  return namedBeside(join(process.cwd(), databaseNameOf(name)), what, to);
}

/**
 * The conversations that a repair touches, whole, in a SQLite file with the tables of the server and the exact text of each
 * value; mode 0600. It gets its name when it is complete.
 */
export class ServerBackup {
  readonly path: string;
  readonly #db: Database;
  readonly #server: Server;
  #isWhole = false;

  /** @throws DoctorError EXISTS, NOT_FOUND */
  constructor(path: string, server: Server) {
    if (lstatSync(path, { throwIfNoEntry: false }))
      throw new DoctorError(
        "EXISTS",
        `${path}: exists already; a backup never overwrites`,
        "name another place with --backup-to",
      );
    if (!existsSync(dirname(path)))
      throw new DoctorError("NOT_FOUND", `${dirname(path)}: no such folder for the backup`, "make it");
    this.path = path;
    this.#server = server;
    const partial = partialOf(path);
    closeSync(openSync(partial, "wx", 0o600));
    this.#db = openForWriting(partial);
    const { conversations, messages, others, mirror } = server;
    new Mirror(this.#db, [conversations, messages, ...others], { isStrict: true });
    this.#db.exec("begin");
    for (const table of others) this.#copy(mirror.db, "main", table);
  }

  /** Adds the rows of one conversation. */
  add(source: Database): void {
    for (const table of [this.#server.conversations, this.#server.messages])
      this.#copy(source, "source", table);
  }

  /** Adds all rows that the schema `main` of a database has in one table. */
  addRows(source: Database, table: MirroredTable): void {
    this.#copy(source, "main", table);
  }

  /** Waits until the file is on the disk, and gives it its name. */
  keep(): void {
    this.#db.exec("commit");
    this.#db.close();
    const partial = partialOf(this.path);
    sync(partial);
    putInPlace(partial, this.path);
    sync(dirname(this.path));
    this.#isWhole = true;
  }

  /** Removes it, whole or not. */
  discard(): void {
    if (this.#db.open) this.#db.close();
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(partialOf(this.path) + end, { force: true });
    if (this.#isWhole) rmSync(this.path, { force: true });
  }

  #copy(from: Database, schema: string, table: MirroredTable): void {
    const ids = from.prepare(
      `select "${table.declared.key ?? "id"}" from ${schema}."${table.name}" order by rowid`,
    );
    for (const id of ids.pluck().all()) {
      const cells = cellsOf(from, schema, table, String(id));
      if (cells) insertRow(this.#db, table.name, cells);
    }
  }
}
