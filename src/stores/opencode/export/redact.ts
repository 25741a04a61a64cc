import type { Json, JsonObject } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import { KNOWN_ERRORS as PROVIDER_ERRORS } from "../../../providers/errors.js";
import { ERRORS } from "../errors.js";
import { placeholder } from "../../placeholder.js";
import type { Export } from "./read.js";
import { blankImage } from "./redact-image.js";

const KNOWN_ERRORS = [...PROVIDER_ERRORS, ...ERRORS];

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
/** What a KEPT key may hold: one word or path-like token, never a sentence. */
const A_WORD = /^[\w.+/:@-]{0,128}$/;
const ERROR_NAME = /^[A-Z][A-Za-z]{2,40}Error$/;
const ITEM_ID = /^(rs|fc|msg|ws|ig)_[\w-]+$/;
const PATTERN_WORDS = new Set(
  KNOWN_ERRORS.flatMap(({ pattern }) => pattern.source.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []),
);
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
  if (typeof value === "number" && foreign) return Number(String(value).replace(/[1-9]/g, "1"));
  if (Array.isArray(value)) return value.map((inner) => redact(inner, key, foreign));
  return isObject(value) ? redactObject(value, foreign || FOREIGN.has(key), key) : value;
}

function redactObject(value: JsonObject, foreign: boolean, key = ""): JsonObject {
  const redacted = new Map<string, Json>();
  for (const [name, inner] of Object.entries(value)) {
    const isOwn = !foreign || OWN_KEYS.has(name);
    const shown = isOwn ? name : freeKey(placeholder(name), redacted);
    const isErrorName = key === "error" && name === "name" && !foreign && ERROR_NAME.test(String(inner));
    redacted.set(shown, isErrorName ? inner : redact(inner, name, foreign));
  }
  return Object.fromEntries(redacted);
}

/** Two keys may look alike when their words are gone. */
function freeKey(wanted: string, taken: ReadonlyMap<string, Json>): string {
  let free = wanted;
  for (let number = 2; taken.has(free); number++) free = `${wanted}_${number}`;
  return free;
}

function redactText(text: string, key: string, foreign: boolean): string {
  if (OWN_TEXTS.has(text)) return text;
  if (key === "blob") return redactBytes(text);
  if (key === "data" || (foreign && !(key === "itemId" && ITEM_ID.test(text)))) return placeholder(text);
  if (KEPT.has(key) && A_WORD.test(text)) return text;
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
  return placeholder(text.slice(0, found.index)) + ownWords(found[0]) + placeholder(text.slice(until));
}

/** Of what a pattern matched, the words that stand in some pattern; the others may be anybody's. */
function ownWords(matched: string): string {
  return matched.replace(/[\p{L}\p{N}_]+/gu, (word) =>
    PATTERN_WORDS.has(word.toLowerCase()) ? word : placeholder(word),
  );
}

function redactUrl(url: string): string {
  const found = /^(data:[^,]{0,200},|(https?|file|ftp|blob):(\/\/)?)/i.exec(url)?.[0] ?? "";
  // A data URL may carry a name beside its type.
  const scheme = found.replace(/;(?!base64,)[^;,]*/gi, placeholder);
  const rest = url.slice(found.length);
  const image = /^data:[^,]*;base64,$/i.test(scheme) ? blankImage(rest) : null;
  return scheme + (image ?? placeholder(rest));
}
