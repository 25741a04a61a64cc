import { defineStore, inOrder, type LinesForm } from "../store.js";
import { assembleClaude, type ClaudeConversation } from "./conversation.js";
import { discoverClaude } from "./discover.js";
import { type ClaudeEdits, claudeEdits } from "./edits.js";
import { type ClaudeEntry, decodeEntry, isClaudeRow } from "./entry.js";
import { ERRORS } from "./errors.js";
import { claudeHost } from "./host.js";
import { redactRow } from "./redact.js";
import { requestsIn } from "./requests.js";
import * as rules from "./rules/index.js";

const UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** A transcript of a project, or of a sub-agent. */
const NAMED = new RegExp(
  `[\\\\/]projects[\\\\/][^\\\\/]+[\\\\/](.+[\\\\/])?(${UUID}|agent-[^\\\\/]+)\\.jsonl$`,
  "i",
);

const lines: LinesForm<ClaudeConversation, ClaudeEdits, ClaudeEntry> = {
  isRow: isClaudeRow,
  isIt(first, path) {
    const known = first.flatMap(({ value }) => (value === undefined ? [] : [value]));
    return known.length > 0 ? known.some((value) => isClaudeRow(value)) : NAMED.test(path);
  },
  decode: decodeEntry,
  assemble: assembleClaude,
  edits: claudeEdits,
  redact: redactRow,
  requests: requestsIn,
  programs: [/(^|[/\\ ])claude( |$)/],
};

/** Claude Code: one transcript a session, a tree of rows of which the last prompt's branch is sent. */
export const claude = defineStore<ClaudeConversation, ClaudeEdits>({
  id: "claude",
  title: "Claude Code",
  hosts: [claudeHost],
  errors: ERRORS,
  discover: discoverClaude,
  lines,
  rules: inOrder(rules),
});
