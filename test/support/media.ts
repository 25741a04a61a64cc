import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/scan/scan.js";
import { damagedCopy } from "./fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const FIRST_TEXT = "prt_1fcce0a3f001RTxvmyWtLs1upQ";

/** Writes a database with these files of the user in the first prompt, one part each, and returns its path. */
export function withFiles(path: string, urls: string[]): string {
  damagedCopy(path, "opencode", "select 1");
  const db = openForWriting(path);
  const insert = db.prepare(
    `insert into part (id, message_id, session_id, time_created, time_updated, data)
     select ?, message_id, session_id, time_created, time_updated, ? from part where id = '${FIRST_TEXT}'`,
  );
  for (const [index, url] of urls.entries()) {
    const mime = /^data:([^;]+)/.exec(url)?.[1] ?? "image/png";
    insert.run(
      `prt_1fcce0a40001a${String(index).padStart(13, "0")}`,
      JSON.stringify({ type: "file", mime, url }),
    );
  }
  db.pragma("wal_checkpoint(truncate)");
  db.close();
  return path;
}

export const pngUrl = (base64: string) => `data:image/png;base64,${base64}`;

/** The attachments that cannot be sent. */
export async function unsendable(path: string, providers: string[] = []) {
  const { findings } = await scan(path, { now: NOW, providers });
  return findings.filter(({ rule }) => rule === "unsendable-media");
}
