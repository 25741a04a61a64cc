import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname } from "node:path";
import { commandLine, DoctorError } from "../errors.js";
import { giveToOwnerOf } from "./owner.js";
import { partialOf, sync } from "./whole-file.js";
import { writeAll } from "./write-all.js";

/** One change of a file of lines: a stretch of its bytes and the text that takes its place. In the order of the file. */
export interface LineOperation {
  readonly kind: "insert" | "update" | "delete";
  readonly table: string;
  readonly id: string;
  readonly session: string | null;
  /** The rules that asked for it. */
  readonly rules: readonly string[];
  /** The stretch, in bytes of the file as it was read. */
  readonly at: number;
  readonly size: number;
  /** Digest of the bytes that must be found there. */
  readonly before: string;
  /** The text that is written there; empty where the line goes. */
  readonly text: string;
}

/** The same where the new bytes need not be UTF-8. */
export type LineChange = Omit<LineOperation, "text"> & { readonly text: string | Buffer };

/** A change as an undo needs it. `at`: place of the new bytes in the new file. */
export interface WrittenChange {
  readonly operation: LineChange;
  readonly at: number;
  readonly before: Buffer;
  readonly after: Buffer;
  /** The untouched bytes between the change before and this one. */
  readonly gap: { readonly size: number; readonly digest: string };
}

export function digestOfBytes(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const CHUNK = 1 << 20;

/** A mended copy beside a file of lines. It takes the file's place only where the file is still as it was read. */
export class LineSibling {
  readonly target: string;
  readonly partial: string;
  readonly #source: number;
  readonly #before: ReturnType<typeof fstatSync>;
  #out: number | null;
  readonly #clean = () => rmSync(this.partial, { force: true });

  /** @throws DoctorError READ_ONLY where the folder cannot be written */
  constructor(path: string) {
    // A link stays a link: the file that it points to is replaced.
    this.target = realpathSync(path);
    this.partial = partialOf(this.target);
    this.#source = openSync(this.target, "r");
    this.#before = fstatSync(this.#source);
    try {
      // Appending: a program that writes on through the name must not be overwritten.
      this.#out = openSync(this.partial, "ax", 0o600);
    } catch (error) {
      closeSync(this.#source);
      throw new DoctorError("READ_ONLY", `${path}: cannot be written (${(error as Error).message})`);
    }
    process.once("exit", this.#clean);
  }

  /**
   * Writes another file's bytes as the copy, synced.
   * @throws DoctorError CHANGED
   */
  fill(path: string): void {
    copyInto(path, (bytes) => this.#put(bytes));
    fsyncSync(this.#out ?? -1);
  }

  get size(): number {
    return Number(this.#before.size);
  }

  /**
   * Writes the copy, synced. The file itself is not touched.
   * @throws DoctorError CHANGED where the bytes of a change are not those of the plan
   */
  write(operations: readonly LineChange[], onChange: (change: WrittenChange) => void): void {
    let from = 0;
    let written = 0;
    for (const operation of operations) {
      const gap = this.#copy(from, operation.at);
      const before = this.#read(operation.at, operation.size);
      if (before.length !== operation.size || digestOfBytes(before) !== operation.before)
        throw this.#changed(`${operation.table} ${operation.id} was changed after the plan was made`);
      const after = Buffer.from(operation.text);
      written += operation.at - from;
      onChange({ operation, at: written, before, after, gap });
      this.#put(after);
      written += after.length;
      from = operation.at + operation.size;
    }
    this.#copy(from, this.size);
    fsyncSync(this.#out ?? -1);
  }

  /**
   * Puts the copy in the place of the file, with its mode, owner and times. `keep` is called before that, while the old file still has its name.
   * @throws DoctorError CHANGED where the file grew or changed since it was opened
   */
  putInPlace(keep: () => void): void {
    const { mode, atimeMs, mtimeMs } = this.#before;
    chmodSync(this.partial, Number(mode) & 0o7777);
    giveToOwnerOf(this.partial, this.target);
    utimesSync(this.partial, Number(atimeMs) / 1000, Number(mtimeMs) / 1000);
    this.#refuseChanged();
    keep();
    renameSync(this.partial, this.target);
    this.#takeOver();
    sync(dirname(this.target));
  }

  /** Lets go of both files; a copy that did not get its place is removed. */
  close(): void {
    closeSync(this.#source);
    if (this.#out !== null) closeSync(this.#out);
    this.#out = null;
    process.removeListener("exit", this.#clean);
    if (existsSync(this.partial)) this.#clean();
  }

  /** A program may have appended to the old file between the last look and the rename: those bytes go behind the copy. */
  #takeOver(): void {
    const grown = Number(fstatSync(this.#source).size);
    if (grown <= this.size) return;
    this.#copy(this.size, grown);
    fsyncSync(this.#out ?? -1);
  }

  #refuseChanged(): void {
    const now = statSync(this.target);
    const was = this.#before;
    if (now.ino !== was.ino || now.size !== was.size || now.mtimeMs !== was.mtimeMs)
      throw this.#changed("it grew or changed while it was mended");
  }

  #changed(how: string): DoctorError {
    return new DoctorError(
      "CHANGED",
      `${this.target}: ${how}; nothing was written`,
      commandLine("repair", this.target),
    );
  }

  #read(at: number, size: number): Buffer {
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, readSync(this.#source, buffer, 0, size, at));
  }

  #put(bytes: Buffer): void {
    writeAll(this.#out ?? -1, bytes);
  }

  /** Copies a stretch as it is. */
  #copy(from: number, to: number): WrittenChange["gap"] {
    const hash = createHash("sha256");
    for (let at = from; at < to; ) {
      const bytes = this.#read(at, Math.min(CHUNK, to - at));
      if (bytes.length === 0) throw this.#changed("it is shorter than it was");
      hash.update(bytes);
      this.#put(bytes);
      at += bytes.length;
    }
    return { size: to - from, digest: hash.digest("hex") };
  }
}

function copyInto(path: string, put: (bytes: Buffer) => void): void {
  const fd = openSync(path, "r");
  const buffer = Buffer.alloc(CHUNK);
  try {
    for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
      put(buffer.subarray(0, read));
  } finally {
    closeSync(fd);
  }
}
