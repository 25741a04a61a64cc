import type { HostEffect } from "../host.js";
import type { Feature } from "./replay/versions.js";

/** opencode 2, which imports the file and leaves out rows that it cannot read. */
export const IMPORT = "opencode-2";
const REFUSED_READ = "400 BadRequest at GET /session/:id/message";

/** The effects of damage in opencode itself and in the import to opencode 2, where the replay cannot tell them. */
export const EFFECTS: readonly (HostEffect & { readonly on?: Feature; readonly off?: Feature })[] = [
  {
    rule: "malformed-json",
    effect: "unreadable",
    error: "500 Unexpected server error; export: Session not found",
    severity: "error",
  },
  { rule: "malformed-json", target: IMPORT, effect: "lost", severity: "warning" },
  {
    rule: "invalid-message",
    effect: "unreadable",
    on: "strictResponses",
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "invalid-message", target: IMPORT, effect: "lost", severity: "warning" },
  {
    rule: "invalid-part",
    effect: "unreadable",
    on: "strictResponses",
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "invalid-part", target: IMPORT, effect: "lost", severity: "warning" },
  {
    rule: "invalid-tool-input",
    effect: "unreadable",
    on: "strictResponses",
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "invalid-tool-input", target: IMPORT, effect: "lost", severity: "warning" },
  {
    rule: "unknown-block",
    effect: "unreadable",
    on: "strictResponses",
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "unknown-block", target: IMPORT, effect: "lost", severity: "warning" },
  {
    rule: "stored-format",
    effect: "unreadable",
    on: "strictResponses",
    error: "400 Expected OutputFormatJsonSchema at GET /session/:id/message",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    effect: "unreadable",
    on: "strictResponses",
    error: "400 or 500 at GET /session: no session of the project is listed",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    variant: "at-prompt",
    effect: "unreadable",
    error: "500 at GET /session",
    severity: "error",
  },
  {
    rule: "missing-project",
    effect: "unreadable",
    error: "FOREIGN KEY constraint failed",
    severity: "error",
  },
  {
    rule: "missing-directory",
    effect: "crash",
    error: "ENOENT: no such file or directory",
    severity: "error",
  },
  { rule: "future-timestamp", effect: "misleads", severity: "warning" },
  { rule: "dangling-compaction-tail", effect: "misleads", on: "sanitises", severity: "warning" },
  { rule: "dangling-revert", variant: "newer", effect: "lost", off: "loopByTime", severity: "error" },
  { rule: "dangling-revert", effect: "misleads", severity: "warning" },
  { rule: "stuck-tool", effect: "misleads", severity: "warning" },
  { rule: "lost-compaction", effect: "misleads", severity: "warning" },
  { rule: "stuck-compaction", effect: "misleads", severity: "warning" },
  { rule: "incomplete-message", effect: "misleads", severity: "warning" },
  {
    rule: "orphan-interrupted-tool",
    variant: "open",
    effect: "loop",
    on: "toolsKeepLoop",
    off: "interruptedEndsLoop",
    error:
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    severity: "error",
  },
  { rule: "orphan-interrupted-tool", variant: "unfinished", effect: "misleads", severity: "warning" },
  { rule: "orphan-interrupted-tool", effect: "cosmetic", severity: "info" },
  { rule: "dropped-tool-error", effect: "misleads", severity: "info" },
  { rule: "id-order", variant: "messages", effect: "cosmetic", severity: "info" },
  { rule: "id-order", variant: "parts", effect: "misleads", severity: "warning" },
  { rule: "missing-step-boundary", effect: "misleads", severity: "warning" },
  { rule: "orphan-row", effect: "lost", severity: "warning" },
  { rule: "orphan-row", variant: "unowned", target: IMPORT, effect: "lost", severity: "warning" },
  { rule: "unanswered-compaction", variant: "auto", effect: "misleads", severity: "warning" },
  { rule: "unanswered-compaction", target: IMPORT, effect: "lost", takes: "message", severity: "warning" },
  { rule: "unanswered-subtask", effect: "misleads", severity: "warning" },
  { rule: "mismatched-session", target: IMPORT, effect: "lost", severity: "warning" },
  { rule: "dangling-parent", effect: "cosmetic", severity: "info" },
];
