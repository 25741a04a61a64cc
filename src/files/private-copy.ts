import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { constants, copyFileSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { DoctorError } from "../errors.js";
import { noTemporary } from "./no-temporary.js";

export interface PrivateCopy {
  /** The copied database; its -wal lies beside it. */
  readonly name: string;
  dispose(): void;
}

/**
 * Copies a database and its -wal to a temporary folder of this process.
 * @throws DoctorError NO_SPACE, TEMPORARY
 */
export function copyPrivately(file: string, bytes: number): PrivateCopy {
  // The guard is set before the folder is made, so that the folder is always removed.
  const folder = join(tmpdir(), `session-doctor-${randomUUID()}`);
  const guard = removeAtEnd(folder);
  const dispose = () => {
    rmSync(folder, { recursive: true, force: true });
    guard();
  };
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    guard();
    throw noRoom(file, error);
  }
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < bytes * 1.05)
      throw new DoctorError(
        "NO_SPACE",
        `${file}: its -wal needs a private copy of ${bytes} bytes, and ${folder} has no room`,
        "set TMPDIR to a folder with more space",
      );
    const name = join(folder, "copy.db");
    copyFileSync(file, name, constants.COPYFILE_FICLONE);
    copyFileSync(`${file}-wal`, `${name}-wal`);
    return { name, dispose };
  } catch (error) {
    dispose();
    throw (error as { code?: string }).code === "ENOSPC" ? noRoom(file, error) : error;
  }
}

function noRoom(file: string, error: unknown): DoctorError {
  return noTemporary(`the private copy that the -wal of ${file} needs`, error);
}

/** Waits for the end of its input, which comes when this process ends in any way, and removes the folder. */
const SHELL_GUARD = 'read _; rm -rf -- "$1"';
const NODE_GUARD =
  "process.stdin.resume().on('end', () => require('node:fs').rmSync(process.argv[1], { recursive: true, force: true }))";

/**
 * Has another process remove the folder when this one ends. No handler of this process could: signals end it while SQLite
 * works, and nothing runs after SIGKILL.
 */
function removeAtEnd(folder: string): () => void {
  const [command, args] =
    process.platform === "win32"
      ? [process.execPath, ["-e", NODE_GUARD, folder]]
      : ["/bin/sh", ["-c", SHELL_GUARD, "sh", folder]];
  const guard = spawn(command, args, {
    detached: true,
    cwd: parse(folder).root,
    stdio: ["pipe", "ignore", "ignore"],
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  return () => guard.stdin.end();
}
