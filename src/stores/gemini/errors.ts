import type { KnownError } from "../../providers/errors.js";

/** Error texts of Gemini CLI itself. */
export const ERRORS: readonly KnownError[] = [
  {
    from: "Gemini CLI",
    pattern: /No previous sessions found for this project|Invalid session identifier/i,
    rules: ["unreadable-header", "hidden-session", "lost-history"],
  },
  {
    from: "Gemini CLI",
    pattern: /number of function response parts is equal/i,
    rules: ["doubled-result"],
  },
];
