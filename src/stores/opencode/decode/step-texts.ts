import type { JsonObject } from "../../../model/conversation.js";

/** Not so large that it would be infinite, which no reader takes. */
const NUMBER = "(?:0|[1-9]\\d{0,29})(?:\\.\\d+)?(?:[eE][-+]?\\d{1,2})?";
const SNAPSHOT = '"snapshot":"[0-9a-f]*"';
const REASON = `"reason":"[a-z-]*"(?:,${SNAPSHOT})?`;
const CACHE = `(?:"read":${NUMBER},"write":${NUMBER}|"write":${NUMBER},"read":${NUMBER})`;
const TOKENS = `"tokens":\\{(?:"total":${NUMBER},)?"input":${NUMBER},"output":${NUMBER},"reasoning":${NUMBER},"cache":\\{${CACHE}\\}\\}`;
const COST = `"cost":${NUMBER}`;

/** Steps, letter by letter as the versions of the host write them (1.2 to 1.18). */
const START = new RegExp(`^\\{(?:"type":"step-start"(?:,${SNAPSHOT})?|${SNAPSHOT},"type":"step-start")\\}$`);
const FINISH = new RegExp(
  `^\\{(?:"type":"step-finish",${REASON}|${REASON},"type":"step-finish"),(?:${TOKENS},${COST}|${COST},${TOKENS})\\}$`,
);
/** The longest text (characters) of a step that is looked at. */
const LONGEST = 1000;

const A_START: JsonObject = { type: "step-start" };
const A_FINISH: JsonObject = {
  type: "step-finish",
  reason: "stop",
  cost: 0,
  tokens: { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } },
};

/**
 * A document that differs from the row's own in its numbers, reason and snapshot only. Half of all parts are steps: a
 * quick look need not parse them. Undefined for all else.
 */
export function stepOf(data: unknown): JsonObject | undefined {
  if (typeof data !== "string" || data.length > LONGEST) return undefined;
  if (START.test(data)) return A_START;
  return FINISH.test(data) ? A_FINISH : undefined;
}
