import { KNOWN_ERRORS, type KnownError } from "../../providers/errors.js";

/** Error texts of opencode itself. */
export const ERRORS: readonly KnownError[] = [
  {
    from: "opencode",
    pattern: /Missing key|Expected (object|Part|Message|OutputFormat)/i,
    rules: ["invalid-message", "invalid-part", "stored-format", "unknown-block"],
  },
  {
    from: "opencode",
    pattern: /Session not found|Path is not absolute/i,
    rules: ["malformed-json", "unlistable-session", "missing-directory"],
  },
  {
    from: "opencode",
    pattern: /Unexpected server error/i,
    rules: ["malformed-json", "invalid-message", "invalid-part"],
  },
  { from: "opencode", pattern: /Workspace not found/i, rules: ["unlistable-session"] },
  { from: "opencode", pattern: /[45]00 at GET \/session(?!\/)/i, rules: ["unlistable-session"] },
  {
    from: "opencode",
    pattern: /ENOENT: no such file or directory/i,
    rules: ["missing-directory"],
  },
  {
    from: "opencode",
    pattern: /BadRequest at GET \/session/i,
    rules: ["invalid-message", "invalid-part", "stored-format", "unknown-block"],
  },
  {
    from: "opencode",
    pattern: /Tool execution (aborted|was interrupted)/i,
    rules: ["dropped-tool-error", "orphan-interrupted-tool", "stuck-tool"],
  },
  { from: "opencode", pattern: /FOREIGN KEY constraint failed/i, rules: ["missing-project", "orphan-row"] },
];

/** Error texts that a session may have recorded: of providers and of opencode. */
export const RECORDED: readonly KnownError[] = [...KNOWN_ERRORS, ...ERRORS];
