import fc from "fast-check";
import { expect, test } from "vitest";
import { type MendMessagesOptions, mendMessages } from "../src/index.js";
import { SEED } from "./support/seed.js";

const id = fc.constantFrom("1", "2", "a#b", "");
const words = fc.constantFrom("x", "", " ", "\ud800");
const list = <T>(piece: fc.Arbitrary<T>, maxLength: number) => fc.array(piece, { maxLength });
const only = <T>(value: T) => fc.constant(value);

const anthropic = fc.record({
  role: fc.constantFrom("user", "assistant"),
  content: list(
    fc.oneof(
      fc.record({ type: only("text"), text: words }),
      fc.record({ type: only("tool_use"), id, name: only("read"), input: only({}) }),
      fc.record({ type: only("tool_result"), tool_use_id: id, content: words }),
      fc.record({ type: only("thinking"), thinking: words, signature: fc.constantFrom("s", undefined) }),
    ),
    4,
  ),
});
const chatCall = fc.record({
  id,
  type: only("function"),
  function: fc.record({
    name: fc.constantFrom("read", "a b", ""),
    arguments: fc.constantFrom("{}", "{", '"{}"', "[1]", ""),
  }),
});
const chat = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "system"), content: words }),
  fc.record({
    role: only("assistant"),
    content: fc.oneof(words, only(null)),
    tool_calls: list(chatCall, 3),
  }),
  fc.record({ role: only("tool"), tool_call_id: id, content: words }),
);
const responses = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "assistant"), content: words }),
  fc.record({
    type: only("function_call"),
    call_id: id,
    name: fc.constantFrom("f", "a b"),
    arguments: fc.constantFrom("{}", "{"),
  }),
  fc.record({ type: only("function_call_output"), call_id: id, output: words }),
  fc.record({ type: only("reasoning"), id, summary: only([]) }),
);
const sdkPart = fc.oneof(
  fc.record({ type: only("text"), text: words }),
  fc.record({
    type: only("tool-call"),
    toolCallId: id,
    toolName: only("f"),
    input: fc.constantFrom({}, "x", [1]),
  }),
  fc.record({ type: only("reasoning"), text: words }),
);
const sdk = fc.oneof(
  fc.record({ role: only("user"), content: words }),
  fc.record({ role: only("assistant"), content: fc.oneof(words, list(sdkPart, 4)) }),
  fc.record({
    role: only("tool"),
    content: list(
      fc.record({
        type: only("tool-result"),
        toolCallId: id,
        toolName: only("f"),
        output: fc.record({ type: only("text"), value: words }),
      }),
      3,
    ),
  }),
);

const CASES: [MendMessagesOptions, fc.Arbitrary<object>][] = [
  [{ format: "anthropic", provider: "anthropic" }, anthropic],
  [{ format: "openai-chat" }, chat],
  ...["deepseek", "gemini", "mistral", "chat-template"].map(
    (provider): [MendMessagesOptions, fc.Arbitrary<object>] => [{ format: "openai-chat", provider }, chat],
  ),
  [{ format: "openai-responses" }, responses],
  [{ format: "ai-sdk" }, sdk],
  [{ format: "ai-sdk", provider: "anthropic" }, sdk],
];

const call = (toolCallId: string) => ({ type: "tool-call", toolCallId, toolName: "f", input: {} });
const answer = (toolCallId: string) => ({
  role: "tool",
  content: [{ type: "tool-result", toolCallId, toolName: "f", output: { type: "text", value: "x" } }],
});

// Pieces that move from one message to another keep their own id: two results that shared one were moved in place of
// each other until the rounds ended, so that nothing was mended.
test("calls without a result, thinking behind them, and results of later calls between are mended", () => {
  const messages = [
    { role: "assistant", content: [call(""), call("2"), { type: "reasoning", text: "x" }] },
    { role: "assistant", content: [call("1")] },
    answer("2"),
    { role: "assistant", content: [] },
    answer("1"),
  ];
  const { remaining } = mendMessages(messages, { format: "ai-sdk", provider: "anthropic" });
  expect(remaining.filter(({ repair }) => repair.safety === "safe")).toEqual([]);
});

test.each(CASES)("any history is mended once, and is then left alone: %j", (options, message) => {
  fc.assert(
    fc.property(list(message, 9), (messages) => {
      const copy = structuredClone(messages);
      const first = mendMessages(messages, options);
      expect(messages).toEqual(copy);
      const again = mendMessages(first.messages, options);
      expect(again.messages).toBe(first.messages);
      expect(again.remaining.filter(({ repair }) => repair.safety === "safe")).toEqual([]);
      if (options.format !== "anthropic") return;
      const said = (all: readonly object[]) => JSON.stringify(all).split('"text":"x"').length;
      expect(said(first.messages)).toBe(said(messages));
    }),
    { numRuns: 300, seed: SEED },
  );
});
