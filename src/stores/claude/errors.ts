import type { KnownError } from "../../providers/errors.js";

/** Error texts of Claude Code itself. */
export const ERRORS: readonly KnownError[] = [
  { from: "Claude Code", pattern: /No conversation found with session ID/i, rules: ["hidden-session"] },
  {
    from: "Claude Code",
    pattern: /Failed to resume session: undefined is not an object/i,
    rules: ["invalid-message"],
  },
  {
    from: "Claude Code",
    pattern: /400 due to tool use concurrency issues/i,
    rules: ["missing-tool-result", "orphan-tool-result", "lost-history"],
  },
];
