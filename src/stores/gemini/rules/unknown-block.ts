import type { AnyRule } from "../../../rules/rule.js";
import { unknownBlock as shared } from "../../../rules/unknown-block.js";

const { mend: _, action: __, ...known } = shared;

/** Gemini CLI passes rows of a kind that it does not know over; another version may know them. */
export const unknownBlock: AnyRule = { ...known, safety: "none", atMost: "info" };
