import { rowOf } from "../../../files/tables.js";
import type { Json, JsonObject, Plain } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import { decodeMessage, type Loaded, type OpencodeMessage } from "../decode/message.js";
import { decodeSession } from "../decode/session.js";
import { plainOf } from "../plain.js";
import { MESSAGE, PART } from "../tables.js";
import { messageCells, ROW_KEY, sessionCells } from "./cells.js";
import { type Export, entriesOf } from "./read.js";

/**
 * Looks at an export without writing it into tables: answers when nothing in it needs judging. Null where a rule may find
 * something, and for everything that the tables would tell in another way: cells beside the JSON, ids that stand twice,
 * messages or parts out of order.
 */
export function plainExport(body: Export): Plain | null {
  const session = sessionCells(body.info);
  if (ROW_KEY in body.info || typeof session.id !== "string") return null;
  const messages: OpencodeMessage[] = [];
  let before: readonly [number, string] = [Number.NEGATIVE_INFINITY, ""];
  for (const { info, parts } of entriesOf(body)) {
    const { id, time_created: created } = messageCells(info, session);
    if (!isUsual(info) || typeof id !== "string" || typeof created !== "number") return null;
    if (created < before[0] || (created === before[0] && id <= before[1])) return null;
    before = [created, id];
    const own = partsOf(parts);
    if (!own) return null;
    const row = { ...rowOf(MESSAGE, id, messages.length + 1), created };
    const decoded = decodeMessage({ row, data: info }, own, messages.length);
    if (decoded.defects) return null;
    messages.push(decoded);
  }
  const { id, project_id, directory, title, version, time_created, time_updated } = session;
  const row = { project_id, directory, title, version, time_created, time_updated };
  const known = { rowid: 1, project_known: 1, workspace_known: 1, imported: 0, exported: 1 };
  return plainOf(decodeSession({ ...session, ...row, ...known, id }, [], 0), messages);
}

function isUsual(info: JsonObject): boolean {
  return typeof info.id === "string" && !(ROW_KEY in info);
}

/** Null unless the parts stand in the order of their ids, each with one of its own. */
function partsOf(parts: readonly Json[]): Loaded[] | null {
  const loaded: Loaded[] = [];
  let before = "";
  for (const part of parts) {
    if (!isObject(part) || !isUsual(part) || typeof part.id !== "string" || part.id <= before) return null;
    before = part.id;
    loaded.push({ row: rowOf(PART, part.id), data: part });
  }
  return loaded;
}
