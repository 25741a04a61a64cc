import { modelMessageSchema } from "ai";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mendMessages } from "../src/index.js";
import type { JsonObject } from "../src/model/conversation.js";
import { sdkDefects } from "../src/stores/request/sdk-schema.js";
import { SEED } from "./support/seed.js";

/** Outputs as tools hand them over, and as the schema wants them. */
const output = fc.oneof(
  fc.constantFrom<unknown>(
    "done",
    "",
    5,
    null,
    true,
    [1],
    { tasks: [1, 2] },
    { type: "file", path: "a" },
    {},
  ),
  fc.record({
    type: fc.constantFrom("text", "json", "error-text", "error-json", "execution-denied", "content", "weird"),
    value: fc.constantFrom<unknown>("words", 5, null, { a: 1 }, [{ type: "text", text: "x" }]),
  }),
);
const result = fc.record({
  role: fc.constant("tool"),
  content: fc.tuple(
    fc.record({
      type: fc.constant("tool-result"),
      toolCallId: fc.constant("1"),
      toolName: fc.constant("read"),
      output,
    }),
  ),
});
const call = fc.record({
  role: fc.constant("assistant"),
  content: fc.tuple(
    fc.record(
      {
        type: fc.constant("tool-call"),
        toolCallId: fc.constant("1"),
        toolName: fc.constant("read"),
        input: fc.constant({}),
        providerExecuted: fc.constantFrom<unknown>(true, false, null, "yes", 1),
      },
      { requiredKeys: ["type", "toolCallId", "toolName", "input"] },
    ),
  ),
});

test("the AI SDK's schema refuses what is found, nothing else, and takes what is mended", () => {
  fc.assert(
    fc.property(fc.oneof(result, call), (message) => {
      const raw = message as JsonObject;
      expect(sdkDefects(raw).length > 0, JSON.stringify(raw)).toBe(
        !modelMessageSchema.safeParse(raw).success,
      );
      const { messages } = mendMessages(
        [
          { role: "user", content: "go" },
          {
            role: "assistant",
            content: [{ type: "tool-call", toolCallId: "1", toolName: "read", input: {} }],
          },
          raw,
        ],
        { format: "ai-sdk", unsafe: true },
      );
      for (const one of messages)
        expect(modelMessageSchema.safeParse(one).success, JSON.stringify(one)).toBe(true);
    }),
    { seed: SEED, numRuns: 500 },
  );
});
