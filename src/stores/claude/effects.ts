import type { HostEffect } from "../host.js";
import type { ClaudeFeatures } from "./versions.js";

/** The effects of damage in Claude Code itself, where the replay cannot tell them. */
export const EFFECTS: readonly (HostEffect & { on?: keyof ClaudeFeatures; off?: keyof ClaudeFeatures })[] = [
  { rule: "broken-line", variant: "lost", effect: "lost", severity: "error" },
  { rule: "broken-line", variant: "half", effect: "lost", severity: "warning" },
  { rule: "broken-line", variant: "harmless", effect: "cosmetic", severity: "info" },
  { rule: "lost-history", variant: "cycle", effect: "misleads", severity: "warning" },
  { rule: "lost-history", variant: "gap", effect: "lost", off: "bridgesParents", severity: "error" },
  { rule: "lost-history", effect: "lost", severity: "error" },
  {
    rule: "hidden-session",
    effect: "unreadable",
    error: "No conversation found with session ID",
    severity: "error",
  },
  { rule: "missing-tool-result", effect: "lost", severity: "error" },
  { rule: "orphan-tool-result", effect: "lost", severity: "error" },
  { rule: "invalid-message", variant: "prompt", effect: "lost", severity: "error" },
  { rule: "invalid-message", effect: "lost", severity: "warning" },
  { rule: "empty-message", variant: "unsent", effect: "cosmetic", severity: "info" },
];
