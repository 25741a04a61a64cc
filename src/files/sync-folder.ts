import { closeSync, fsyncSync, openSync } from "node:fs";

/** Waits until the names of a folder are on the disk. Windows has no such call. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
