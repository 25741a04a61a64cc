import type { Json } from "../../model/conversation.js";
import { type Redaction, redactedJson } from "../redact-json.js";

const REDACTION: Redaction = {
  kept: new Set([
    "id",
    "session_id",
    "thread_id",
    "turn_id",
    "root_turn_id",
    "call_id",
    "timestamp",
    "type",
    "role",
    "status",
    "name",
    "model",
    "model_provider",
    "model_provider_id",
    "cli_version",
    "source",
    "originator",
    "history_mode",
    "turn_trigger",
  ]),
  foreign: new Set(["state"]),
  json: new Set(["arguments"]),
  opaque: new Set(["encrypted_content", "image_url"]),
};

/** A row with placeholders for everything that somebody wrote. */
export function redactRow(row: Json): Json {
  return redactedJson(row, REDACTION);
}
