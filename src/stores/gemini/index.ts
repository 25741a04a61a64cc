import type { Json } from "../../model/conversation.js";
import { wordOf } from "../../model/text.js";
import { defineStore, inOrder, type LinesForm } from "../store.js";
import { discoverGemini } from "./discover.js";
import { GeminiEditor, type GeminiEdits } from "./edits.js";
import { decodeLine, type GeminiEntry } from "./entry.js";
import { ERRORS } from "./errors.js";
import { geminiHost } from "./host.js";
import { looksLikeMetadata, recordOf } from "./records.js";
import { redactRow } from "./redact.js";
import * as rules from "./rules/index.js";
import { assembleGemini, type GeminiConversation } from "./session.js";

const lines: LinesForm<GeminiConversation, GeminiEdits, GeminiEntry> = {
  // As versions before the lines wrote it.
  document: /^\{\r?\n\s*"sessionId"\s*:/,
  isRow: (value) => looksLikeMetadata(value) || recordOf(value).kind !== "other",
  isIt: (first, path) => {
    const values = first.flatMap(({ value }) => (value === undefined ? [] : [value]));
    return values.some(isTelling) || (isNamed(path) && values.every((value) => lines.isRow(value)));
  },
  decode: decodeLine,
  assemble: assembleGemini,
  edits: (conversation, editor) => new GeminiEditor(conversation, editor),
  redact: redactRow,
  programs: [/\bgemini\b/],
};

/** A row that no other program writes. */
function isTelling(value: Json): boolean {
  const record = recordOf(value);
  if (looksLikeMetadata(value) || record.kind === "rewind" || record.kind === "metadata") return true;
  return (
    record.kind === "set" ||
    (record.kind === "message" &&
      /^(user|gemini|info)$/.test(wordOf(record.message.type)) &&
      "timestamp" in record.message &&
      "content" in record.message &&
      !("message" in record.message))
  );
}

function isNamed(path: string): boolean {
  return /[\\/]chats[\\/](session-[^\\/]+|[^\\/]+[\\/][^\\/]+)\.jsonl$/.test(path);
}

/** Gemini CLI: one file a session; a later line of a message replaces the earlier one. */
export const gemini = defineStore<GeminiConversation, GeminiEdits>({
  id: "gemini",
  title: "Gemini CLI",
  hosts: [geminiHost],
  errors: ERRORS,
  discover: discoverGemini,
  lines,
  rules: inOrder(rules),
});
