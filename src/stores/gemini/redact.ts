import type { Json } from "../../model/conversation.js";
import { type Redaction, redactedJson } from "../redact-json.js";

const REDACTION: Redaction = {
  kept: new Set([
    "id",
    "sessionId",
    "projectHash",
    "startTime",
    "lastUpdated",
    "timestamp",
    "kind",
    "type",
    "status",
    "name",
    "model",
    "mimeType",
    "$rewindTo",
  ]),
  foreign: new Set(["args", "response"]),
  json: new Set(),
  opaque: new Set(["data"]),
};

/** A row with placeholders for everything that somebody wrote. */
export function redactRow(row: Json): Json {
  return redactedJson(row, REDACTION);
}
