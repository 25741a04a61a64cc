import { rangeOf } from "./replay/versions.js";
import type { EffectKind, Severity } from "../../model/report.js";

/**
 * What damage in the rows does in the host itself, where the replay cannot tell.
 * (What a provider refuses follows from the replay and the provider table.)
 */
export interface HostEffect {
  readonly rule: string;
  /** Holds only for damage of this variant. */
  readonly variant?: string;
  readonly target: "opencode" | "instatic" | "opencode-2" | "any";
  readonly effect: EffectKind;
  /** Semver range; absent: every version. */
  readonly hosts?: string;
  readonly error?: string;
  /** The grade on a host inside the range; outside it an error becomes a warning, the rest info. */
  readonly severity: Severity;
  /** The whole message of the row shares its fate. */
  readonly takes?: "message";
}

const STRICT = ">=1.14.48";
const REFUSED_READ = "400 BadRequest at GET /session/:id/message";

export const HOST_EFFECTS: readonly HostEffect[] = [
  {
    rule: "malformed-json",
    target: "opencode",
    effect: "unreadable",
    error: "500 Unexpected server error; export: Session not found",
    severity: "error",
  },
  { rule: "malformed-json", target: "opencode-2", effect: "lost", severity: "warning" },
  { rule: "malformed-json", target: "instatic", effect: "misleads", severity: "warning" },
  {
    rule: "invalid-message",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: REFUSED_READ,
    severity: "error",
  },
  ...(["wholePromptTimes", "noContentFilter"] as const).map((variant) => ({
    rule: "invalid-message",
    variant,
    target: "opencode" as const,
    effect: "unreadable" as const,
    hosts: rangeOf(variant),
    error: REFUSED_READ,
    severity: "error" as const,
  })),
  { rule: "invalid-message", target: "opencode-2", effect: "lost", severity: "warning" },
  { rule: "invalid-message", target: "instatic", effect: "misleads", severity: "warning" },
  {
    rule: "invalid-part",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "invalid-part", target: "opencode-2", effect: "lost", severity: "warning" },
  {
    rule: "invalid-tool-input",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "invalid-tool-input", target: "opencode-2", effect: "lost", severity: "warning" },
  {
    rule: "unknown-block",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: REFUSED_READ,
    severity: "error",
  },
  { rule: "unknown-block", target: "opencode-2", effect: "lost", severity: "warning" },
  { rule: "unknown-block", target: "instatic", effect: "misleads", severity: "warning" },
  {
    rule: "stored-format",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: "400 Expected OutputFormatJsonSchema at GET /session/:id/message",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    target: "opencode",
    effect: "unreadable",
    hosts: STRICT,
    error: "400 or 500 at GET /session: no session of the project is listed",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    variant: "absolutePaths",
    target: "opencode",
    effect: "unreadable",
    hosts: rangeOf("absolutePaths"),
    error: "500 at GET /session: no session of the project is listed",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    variant: "strictRevert",
    target: "opencode",
    effect: "unreadable",
    hosts: rangeOf("strictRevert"),
    error: "400 at GET /session: no session of the project is listed",
    severity: "error",
  },
  {
    rule: "unlistable-session",
    variant: "workspaces",
    target: "opencode",
    effect: "unreadable",
    hosts: rangeOf("workspaces"),
    error: "500 Workspace not found at GET /session/:id",
    severity: "error",
  },
  {
    rule: "missing-project",
    target: "opencode",
    effect: "unreadable",
    error: "FOREIGN KEY constraint failed",
    severity: "error",
  },
  {
    rule: "missing-directory",
    target: "opencode",
    effect: "crash",
    error: "ENOENT: no such file or directory",
    severity: "error",
  },
  { rule: "future-timestamp", target: "opencode", effect: "misleads", severity: "warning" },
  {
    rule: "dangling-compaction-tail",
    target: "opencode",
    effect: "misleads",
    hosts: ">=1.14.40",
    severity: "warning",
  },
  {
    rule: "dangling-revert",
    variant: "newer",
    target: "opencode",
    effect: "lost",
    hosts: "<1.18.15",
    severity: "error",
  },
  { rule: "dangling-revert", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "stuck-tool", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "lost-compaction", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "stuck-compaction", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "incomplete-message", target: "opencode", effect: "misleads", severity: "warning" },
  {
    rule: "orphan-interrupted-tool",
    variant: "open",
    target: "opencode",
    effect: "loop",
    hosts: ">=1.3.14 <1.15.11",
    error:
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    severity: "error",
  },
  {
    rule: "orphan-interrupted-tool",
    variant: "unfinished",
    target: "opencode",
    effect: "misleads",
    severity: "warning",
  },
  { rule: "orphan-interrupted-tool", target: "opencode", effect: "cosmetic", severity: "info" },
  { rule: "dropped-tool-error", target: "opencode", effect: "misleads", severity: "info" },
  { rule: "id-order", variant: "messages", target: "opencode", effect: "cosmetic", severity: "info" },
  { rule: "id-order", variant: "parts", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "missing-step-boundary", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "orphan-row", target: "opencode", effect: "lost", severity: "warning" },
  { rule: "orphan-row", variant: "unowned", target: "opencode-2", effect: "lost", severity: "warning" },
  { rule: "orphan-row", target: "instatic", effect: "lost", severity: "warning" },
  {
    rule: "unanswered-compaction",
    variant: "auto",
    target: "opencode",
    effect: "misleads",
    severity: "warning",
  },
  {
    rule: "unanswered-compaction",
    target: "opencode-2",
    effect: "lost",
    takes: "message",
    severity: "warning",
  },
  { rule: "unanswered-subtask", target: "opencode", effect: "misleads", severity: "warning" },
  { rule: "mismatched-session", target: "opencode-2", effect: "lost", severity: "warning" },
  { rule: "mismatched-column", target: "any", effect: "cosmetic", severity: "info" },
  { rule: "dangling-parent", target: "opencode", effect: "cosmetic", severity: "info" },
  { rule: "integrity", target: "any", effect: "unreadable", severity: "error" },
  { rule: "recorded-rejection", target: "any", effect: "cosmetic", severity: "info" },
  { rule: "duplicate-user-message", target: "any", effect: "cosmetic", severity: "info" },
  { rule: "parallel-tool-calls", target: "any", effect: "cosmetic", severity: "info" },
  { rule: "missing-tool-calls", target: "any", effect: "lost", severity: "error" },
  { rule: "missing-tool-result", target: "instatic", effect: "misleads", severity: "warning" },
  { rule: "misplaced-tool-result", target: "instatic", effect: "misleads", severity: "warning" },
  { rule: "orphan-tool-result", target: "instatic", effect: "lost", severity: "warning" },
  { rule: "duplicate-tool-result", target: "instatic", effect: "lost", severity: "warning" },
  { rule: "duplicate-tool-call-id", target: "instatic", effect: "misleads", severity: "warning" },
  { rule: "empty-message", target: "instatic", effect: "misleads", severity: "warning" },
];
