import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Json } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { isObject } from "../model/text.js";
import { isSqlite } from "../scan/inputs.js";
import { conversationsIn } from "../scan/json-conversations.js";

/** Kinds of file that a report must not take the place of. */
export type Kept = "database" | "backup" | "journal" | "baseline" | "plan" | "conversation";

/** Files up to this size (bytes) are read whole; of larger ones the head must tell. */
const WHOLE_BELOW = 64 * 1024 * 1024;
const HEAD = 64 * 1024;
/** Names the files that `repair` and `restore` keep. The backup of a JSON file is itself a .json file. */
const BACKUP_NAME = /\.(?:backup|before-restore)-\d{8}T\d{6}Z-\d+$/;

/** The kind of a file by its content, and of a backup also by its name; null for a report, or what cannot be read. */
export function keptKindOf(path: string): Kept | null {
  if (BACKUP_NAME.test(basename(path))) return "backup";
  try {
    if (!statSync(path).isFile()) return null;
    return isSqlite(path) ? "database" : kindOfText(path);
  } catch {
    // The write that follows reports the error.
    return null;
  }
}

function kindOfText(path: string): Kept | null {
  const isWhole = statSync(path).size <= WHOLE_BELOW;
  const text = isWhole ? readFileSync(path, "utf8") : headOf(path);
  const value = isWhole ? parseJson(text) : undefined;
  if (value !== undefined) return kindOfValue(value);
  const first = parseJson(text.slice(0, Math.max(0, text.indexOf("\n"))));
  if (first !== undefined) return kindOfValue(first);
  return isWhole ? null : kindOfHead(text);
}

function kindOfValue(value: Json): Kept | null {
  if (isObject(value)) {
    if (typeof value.journal === "number") return "journal";
    if (Array.isArray(value.accepted)) return "baseline";
    if (Array.isArray(value.plans)) return "plan";
    if (Array.isArray(value.sessions) && isObject(value.terms)) return "plan";
    // A report of a replay has messages, too.
    if (value.schemaVersion !== undefined) return null;
  }
  return conversationsIn(value, 0).length > 0 ? "conversation" : null;
}

/** Of a document that is too large to be read: by the keys at its begin. */
function kindOfHead(head: string): Kept | null {
  if (/^\s*\{\s*"journal"/.test(head)) return "journal";
  if (/^\s*\{\s*"schemaVersion"\s*:\s*1,\s*"accepted"/.test(head)) return "baseline";
  if (/^\s*\{\s*"schemaVersion"/.test(head)) return head.includes('"terms"') ? "plan" : null;
  return /"(?:messages|info|input)"\s*:/.test(head) ? "conversation" : null;
}

function headOf(path: string): string {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD);
    return head.toString("utf8", 0, readSync(fd, head, 0, HEAD, 0));
  } finally {
    closeSync(fd);
  }
}
