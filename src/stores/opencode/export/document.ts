import type { Operation } from "../../../files/rows.js";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { addTo } from "../../../model/group.js";
import { valueAt, withoutPath, withPath } from "../../../model/json.js";
import { isObject, wordOf } from "../../../model/text.js";
import { openWorkshop } from "../../bench.js";
import type { DatabaseForm, DocumentBench, DocumentForm } from "../../store.js";
import type { OpencodeConversation } from "../decode/session.js";
import { type OpencodeEdits, opencodeEdits } from "../mend/edits.js";
import { openOpencode } from "../reader.js";
import { TABLES } from "../tables.js";
import { buildExport } from "./build.js";
import { ROW_KEY, SESSION_PATHS } from "./cells.js";
import { exportPaths } from "./paths.js";
import { plainExport } from "./plain.js";
import {
  copiesIn,
  decodeExport,
  EXPORT_SCHEMA,
  type Export,
  entriesOf,
  isExport,
  loadExport,
} from "./read.js";

/** How an exported session is mended: as its rows in a database would be. */
const ROWS: DatabaseForm<OpencodeConversation, OpencodeEdits> = {
  tables: TABLES,
  open: (db) => openOpencode(db, EXPORT_SCHEMA),
  edits: opencodeEdits,
};

/** An opencode export: one JSON value with a session, its messages and their parts. */
export const exportForm: DocumentForm<OpencodeConversation, OpencodeEdits> = {
  kind: "export",
  recognise: (value) => (isExport(value) ? "export" : null),
  read: (value) => decodeExport(asExport(value)),
  plain: (value) => plainExport(asExport(value)),
  pathOf: exportPaths,
  open: (value) => openExport(asExport(value)),
  notes(value) {
    const copies = isExport(value) ? copiesIn(value) : 0;
    const messages = copies === 1 ? "1 message has" : `${copies} messages have`;
    return copies > 0 ? [`${messages} the id of another one: an import takes the first of them`] : [];
  },
};

function asExport(value: Json): JsonObject & Export {
  if (!isExport(value)) throw new TypeError("not an export");
  return value;
}

function openExport(body: JsonObject & Export): DocumentBench<OpencodeConversation, OpencodeEdits> {
  const { scratch, benchOf } = openWorkshop((db) => loadExport(db, body, "source"), ROWS);
  const bench = benchOf(1);
  return {
    ...bench,
    result() {
      const { id } = bench.look();
      const operations = bench.operations(id);
      if (operations.length === 0) return body;
      return keepWhole(body, buildExport(scratch.db, "export", id), operations);
    },
    close: () => scratch.close(),
  };
}

/** Takes the rows that no operation touched from the export as it was; an id may stand twice in it. */
function keepWhole(body: JsonObject & Export, mended: Export, operations: readonly Operation[]): Json {
  const touched = new Set(operations.map(({ table, id }) => `${table} ${id}`));
  const before = new Map<string, { entry: Json; info: JsonObject; parts: readonly Json[] }[]>();
  for (const [index, { info, parts }] of entriesOf(body).entries())
    addTo(before, wordOf(info.id), { entry: body.messages[index] ?? null, info, parts });
  const messages = entriesOf(mended).map(({ info, parts }): Json => {
    const was = before.get(wordOf(info.id))?.shift();
    const wholeInfo = was && !touched.has(`message ${wordOf(info.id)}`) ? was.info : info;
    const left = new Map<string, Json[]>();
    for (const part of was?.parts ?? []) addTo(left, isObject(part) ? wordOf(part.id) : "", part);
    const wholeParts = parts.map((part) => {
      const { id } = part as JsonObject;
      const own = left.get(wordOf(id))?.shift();
      return touched.has(`part ${wordOf(id)}`) ? part : (own ?? part);
    });
    const known = new Set(was?.parts);
    const isSame =
      was?.info === wholeInfo &&
      was.parts.length === parts.length &&
      wholeParts.every((part) => known.has(part));
    return isSame ? was.entry : { ...(was?.entry as JsonObject), info: wholeInfo, parts: wholeParts };
  });
  const hasSession = operations.some(({ table }) => table === "session" || table === "project");
  return { ...body, ...(hasSession && { info: withColumns(body.info, mended.info) }), messages };
}

/** The session's info with the values that its columns hold now. Values that no column holds stay. */
function withColumns(info: JsonObject, now: JsonObject): JsonObject {
  let told = info;
  for (const path of [...Object.values(SESSION_PATHS).map((column) => column.path), [ROW_KEY]]) {
    const value = valueAt(now, path);
    told = value === undefined ? withoutPath(told, path) : withPath(told, path, value);
  }
  return told;
}
