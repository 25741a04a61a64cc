import type { Operation } from "../../../files/rows.js";
import { Scratch } from "../../../files/scratch.js";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { addTo } from "../../../model/group.js";
import { valueAt, withoutPath, withPath } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import { type JudgeTerms, planSession, type SessionPlan } from "../../../repair/plan.js";
import type { RepairOptions } from "../../../repair/rounds.js";
import { buildExport } from "./build.js";
import { ROW_KEY, SESSION_PATHS } from "./cells.js";
import { EXPORT_SCHEMA, type Export, entriesOf, loadExport } from "./read.js";

export interface MendedExport {
  /** The same object where nothing was changed; messages and parts that were whole are the same objects. */
  readonly value: Json;
  readonly plan: SessionPlan;
}

/** Mends an exported session as its rows in a database would be mended. */
export function mendExport(
  body: JsonObject & Export,
  terms: JudgeTerms,
  options: RepairOptions,
): MendedExport {
  const scratch = new Scratch((db) => loadExport(db, body, "source"), EXPORT_SCHEMA);
  try {
    const plan = planSession(scratch, 1, terms, options);
    if (plan.operations.length === 0) return { value: body, plan };
    const mended = buildExport(scratch.db, terms.input, String(plan.session));
    return { value: keepWhole(body, mended, plan.operations), plan };
  } finally {
    scratch.close();
  }
}

/** Takes the rows that no operation touched from the export as it was; an id may stand twice in it. */
function keepWhole(body: JsonObject & Export, mended: Export, operations: readonly Operation[]): Json {
  const touched = new Set(operations.map(({ table, id }) => `${table} ${id}`));
  const before = new Map<string, { entry: Json; info: JsonObject; parts: readonly Json[] }[]>();
  for (const [index, { info, parts }] of entriesOf(body).entries())
    addTo(before, String(info.id), { entry: body.messages[index]!, info, parts });
  const messages = entriesOf(mended).map(({ info, parts }): Json => {
    const was = before.get(String(info.id))?.shift();
    const wholeInfo = was && !touched.has(`message ${info.id}`) ? was.info : info;
    const left = new Map<string, Json[]>();
    for (const part of was?.parts ?? []) addTo(left, isObject(part) ? String(part.id) : "", part);
    const wholeParts = parts.map((part) => {
      const { id } = part as JsonObject;
      const own = left.get(String(id))?.shift();
      return touched.has(`part ${id}`) ? part : (own ?? part);
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

/** The session's info with what its columns say now; what no column keeps stays. */
function withColumns(info: JsonObject, now: JsonObject): JsonObject {
  let told = info;
  for (const path of [...Object.values(SESSION_PATHS).map((column) => column.path), [ROW_KEY]]) {
    const value = valueAt(now, path);
    told = value === undefined ? withoutPath(told, path) : withPath(told, path, value);
  }
  return told;
}
