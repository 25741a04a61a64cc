import { chownSync, type Stats, statSync } from "node:fs";

/** Gives a new file to the owner of the file that it was made for: root repairs the files of others. */
export function giveToOwnerOf(path: string, like: string | Stats): void {
  if (process.platform === "win32") return;
  const wanted = typeof like === "string" ? statSync(like) : like;
  const { uid, gid } = statSync(path);
  if (uid === wanted.uid && gid === wanted.gid) return;
  try {
    chownSync(path, wanted.uid, wanted.gid);
  } catch (error) {
    // Only root may give files away; others keep what they have made.
    if ((error as { code?: string }).code !== "EPERM") throw error;
  }
}
