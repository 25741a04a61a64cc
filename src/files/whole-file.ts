import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { DoctorError } from "../errors.js";
import { removeLeftovers } from "./leftovers.js";
import { giveToOwnerOf } from "./owner.js";
import { realFile } from "./real-file.js";
import { writeAll } from "./write-all.js";

/** The name under which a file is written until it is whole. A killed run leaves it behind; `removeLeftovers` knows it. */
export function partialOf(target: string): string {
  return `${target}.partial-${process.pid}`;
}

export interface WholeFile {
  write(text: string): void;
  /** Waits until all of it is on the disk, and gives it its name. */
  keep(): void;
  /** Removes what was written, unless it was kept. */
  drop(): void;
}

export interface WholeFileOptions {
  /** Replace a file of that name; otherwise one that exists is an error. */
  readonly replaces: boolean;
  readonly mode: number;
  /** Whose owner the file gets. */
  readonly like?: string | Stats;
}

/** Opens a file that gets its name only when it is whole and synced. @throws DoctorError EXISTS */
export function openWhole(target: string, { replaces, mode, like }: WholeFileOptions): WholeFile {
  if (!replaces && existsSync(target)) throw taken(target);
  const partial = partialOf(target);
  const fd = openSync(partial, "wx", 0o600);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {
    write(text) {
      try {
        writeAll(fd, text);
      } catch (error) {
        // Node does not name the file of an open handle.
        throw Object.assign(error as Error, { path: target });
      }
    },
    keep() {
      fsyncSync(fd);
      close();
      if (like !== undefined) giveToOwnerOf(partial, like);
      chmodSync(partial, mode);
      if (replaces) renameSync(partial, target);
      else putInPlace(partial, target);
      sync(dirname(target));
    },
    drop() {
      close();
      rmSync(partial, { force: true });
    },
  };
}

/**
 * Puts a text in the place of a file: all of it or nothing. A link stays a link, an owner and a mode stay; a new file is its
 * owner's alone. A pipe or a device is written to as it is.
 * @throws DoctorError READ_ONLY
 */
export function replaceFile(named: string, text: string): void {
  try {
    const before = statSync(named, { throwIfNoEntry: false });
    if (before && !before.isFile()) {
      writeFileSync(named, text);
      return;
    }
    const target = before ? realFile(named) : resolve(named);
    removeLeftovers(target);
    const mode = before ? before.mode & 0o777 : 0o600;
    const file = openWhole(target, { replaces: true, mode, ...(before && { like: before }) });
    try {
      file.write(text);
      file.keep();
    } finally {
      file.drop();
    }
  } catch (error) {
    throw new DoctorError("READ_ONLY", `${named}: cannot be written (${(error as Error).message})`);
  }
}

/** A link fails where the name is taken; a rename would overwrite. File systems without links get the rename. */
export function putInPlace(partial: string, target: string): void {
  try {
    linkSync(partial, target);
    rmSync(partial);
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") throw taken(target);
    renameSync(partial, target);
  }
}

function taken(target: string): DoctorError {
  return new DoctorError("EXISTS", `${target}: exists already; backups and journals never overwrite`);
}

/** Waits until a file, or the names in a folder, are on the disk. */
export function sync(path: string): void {
  if (process.platform === "win32" && statSync(path).isDirectory()) return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
