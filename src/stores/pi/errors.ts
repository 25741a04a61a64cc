import type { KnownError } from "../../providers/errors.js";

/** Error texts of pi itself. */
export const ERRORS: readonly KnownError[] = [
  { from: "pi", pattern: /not a valid pi session/i, rules: ["unreadable-header"] },
  { from: "pi", pattern: /RangeError: Invalid array length/i, rules: ["lost-history"] },
  { from: "pi", pattern: /assistant\.content is not iterable/i, rules: ["broken-edit", "invalid-message"] },
];
