import type { KnownError } from "./known-error.js";

/** Error texts of the AI SDK and of SQLite. */
export const PROGRAM_ERRORS: readonly KnownError[] = [
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
