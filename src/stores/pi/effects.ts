import type { HostEffect } from "../host.js";
import type { PiFeatures } from "./versions.js";

/** The effects of damage in pi itself, where the replay cannot tell them. */
export const EFFECTS: readonly (HostEffect & { on?: keyof PiFeatures; off?: keyof PiFeatures })[] = [
  { rule: "broken-line", variant: "lost", effect: "lost", severity: "error" },
  { rule: "broken-line", effect: "lost", severity: "warning" },
  { rule: "lost-history", effect: "lost", severity: "error" },
  {
    rule: "unreadable-header",
    effect: "unreadable",
    on: "keepsForeignFile",
    error: "Session file is not a valid pi session",
    severity: "error",
  },
  { rule: "unreadable-header", effect: "lost", off: "keepsForeignFile", severity: "error" },
  { rule: "hidden-session", effect: "unreadable", severity: "warning" },
  { rule: "invalid-message", effect: "cosmetic", severity: "info" },
  { rule: "broken-edit", variant: "half", effect: "lost", severity: "error" },
  { rule: "missing-tool-result", effect: "misleads", severity: "warning" },
  { rule: "empty-message", variant: "unsent", effect: "cosmetic", severity: "info" },
  { rule: "invalid-thinking", variant: "as-text", effect: "cosmetic", severity: "info" },
];
