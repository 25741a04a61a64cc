import type { Json } from "../../model/conversation.js";
import { type Redaction, redactedJson } from "../redact-json.js";

const REDACTION: Redaction = {
  kept: new Set([
    "type",
    "subtype",
    "uuid",
    "parentUuid",
    "logicalParentUuid",
    "leafUuid",
    "sessionId",
    "sourceToolAssistantUUID",
    "anchorUuid",
    "headUuid",
    "tailUuid",
    "timestamp",
    "version",
    "role",
    "id",
    "model",
    "stop_reason",
    "tool_use_id",
    "name",
    "media_type",
    "operation",
  ]),
  foreign: new Set(["input", "toolUseResult"]),
  json: new Set(),
  opaque: new Set(["data", "signature"]),
};

/** A row with placeholders for everything that somebody wrote. */
export function redactRow(row: Json): Json {
  return redactedJson(row, REDACTION);
}
