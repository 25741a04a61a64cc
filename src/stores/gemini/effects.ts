import type { HostEffect } from "../host.js";

/** The effects of damage in Gemini CLI itself, where the replay cannot tell them. */
export const EFFECTS: readonly HostEffect[] = [
  { rule: "unreadable-header", effect: "unreadable", severity: "error" },
  { rule: "unreadable-header", variant: "spare", effect: "misleads", severity: "warning" },
  { rule: "hidden-session", effect: "unreadable", severity: "error" },
  { rule: "lost-history", effect: "lost", severity: "error" },
  { rule: "broken-line", variant: "lost", effect: "lost", severity: "error" },
  { rule: "broken-line", variant: "half", effect: "lost", severity: "warning" },
  { rule: "broken-line", variant: "harmless", effect: "cosmetic", severity: "info" },
  { rule: "invalid-message", effect: "lost", severity: "warning" },
];
