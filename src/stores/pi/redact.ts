import type { Json } from "../../model/conversation.js";
import { type Redaction, redactedJson } from "../redact-json.js";

const REDACTION: Redaction = {
  kept: new Set([
    "type",
    "id",
    "parentId",
    "targetId",
    "firstKeptEntryId",
    "fromId",
    "timestamp",
    "role",
    "api",
    "provider",
    "model",
    "modelId",
    "stopReason",
    "toolCallId",
    "toolName",
    "name",
    "mimeType",
    "thinkingLevel",
    "customType",
  ]),
  foreign: new Set(["arguments", "details"]),
  json: new Set(),
  opaque: new Set(["data", "thinkingSignature"]),
};

/** A row with placeholders for everything that somebody wrote. */
export function redactRow(row: Json): Json {
  return redactedJson(row, REDACTION);
}
