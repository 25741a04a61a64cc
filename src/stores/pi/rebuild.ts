import { createHash } from "node:crypto";
import { basename } from "node:path";
import { closeHalf, stringIn } from "../../files/broken-line.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";
import { idInName, type PiConversation } from "./conversation.js";
import { hasId } from "./entry.js";

const LOST = "[The rest of this message was lost.]";
const LOST_OUTPUT = "[The output of this tool was lost.]";

const text = (said: string): JsonObject => ({ type: "text", text: said });

/**
 * The entry that half a line still tells; null where its id, parent or kind are gone, or where it says nothing. Its children
 * find it under its id again. What was cut off is named as lost; no argument and no signature is made up.
 */
export function rebuiltEntry(half: string, conversation: PiConversation): JsonObject | null {
  const closed = closeHalf(half);
  const id = stringIn(half, "id");
  const timestamp = stringIn(half, "timestamp");
  if (!closed || id === undefined || timestamp === undefined || conversation.byId.has(id)) return null;
  const { value, isCut } = closed;
  const parentId = value.parentId === null ? null : (stringIn(half, "parentId") ?? null);
  const base = { type: "message", id, parentId, timestamp };
  if (value.type !== "message" || !isObject(value.message)) return null;
  const message = messageOf(value.message, Date.parse(timestamp), isCut, conversation);
  return message && { ...base, message };
}

function messageOf(
  half: JsonObject,
  time: number,
  isCut: boolean,
  conversation: PiConversation,
): JsonObject | null {
  const timestamp = Number.isNaN(time) ? 0 : time;
  const pieces = wholePieces(half.content, isCut);
  switch (half.role) {
    case "user":
      return pieces.length > 0 ? { role: "user", content: pieces, timestamp } : null;
    case "assistant":
      return pieces.length > 0
        ? { role: "assistant", content: pieces, ...answerFrom(half, pieces, conversation), timestamp }
        : null;
    case "toolResult": {
      const { toolCallId, toolName } = half;
      if (typeof toolCallId !== "string" || toolCallId === "") return null;
      const isLost = pieces.length === 0;
      const content = isLost ? [text(LOST_OUTPUT)] : pieces;
      const name = typeof toolName === "string" ? toolName : "unknown";
      return { role: "toolResult", toolCallId, toolName: name, content, isError: isLost || isCut, timestamp };
    }
    default:
      return null;
  }
}

/** The pieces of a content that was cut: its texts, its calls whose arguments are whole, its signed thinking. */
function wholePieces(content: Json | undefined, isCut: boolean): JsonObject[] {
  if (typeof content === "string")
    return content === "" ? [] : [text(content), ...(isCut ? [text(LOST)] : [])];
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).flatMap((piece, index) => {
    const isLast = isCut && index === content.length - 1;
    if (piece.type === "text") return saidText(piece, isLast);
    const isWhole = !isLast && (index < content.length - 1 || isComplete(piece));
    return isWhole ? [piece] : [];
  });
}

function saidText(piece: JsonObject, isCut: boolean): JsonObject[] {
  if (typeof piece.text !== "string" || piece.text === "") return [];
  return isCut ? [text(piece.text), text(LOST)] : [piece];
}

/** True for a last piece that has all that pi writes into one of its kind. */
function isComplete({ type, id, name, arguments: input, thinking, thinkingSignature }: JsonObject): boolean {
  if (type === "toolCall") return typeof id === "string" && typeof name === "string" && isObject(input);
  return type === "thinking" && typeof thinking === "string" && typeof thinkingSignature === "string";
}

/** The keys behind the content of an answer: those of the half line, else those of another answer of the session. */
function answerFrom(
  half: JsonObject,
  pieces: readonly JsonObject[],
  { path, links }: PiConversation,
): JsonObject {
  const other = [...path, ...links].findLast(({ message }) => message?.model)?.message?.model;
  const said = (key: "api" | "provider" | "model", usual: string | undefined) =>
    typeof half[key] === "string" && half[key] !== "" ? half[key] : (usual ?? "unknown");
  const calls = pieces.some(({ type }) => type === "toolCall");
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };
  return {
    api: said("api", other?.api),
    provider: said("provider", other?.provider),
    model: said("model", other?.id),
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0, cost: none },
    stopReason: calls ? "toolUse" : "stop",
  };
}

/** The header of a session, from what its own line, the file's name and the rows still tell. */
export function rebuiltHeader(conversation: PiConversation, half: string, path: string): JsonObject {
  const { links, directory, created } = conversation;
  const hasIds = links.length === 0 || links.some(hasId);
  const named = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z_/.exec(basename(path));
  const inName = named && `${named[1]}T${named[2]}:${named[3]}:${named[4]}.${named[5]}Z`;
  const timestamp = stringIn(half, "timestamp") ?? inName ?? new Date(created ?? 0).toISOString();
  const cwd = stringIn(half, "cwd") ?? directory ?? folderIn(path);
  const id = stringIn(half, "id") ?? idOf(path, conversation);
  return { type: "session", ...(hasIds && { version: 3 }), id, timestamp, cwd };
}

/** pi wants an id of letters, digits, ".", "_" and "-". */
function idOf(path: string, { links }: PiConversation): string {
  const id = idInName(path);
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(id)) return id;
  return createHash("sha256")
    .update(links.map((link) => link.id).join(" "))
    .digest("hex")
    .slice(0, 32);
}

/** The folder of the file is named after the working folder, every separator a "-". */
function folderIn(path: string): string {
  const folder = path.split(/[/\\]/).at(-2) ?? "";
  const name = folder.startsWith("--") && folder.endsWith("--") ? folder.slice(2, -2) : "";
  return name ? `/${name.replaceAll("-", "/")}` : "/";
}
