import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, type ModelMessage, wrapLanguageModel } from "ai";
import { expect, test } from "vitest";
import { type MiddlewareOptions, sessionDoctor } from "../src/ai-sdk.js";
import { refusalsOf } from "./e2e/support/refusals.js";

type Wire = "anthropic" | "openai-chat";

/** Sends the messages through the real SDK to a strict provider in memory: the bodies that arrive, and its answer. */
async function send(wire: Wire, messages: ModelMessage[], options?: MiddlewareOptions) {
  const bodies: string[] = [];
  const fetch = async (_: unknown, init?: { body?: unknown }) => {
    const body = String(init?.body);
    bodies.push(body);
    const refused = refusalsOf(wire, body);
    const answer =
      refused.length > 0 ? { type: "error", error: { type: "x", message: refused[0] } } : ANSWER[wire];
    return new Response(JSON.stringify(answer), {
      status: refused.length > 0 ? 400 : 200,
      headers: { "content-type": "application/json" },
    });
  };
  const settings = { apiKey: "none", baseURL: "http://127.0.0.1:9/v1", fetch };
  const bare =
    wire === "anthropic"
      ? createAnthropic(settings)("claude-sonnet-4-0")
      : createOpenAICompatible({ ...settings, name: "local" })("some-model");
  const model = options ? wrapLanguageModel({ model: bare, middleware: sessionDoctor(options) }) : bare;
  const text = await generateText({ model, messages, maxRetries: 0 }).then(
    (result) => result.text,
    (error: Error) => `refused: ${error.message}`,
  );
  return { text, bodies };
}

const ANSWER = {
  anthropic: {
    type: "message",
    id: "msg_1",
    role: "assistant",
    model: "m",
    content: [{ type: "text", text: "answered" }],
    stop_reason: "end_turn",
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  "openai-chat": {
    id: "1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", content: "answered" }, finish_reason: "stop" }],
  },
} as const;

const call = (id: string) =>
  ({ type: "tool-call", toolCallId: id, toolName: "read", input: { path: "a" } }) as const;
const result = (id: string) =>
  ({ type: "tool-result", toolCallId: id, toolName: "read", output: { type: "text", value: "b" } }) as const;
const ask: ModelMessage = { role: "user", content: "read a" };
const next: ModelMessage = { role: "user", content: "go on" };

const HEALTHY: [string, ModelMessage[]][] = [
  ["words", [ask, { role: "assistant", content: "done" }, next]],
  [
    "a call with its result",
    [ask, { role: "assistant", content: [call("1")] }, { role: "tool", content: [result("1")] }, next],
  ],
  [
    "parallel calls",
    [
      ask,
      { role: "assistant", content: [{ type: "text", text: "both" }, call("1"), call("2")] },
      { role: "tool", content: [result("1"), result("2")] },
      next,
    ],
  ],
];

/** Damage that the SDK itself lets through. */
const DAMAGED: [string, ModelMessage[]][] = [
  ["a result without a call", [ask, { role: "tool", content: [result("1")] }, next]],
  [
    "a result that stands twice",
    [
      ask,
      { role: "assistant", content: [call("1")] },
      { role: "tool", content: [result("1"), result("1")] },
      next,
    ],
  ],
  [
    "a prompt between call and result",
    [
      ask,
      { role: "assistant", content: [call("1"), call("2")] },
      { role: "tool", content: [result("1")] },
      { role: "assistant", content: "half" },
      { role: "tool", content: [result("2")] },
      next,
    ],
  ],
];

for (const wire of ["anthropic", "openai-chat"] as const) {
  test.each(HEALTHY)(`${wire}: %s is sent byte for byte as without the middleware`, async (_, messages) => {
    const bare = await send(wire, messages);
    const told: unknown[] = [];
    expect(await send(wire, messages, { onMend: (one) => told.push(one) })).toEqual(bare);
    expect(bare.text).toBe("answered");
    expect(told).toEqual([]);
  });

  test.each(DAMAGED)(
    `${wire}: %s is refused without the middleware, answered with it`,
    async (_, messages) => {
      expect((await send(wire, messages)).text).toMatch(/^refused/);
      const told: string[] = [];
      const mended = await send(wire, messages, {
        provider: wire,
        onMend: ({ actions }) => told.push(...actions.map(({ rule }) => rule)),
      });
      expect(mended.text).toBe("answered");
      expect(told.length).toBeGreaterThan(0);
    },
  );
}

test("a provider that the middleware does not know is judged as any of the large ones", async () => {
  const middleware = sessionDoctor();
  const prompt = [{ role: "assistant", content: [call("1")] }];
  const { prompt: sent } = await middleware.transformParams({
    params: { prompt },
    model: { provider: "my-own.thing" },
  });
  expect(sent).not.toBe(prompt);
});

test("an error of the middleware stops no request", async () => {
  const unreadable = {
    role: "user",
    get content(): string {
      throw new Error("not now");
    },
  };
  const params = { prompt: [unreadable] };
  const call = { params, model: { provider: "anthropic.messages" } };
  expect(await sessionDoctor().transformParams(call)).toBe(params);
});
