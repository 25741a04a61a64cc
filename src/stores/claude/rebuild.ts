import { closeHalf, stringIn } from "../../files/broken-line.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { asString, isObject } from "../../model/text.js";
import type { ClaudeConversation } from "./conversation.js";
import type { ClaudeEntry } from "./entry.js";
import { queuedBefore } from "./losses.js";

const CUT = "[The rest of this message was lost.]";
const CUT_OUTPUT = "[The rest of this output was lost.]";

/**
 * The row that half a line still tells; null where it says nothing. Its children find it under its id: the one that it
 * holds, else the one that the next row names. What was cut off is named as lost; no argument and no signature is made up.
 */
export function rebuiltRow(conversation: ClaudeConversation, { at, line }: ClaudeEntry): JsonObject | null {
  const { half = "", problem } = line;
  const closed = problem === "nul" ? null : closeHalf(half);
  if (!closed || !isObject(closed.value.message)) return null;
  const { value, isCut } = closed;
  const next = conversation.links.find((link) => link.at > at);
  const before = conversation.links.findLast((link) => link.at < at);
  const behind = line.rescued?.[0] === undefined ? next?.parent : parentIn(line.rescued[0]);
  const unknown = behind && !conversation.byId.has(behind) ? behind : undefined;
  const uuid = stringIn(half, "uuid") ?? unknown;
  if (uuid === undefined || conversation.byId.has(uuid)) return null;
  const isOpen = isCut && Object.keys(value).at(-1) === "message";
  const queued = next && queuedBefore(conversation, next, before);
  const message = messageOf(value, isOpen, queued);
  if (!message) return null;
  const { type, parentUuid, isSidechain, sessionId, cwd, version, timestamp, ...rest } = value;
  const { message: _, uuid: __, toolUseResult: ___, ...others } = isOpen ? {} : rest;
  const isWhole = (key: string) => stringIn(half, key);
  return {
    parentUuid: parentUuid === null ? null : (isWhole("parentUuid") ?? before?.id ?? null),
    isSidechain: isSidechain === true,
    ...withoutLast(others, isCut),
    type: type ?? null,
    message,
    uuid,
    timestamp: isWhole("timestamp") ?? timeOf(before ?? next),
    sessionId: isWhole("sessionId") ?? conversation.id,
    ...(isWhole("cwd") !== undefined && { cwd: cwd ?? null }),
    ...(isWhole("version") !== undefined && { version: version ?? null }),
  };
}

/** The parent that a row which stands in the same line names. */
function parentIn(text: string): string | undefined {
  const value = parseJson(text);
  return isObject(value) ? asString(value.parentUuid) : undefined;
}

/** A value that may be cut goes. */
function withoutLast(value: JsonObject, isCut: boolean): JsonObject {
  return isCut ? Object.fromEntries(Object.entries(value).slice(0, -1)) : value;
}

export function timeOf(entry: ClaudeEntry | undefined): string {
  return new Date(entry?.time ?? 0).toISOString();
}

function messageOf(row: JsonObject, isOpen: boolean, queued: string | undefined): JsonObject | null {
  const message = isObject(row.message) ? row.message : {};
  const { content } = message;
  if (row.type === "assistant") {
    const said = Array.isArray(content) ? content.flatMap((piece) => wholePiece(piece, isOpen)) : [];
    return said.length > 0 ? { ...(isOpen ? { role: "assistant" } : {}), ...message, content: said } : null;
  }
  if (row.type !== "user") return null;
  if (typeof content === "string") return { role: "user", content: promptOf(content, isOpen, queued) };
  const pieces = Array.isArray(content) ? content.flatMap((piece) => wholePiece(piece, isOpen)) : [];
  return pieces.length > 0 ? { role: "user", content: pieces } : null;
}

/** The prompt was queued in whole before it was written. */
function promptOf(text: string, isOpen: boolean, queued: string | undefined): string {
  if (!isOpen) return text;
  return queued?.startsWith(text) ? queued : `${text} ${CUT}`;
}

function wholePiece(piece: Json, isOpen: boolean): JsonObject[] {
  if (!isObject(piece)) return [];
  if (!isOpen) return [piece];
  const isLast = (key: string) => Object.keys(piece).at(-1) === key;
  if (piece.type === "text" && asString(piece.text))
    return [isLast("text") ? { ...piece, text: `${asString(piece.text)} ${CUT}` } : piece];
  if (piece.type !== "tool_result" || !asString(piece.content)) return [];
  return [isLast("content") ? { ...piece, content: `${asString(piece.content)} ${CUT_OUTPUT}` } : piece];
}
