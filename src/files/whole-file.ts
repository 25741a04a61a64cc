import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DoctorError } from "../errors.js";
import { removeLeftovers } from "./leftovers.js";
import { giveToOwnerOf } from "./owner.js";
import { writeAll } from "./write-all.js";

/**
 * The name under which a file is written until it is complete. A killed run leaves such a file behind; `removeLeftovers`
 * removes it.
 */
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
  /** If absent, the umask decides. */
  readonly mode?: number;
  /** The file gets the owner of this file. */
  readonly like?: string | Stats;
}

/** Opens a file that gets its name only when it is whole and synced. @throws DoctorError EXISTS */
export function openWhole(target: string, { replaces, mode, like }: WholeFileOptions): WholeFile {
  if (!replaces && existsSync(target)) throw taken(target);
  const partial = partialOf(target);
  const fd = openSync(partial, "wx", mode === undefined ? 0o666 : 0o600);
  const clean = () => rmSync(partial, { force: true });
  process.once("exit", clean);
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
      if (mode !== undefined) chmodSync(partial, mode);
      if (replaces) renameSync(partial, target);
      else putInPlace(partial, target);
      process.removeListener("exit", clean);
      sync(dirname(target));
    },
    drop() {
      close();
      clean();
      process.removeListener("exit", clean);
    },
  };
}

/**
 * The mode that a file gets which may replace another. `own`: 0600 always; `kept`: that of the file which it replaces,
 * 0600 where there is none; `shared`: that of the file which it replaces, else what the umask leaves.
 */
export type FileMode = "own" | "kept" | "shared";

/**
 * Begins a file that takes the place of the one of that name. A link stays a link: what it points to is replaced. The
 * owner stays. Devices and pipes are written to as they are.
 * @throws what opening and renaming throw
 */
export function beginFile(named: string, mode: FileMode): WholeFile {
  const before = statSync(named, { throwIfNoEntry: false });
  if (before?.isDirectory()) throw new Error("it is a folder");
  if ((before && !before.isFile()) || /^\/(dev|proc)\//.test(resolve(named))) return writeThrough(named);
  const target = linkTarget(named);
  removeLeftovers(target);
  const like = before && { like: before };
  if (mode === "own") return openWhole(target, { replaces: true, mode: 0o600, ...like });
  if (before) return openWhole(target, { replaces: true, mode: before.mode & 0o777, ...like });
  return openWhole(target, { replaces: true, ...(mode === "kept" && { mode: 0o600 }) });
}

/** Writes a whole text as a file of this name, or leaves the file of that name as it was. */
export function replaceFile(named: string, text: string, mode: FileMode): void {
  const file = beginFile(named, mode);
  try {
    file.write(text);
    file.keep();
  } finally {
    file.drop();
  }
}

/** Copies a file, and waits until all of it is on the disk. Never over an existing file. `like`: who gets the copy. */
export function copyWhole(
  source: string,
  target: string,
  { like, mode }: { like: Stats; mode: number },
): void {
  copyFileSync(source, target, constants.COPYFILE_EXCL);
  giveToOwnerOf(target, like);
  chmodSync(target, mode);
  sync(target);
}

function writeThrough(path: string): WholeFile {
  const fd = openSync(path, "w");
  let isOpen = true;
  const end = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return { write: (text) => writeAll(fd, text), keep: end, drop: end };
}

/** Links that are followed from one to the next, as the system does. */
const MAX_LINKS = 40;

/** The target of a link, even if no file exists there. */
function linkTarget(named: string): string {
  let path = resolve(named);
  for (let followed = 0; followed < MAX_LINKS; followed++) {
    path = join(realpathSync(dirname(path)), basename(path));
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new Error("too many links");
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
