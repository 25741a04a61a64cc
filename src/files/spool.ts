import { randomUUID } from "node:crypto";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noTemporary } from "./no-temporary.js";
import { writeAll } from "./write-all.js";

/** The place of a text in a spool, in bytes. */
export interface Spooled {
  readonly at: number;
  readonly size: number;
}

/** Bytes that wait in memory: a spool with fewer makes no file. */
const ROOM = 1 << 16;

const closing = new FinalizationRegistry<number>((file) => closeSync(file));

/**
 * Keeps texts on the disk, of which only the places are in memory. The file loses its name as soon as it is open, so that
 * nothing is left however the process ends; it is closed when nothing refers to the spool any more.
 */
export class Spool {
  readonly #tail = Buffer.allocUnsafeSlow(ROOM);
  #file: number | null = null;
  #written = 0;
  #waiting = 0;

  /** @throws DoctorError NO_SPACE */
  add(text: string): Spooled {
    const size = Buffer.byteLength(text);
    if (this.#waiting + size > ROOM) this.#flush();
    const at = this.#written + this.#waiting;
    if (size > ROOM) this.#write(Buffer.from(text));
    else this.#waiting += this.#tail.write(text, this.#waiting);
    return { at, size };
  }

  read({ at, size }: Spooled): string {
    const from = at - this.#written;
    if (from >= 0) return this.#tail.toString("utf8", from, from + size);
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let done = 0; done < size; ) {
      const read = readSync(this.#file ?? -1, bytes, done, size - done, at + done);
      if (read === 0) throw new RangeError("a spool ends before its last text");
      done += read;
    }
    return bytes.toString();
  }

  #flush(): void {
    this.#write(this.#tail.subarray(0, this.#waiting));
    this.#waiting = 0;
  }

  #write(bytes: Uint8Array): void {
    try {
      this.#file ??= this.#open();
      writeAll(this.#file, bytes);
    } catch (error) {
      throw noTemporary("the plan of the repair", error);
    }
    this.#written += bytes.length;
  }

  #open(): number {
    const name = join(tmpdir(), `session-doctor-${randomUUID()}`);
    const file = openSync(name, "wx+", 0o600);
    rmSync(name);
    closing.register(this, file);
    return file;
  }
}
