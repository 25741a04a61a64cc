import type { HostEffect } from "../host.js";

/** The effects of damage in Codex itself, where the replay cannot tell them. */
export const EFFECTS: readonly HostEffect[] = [
  { rule: "unreadable-header", effect: "unreadable", severity: "error" },
  { rule: "broken-line", variant: "lost", effect: "lost", severity: "error" },
  { rule: "broken-line", variant: "half", effect: "lost", severity: "warning" },
  { rule: "broken-line", variant: "harmless", effect: "cosmetic", severity: "info" },
  { rule: "invalid-message", variant: "timestamp", effect: "lost", severity: "error" },
  { rule: "invalid-message", variant: "utf8", effect: "lost", severity: "error" },
  { rule: "invalid-message", variant: "shape", effect: "lost", severity: "error" },
  { rule: "lone-surrogate", effect: "lost", severity: "error" },
  { rule: "missing-tool-result", effect: "lost", severity: "error" },
  { rule: "orphan-tool-result", effect: "lost", severity: "error" },
  { rule: "lost-history", effect: "lost", severity: "error" },
  { rule: "invalid-tool-input", variant: "known", effect: "lost", severity: "error" },
  { rule: "invalid-tool-input", effect: "misleads", severity: "warning" },
  { rule: "ordinal-gap", variant: "last", effect: "unreadable", severity: "error" },
  { rule: "ordinal-gap", effect: "misleads", severity: "warning" },
];
