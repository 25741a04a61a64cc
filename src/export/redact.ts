import type { Json, JsonObject } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import { KNOWN_ERRORS } from "../providers/errors.js";
import type { Export } from "../sources/export/read.js";
import { blankImage } from "./redact-image.js";

/** Keys whose strings say what a thing is, never what somebody wrote. */
const KEPT = new Set([
  "id",
  "sessionID",
  "messageID",
  "parentID",
  "partID",
  "callID",
  "projectID",
  "workspaceID",
  "project_id",
  "workspace_id",
  "parent_id",
  "session_id",
  "tail_start_id",
  "itemId",
  "type",
  "role",
  "status",
  "tool",
  "mime",
  "reason",
  "finish",
  "version",
  "providerID",
  "modelID",
  "variant",
  "action",
]);
/** Agents and modes that opencode brings itself; others are named by people. */
const OWN_AGENTS = new Set(["build", "plan", "general", "explore", "compaction", "title", "summary"]);
/** What opencode itself writes into errors and texts, and rules look at. */
const OWN_TEXTS = new Set([
  "Tool execution aborted",
  "Tool execution was interrupted",
  "[Tool execution was interrupted]",
  "[Old tool result content cleared]",
  "Aborted",
  "The operation was aborted",
]);
/** Places that hold whatever a tool or a person put there: keys are theirs, too. */
const FOREIGN = new Set(["input", "metadata", "structured", "schema", "headers", "responseHeaders"]);
/** Keys in those places that the host or a provider put there. */
const OWN_KEYS = new Set([
  "interrupted",
  "output",
  "truncated",
  "sessionId",
  "anthropic",
  "openai",
  "signature",
  "redactedData",
  "itemId",
  "reasoningEncryptedContent",
]);

/** The same export with a placeholder of the same kind and length for everything that somebody wrote. */
export function redactExport({ info, messages }: Export): Export {
  return { info: redactObject(info, false), messages: messages.map((message) => redact(message, "", false)) };
}

function redact(value: Json, key: string, foreign: boolean): Json {
  if (typeof value === "string") return redactText(value, key, foreign);
  if (Array.isArray(value)) return value.map((inner) => redact(inner, key, foreign));
  return isObject(value) ? redactObject(value, foreign || FOREIGN.has(key), key) : value;
}

function redactObject(value: JsonObject, foreign: boolean, key = ""): JsonObject {
  const redacted: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const isOwn = !foreign || OWN_KEYS.has(name);
    const shown = isOwn ? name : freeKey(placeholder(name), redacted);
    redacted[shown] = key === "error" && name === "name" && !foreign ? inner : redact(inner, name, foreign);
  }
  return redacted;
}

/** Two keys may look alike when their words are gone. */
function freeKey(wanted: string, taken: JsonObject): string {
  let free = wanted;
  for (let number = 2; Object.hasOwn(taken, free); number++) free = `${wanted}_${number}`;
  return free;
}

function redactText(text: string, key: string, foreign: boolean): string {
  if (OWN_TEXTS.has(text)) return text;
  if (key === "blob") return redactBytes(text);
  if (key === "data" || (foreign && key !== "itemId")) return placeholder(text);
  if (KEPT.has(key)) return text;
  if ((key === "agent" || key === "mode") && OWN_AGENTS.has(text)) return text;
  if (key === "url") return redactUrl(text);
  if (key === "message" || key === "error") return keepKnownError(text);
  return placeholder(text);
}

function redactBytes(base64: string): string {
  const bytes = Buffer.from(base64, "base64").toString("latin1");
  return Buffer.from(placeholder(bytes), "latin1").toString("base64");
}

/** A provider's own words stay, the rest of the text does not. */
function keepKnownError(text: string): string {
  const found = KNOWN_ERRORS.map(({ pattern }) => pattern.exec(text)).find((match) => match !== null);
  if (!found) return placeholder(text);
  const until = found.index + found[0].length;
  return placeholder(text.slice(0, found.index)) + found[0] + placeholder(text.slice(until));
}

function redactUrl(url: string): string {
  const scheme = /^(data:[^,]{0,100},|[a-z][a-z0-9+.-]{1,20}:(\/\/)?)/i.exec(url)?.[0] ?? "";
  const rest = url.slice(scheme.length);
  const image = /^data:[^,]*;base64,$/i.test(scheme) ? blankImage(rest) : null;
  return scheme + (image ?? placeholder(rest));
}

/**
 * Letters become x, digits 0; blanks, punctuation and half characters stay, so that the text is as long, as blank and
 * as broken as it was.
 */
function placeholder(text: string): string {
  return text.replace(/\p{Lu}|[^\p{P}\p{S}\s\p{C}\p{N}]|\p{N}|[\u{10000}-\u{10FFFF}]/gu, (character) => {
    const shown = /\p{N}/u.test(character) ? "0" : /\p{Lu}/u.test(character) ? "X" : "x";
    return shown.repeat(character.length);
  });
}
