import type { HostEffect } from "../host.js";

/** The effects of damage in Instatic itself, where the replay cannot tell them. */
export const EFFECTS: readonly HostEffect[] = [
  { rule: "malformed-json", effect: "misleads", severity: "warning" },
  { rule: "invalid-message", effect: "misleads", severity: "warning" },
  { rule: "unknown-block", effect: "misleads", severity: "warning" },
  { rule: "orphan-row", effect: "lost", severity: "warning" },
  { rule: "missing-tool-result", effect: "misleads", severity: "warning" },
  { rule: "misplaced-tool-result", effect: "misleads", severity: "warning" },
  { rule: "orphan-tool-result", effect: "lost", severity: "warning" },
  { rule: "duplicate-tool-result", effect: "lost", severity: "warning" },
  { rule: "duplicate-tool-call-id", effect: "misleads", severity: "warning" },
  { rule: "empty-message", effect: "misleads", severity: "warning" },
];
