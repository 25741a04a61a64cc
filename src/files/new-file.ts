import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { writeAll } from "./write-all.js";

/**
 * The mode that the file gets. `own`: 0600 always; `kept`: that of the file which it replaces, 0600 where there is
 * none; `shared`: that of the file which it replaces, else what the umask leaves.
 */
export type FileMode = "own" | "kept" | "shared";

/** A file that takes its name when it is whole and on the disk: before that, the file of that name is as it was. */
export interface NewFile {
  write(text: string): void;
  keep(): void;
  /** Leaves the file of that name as it was; does nothing after `keep`. */
  drop(): void;
}

/** Links that are followed from one to the next, as the system does. */
const MAX_LINKS = 40;

/**
 * Begins a file beside the one of that name. A link stays a link: what it points to is replaced. Devices and pipes are
 * written to as they are.
 * @throws what opening and renaming throw
 */
export function beginFile(named: string, mode: FileMode): NewFile {
  const before = statSync(named, { throwIfNoEntry: false });
  if (before?.isDirectory()) throw new Error("it is a folder");
  if ((before && !before.isFile()) || /^\/(dev|proc)\//.test(resolve(named))) return writeThrough(named);
  const target = linkTarget(named);
  const partial = `${target}.partial-${process.pid}`;
  removeLeftovers(target);
  const fd = openSync(partial, "wx", mode === "shared" ? 0o666 : 0o600);
  const clean = () => rmSync(partial, { force: true });
  process.once("exit", clean);
  const end = () => {
    closeSync(fd);
    process.removeListener("exit", clean);
  };
  let isOpen = true;
  return {
    write: (text) => writeAll(fd, text),
    keep() {
      if (before) takeAfter(fd, before, mode);
      fsyncSync(fd);
      renameSync(partial, target);
      isOpen = false;
      end();
      syncFolder(dirname(target));
    },
    drop() {
      if (!isOpen) return;
      isOpen = false;
      end();
      clean();
    },
  };
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

function writeThrough(path: string): NewFile {
  const fd = openSync(path, "w");
  let isOpen = true;
  const end = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return { write: (text) => writeAll(fd, text), keep: end, drop: end };
}

/** The file belongs to whom the one before belonged, where the system lets this user say so. */
function takeAfter(fd: number, before: Stats, mode: FileMode): void {
  if (mode !== "own") fchmodSync(fd, before.mode & 0o777);
  if (before.uid === process.getuid?.() && before.gid === process.getgid?.()) return;
  try {
    fchownSync(fd, before.uid, before.gid);
  } catch {
    // Only root may give files away.
  }
}

/** Where a link leads, also where nothing is there yet. */
function linkTarget(named: string): string {
  let path = resolve(named);
  for (let followed = 0; followed < MAX_LINKS; followed++) {
    path = join(realpathSync(dirname(path)), basename(path));
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw new Error("too many links");
}

/** Removes what a run that was killed left beside the file. */
function removeLeftovers(target: string): void {
  const prefix = `${basename(target)}.partial-`;
  for (const name of readdirSync(dirname(target))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(pid) && (pid === process.pid || !isAlive(pid)))
      rmSync(join(dirname(target), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
