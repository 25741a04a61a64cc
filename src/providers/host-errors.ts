import type { KnownError } from "./known-error.js";

/** What hosts, their libraries and SQLite say. */
export const HOST_ERRORS: readonly KnownError[] = [
  {
    from: "AI SDK",
    pattern: /do not match the ModelMessage\[\] schema|must be a ModelMessage\[\]/i,
    rules: ["invalid-part", "invalid-message", "foreign-metadata"],
  },
  {
    from: "AI SDK",
    pattern: /URL scheme must be http|AI_DownloadError|functionality not supported/i,
    rules: ["unsendable-media"],
  },
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
  {
    from: "SQLite",
    pattern: /database disk image is malformed|file is not a database/i,
    rules: ["integrity"],
  },
  {
    from: "AI SDK",
    pattern: /Tool results are missing for tool calls/i,
    rules: ["missing-tool-result", "misplaced-tool-result"],
  },
];
