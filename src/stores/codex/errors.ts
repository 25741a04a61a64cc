import type { KnownError } from "../../providers/errors.js";

/** Error texts of Codex itself, and of the service that it sends to. */
export const ERRORS: readonly KnownError[] = [
  {
    from: "Codex",
    pattern:
      /failed to read session metadata|thread source changed during resume|belongs to thread .*, expected/i,
    rules: ["unreadable-header"],
  },
  {
    from: "Codex",
    pattern:
      /final paginated rollout record .* is missing an ordinal|thread history projection .* expected ordinal/i,
    rules: ["ordinal-gap"],
  },
  {
    from: "Codex",
    pattern: /list_turns is not supported yet/i,
    rules: ["invalid-message", "index-mismatch"],
  },
  { from: "Codex", pattern: /no rollout found for thread id/i, rules: ["index-mismatch"] },
  {
    from: "Codex",
    pattern: /Orphan (function call|custom tool call) output/i,
    rules: ["orphan-tool-result"],
  },
];
