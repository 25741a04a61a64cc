import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mendMessages } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { present } from "../src/model/present.js";
import { openMessages } from "../src/stores/request/document.js";
import { CORPUS } from "./support/fixtures.js";
import { judged } from "./support/judging.js";
import { SEED } from "./support/seed.js";

/** The strict provider of the shared oracle: a second opinion on every request. It stands beside the project on some machines only. */
const ORACLE = join(CORPUS, "../oracle/fake-llm.mjs");
type Validate = (body: object, options: object) => { rule: string }[];

const ABSENT = Symbol("absent");
type Value = Json | typeof ABSENT;
const record = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc
    .record(keys)
    .map(
      (raw) => Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ABSENT)) as JsonObject,
    );
/** Mostly what clients send. */
const mostly = <T>(usual: fc.Arbitrary<T>, ...odd: Value[]): fc.Arbitrary<T | Value> =>
  fc.oneof({ weight: 6, arbitrary: usual }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const idWith = (...odd: Value[]) => mostly(fc.constantFrom("c1", "c2", "c3"), "a b", 7, null, ABSENT, ...odd);
const id = idWith("");
// Services refuse an empty id over Chat Completions as well; this provider takes it.
const chatId = idWith();
const said = (...odd: Value[]) => mostly(fc.constant("hello"), ...odd);

const chatContent = said(
  "",
  " ",
  null,
  [],
  [{ type: "text", text: "x" }],
  [{ type: "text", text: "" }],
  ABSENT,
);
const chatCall = record({
  id: chatId,
  type: fc.constant("function"),
  function: mostly(
    record({
      name: fc.constant("read"),
      arguments: mostly(fc.constant("{}"), "[1]", "x", "", "null", { a: 1 }, null, ABSENT),
    }),
    null,
    ABSENT,
  ),
});
const calls = fc.oneof(
  fc.constant(ABSENT),
  mostly(fc.array(chatCall, { minLength: 1, maxLength: 2 }), [], null, {}),
);
const chatMessage = fc.oneof(
  record({ role: fc.constantFrom("user", "system"), content: chatContent }),
  record({ role: fc.constant("assistant"), content: chatContent, tool_calls: calls }),
  record({ role: fc.constant("tool"), tool_call_id: chatId, content: chatContent }),
);

const result = said("", [], [{ type: "text", text: "" }], [{ type: "text", text: "x" }], ABSENT);
const usual = fc.oneof(
  record({ type: fc.constant("text"), text: said("", " ", 7, null, ABSENT) }),
  record({ type: fc.constant("tool_result"), tool_use_id: id, content: result }),
);
const replied = fc.oneof(
  usual,
  record({
    type: fc.constant("tool_use"),
    id,
    name: mostly(fc.constant("read"), "", "a b", 7, ABSENT),
    input: mostly(fc.constant({}), null, [], "x", 7, ABSENT),
  }),
  record({
    type: fc.constant("thinking"),
    thinking: said("", " ", 7, ABSENT),
    signature: mostly(fc.constant("sig-1"), "", 7, ABSENT),
  }),
  fc.constant({ type: "redacted_thinking", data: "x" }),
);
const anthropicContent = (block: fc.Arbitrary<Json>) =>
  fc.oneof(fc.constant("hi"), mostly(fc.array(block, { maxLength: 3 }), "", null, 7, {}, ABSENT));
const anthropicMessage = fc.oneof(
  record({ role: fc.constant("user"), content: anthropicContent(usual) }),
  record({ role: fc.constant("assistant"), content: anthropicContent(replied) }),
);

/** No model that the tool knows: newer ones take back thinking without its text, which the strict provider refuses. */
const MODEL = "claude-fake-1";
const FORMATS = [
  ["anthropic", "validateAnthropic", anthropicMessage],
  ["openai-chat", "validateOpenAI", chatMessage],
] as const;

test.skipIf(!existsSync(ORACLE)).each(FORMATS)(
  "%s: what the strict provider refuses is an error, nothing else is, and a mended request is taken (skipped without the shared oracle)",
  async (format, name, message) => {
    const validate = present(((await import(ORACLE)) as Record<string, Validate>)[name]);
    const refusals = (messages: readonly Json[]) =>
      validate({ model: MODEL, messages: structuredClone(messages) }, {}).map(({ rule }) => rule);
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
        const request = openMessages(messages, format, "0").look();
        const errors = judged({ ...request, model: MODEL }, { providers: [format] }).filter(
          ({ severity }) => severity === "error",
        );
        const refused = refusals(messages);
        expect(errors.length > 0, `${refused}; ${errors.map(({ rule }) => rule)}`).toBe(refused.length > 0);
        const mended = mendMessages(messages as Json[], { format, provider: format, unsafe: true });
        const remaining = mended.remaining.filter(({ severity }) => severity === "error");
        if (remaining.length === 0) expect(refusals(mended.messages)).toEqual([]);
      }),
      { seed: SEED, numRuns: 3000 },
    );
  },
);
