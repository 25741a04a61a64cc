import { decodeMessage, type Loaded } from "../hosts/opencode/decode.js";
import type { Conversation, Json, Row } from "../model/conversation.js";
import { asNumber, asString, isObject } from "../model/text.js";

/** An opencode export: `{info, messages: [{info, parts}]}`, sanitised and legacy ones included. */
export function isExport(body: Json): body is { info: { [key: string]: Json }; messages: Json[] } {
  return (
    isObject(body) &&
    isObject(body.info) &&
    Array.isArray(body.messages) &&
    body.messages.every((message) => isObject(message) && isObject(message.info))
  );
}

/** The model of an exported session, as its rows would be read from the database. */
export function decodeExport(body: Json, size: number): Conversation | null {
  if (!isExport(body)) return null;
  const { info } = body;
  const time = isObject(info.time) ? info.time : {};
  const row: Row = {
    table: "session",
    id: String(info.id),
    created: asNumber(time.created) ?? null,
    updated: asNumber(time.updated) ?? null,
    size,
  };
  const entries = body.messages.filter(isObject).map((entry) => ({
    info: entry.info as Record<string, Json>,
    parts: Array.isArray(entry.parts) ? entry.parts : [],
  }));
  const ordered = entries.sort(
    (one, other) =>
      createdOf(one.info) - createdOf(other.info) || compare(String(one.info.id), String(other.info.id)),
  );
  const revert = isObject(info.revert) ? asString(info.revert.messageID) : undefined;
  return {
    id: row.id,
    store: "opencode",
    row,
    title: asString(info.title) ?? "",
    directory: asString(info.directory) ?? null,
    version: asString(info.version) ?? null,
    created: row.created,
    updated: row.updated,
    size,
    parent: asString(info.parentID) ?? null,
    revert:
      revert === undefined
        ? null
        : { message: revert, part: isObject(info.revert) ? asString(info.revert.partID) : undefined },
    messages: ordered.map(({ info: message, parts }, position) => {
      const loaded = parts
        .map((part) => loadPart(part, message))
        .sort((one, other) => compare(one.row.id, other.row.id));
      return decodeMessage(load("message", message), loaded, position);
    }),
  };
}

function createdOf(info: Record<string, Json>): number {
  return (isObject(info.time) && asNumber(info.time.created)) || 0;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function load(table: "message" | "part", data: Record<string, Json>, near = createdOf(data)): Loaded {
  return { row: { table, id: String(data.id), created: near || null, updated: near || null, size: 0 }, data };
}

function loadPart(part: Json, message: Record<string, Json>): Loaded {
  if (!isObject(part))
    return { row: { table: "part", id: "", created: null, updated: null, size: 0 }, data: { "~": part } };
  const time = isObject(part.time)
    ? part.time
    : isObject(part.state) && isObject(part.state.time)
      ? part.state.time
      : {};
  return load("part", part, asNumber(time.start) ?? createdOf(message));
}
