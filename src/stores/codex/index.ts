import { isObject, wordOf } from "../../model/text.js";
import { defineStore, inOrder, type LinesForm } from "../store.js";
import { discoverCodex } from "./discover.js";
import { CodexEditor, type CodexEdits } from "./edits.js";
import { type CodexEntry, decodeLine } from "./entry.js";
import { ERRORS } from "./errors.js";
import { codexHost } from "./host.js";
import { redactRow } from "./redact.js";
import * as rules from "./rules/index.js";
import { assembleCodex, type CodexConversation } from "./session.js";

/** Kinds of row that no other program writes. */
const KINDS = [
  "session_meta",
  "response_item",
  "event_msg",
  "turn_context",
  "world_state",
  "token_usage_record",
  "compacted",
];

const lines: LinesForm<CodexConversation, CodexEdits, CodexEntry> = {
  isRow: (value) => isObject(value) && typeof value.type === "string" && isObject(value.payload),
  isIt(first, path) {
    const values = first.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const isOwn = values.some(
      (value) => lines.isRow(value) && isObject(value) && KINDS.includes(wordOf(value.type)),
    );
    return isOwn || (values.length === 0 && /[\\/]rollout-[^\\/]+\.jsonl$/.test(path));
  },
  decode: decodeLine,
  assemble: assembleCodex,
  edits: (conversation, editor) => new CodexEditor(conversation, editor),
  redact: redactRow,
  programs: [/\bcodex\b/],
};

/** Codex: one rollout a thread, with a second copy of nearly everything in its events. */
export const codex = defineStore<CodexConversation, CodexEdits>({
  id: "codex",
  title: "Codex",
  hosts: [codexHost],
  errors: ERRORS,
  discover: discoverCodex,
  lines,
  rules: inOrder(rules),
});
