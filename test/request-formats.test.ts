import { describe, expect, test } from "vitest";
import { mendMessages } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { conversationsIn, decodeJson } from "../src/scan/json-conversations.js";
import { formatOf, type RequestFormat } from "../src/stores/request/format.js";
import { judged } from "./support/judging.js";

function errorsOf(body: Json): string[] {
  const [one] = conversationsIn(body, 0);
  if (!one) return ["not read"];
  return judged(decodeJson(one, 0))
    .filter(({ severity }) => severity === "error")
    .map(({ rule }) => rule);
}

const says = (role: string, ...content: JsonObject[]): JsonObject => ({ role, content });
const hi = says("user", { text: "hi" });
const use = (id: string, name = "read"): JsonObject => ({ toolUse: { toolUseId: id, name, input: {} } });
const done = (id: string): JsonObject => ({
  toolResult: { toolUseId: id, content: [{ text: "ok" }], status: "success" },
});
const tools = { tools: [{ toolSpec: { name: "read", inputSchema: { json: {} } } }] };
const converse = (...messages: JsonObject[]): JsonObject => ({
  modelId: "us.anthropic.claude-sonnet-4-5",
  messages,
  toolConfig: tools,
});

/** Bedrock Converse: the errors of each body; [] is taken as it is. */
const CONVERSE: [name: string, body: JsonObject, errors: string[]][] = [
  ["whole", converse(hi, says("assistant", { text: "a" }, use("1")), says("user", done("1"))), []],
  ["it begins with the assistant", converse(says("assistant", { text: "a" }), hi), []],
  ["a call without its result", converse(hi, says("assistant", use("1")), hi), ["missing-tool-result"]],
  ["a result without its call", converse(hi, says("user", done("9"))), ["orphan-tool-result", "role-order"]],
  ["two users in a row", converse(hi, hi), ["role-order"]],
  [
    "a text of white space",
    converse(hi, says("assistant", { text: " " }, use("1")), says("user", done("1"))),
    ["blank-text"],
  ],
  ["a message without content", converse(hi, says("assistant"), hi), ["empty-message"]],
  [
    "a failed tool without a word",
    converse(
      hi,
      says("assistant", use("1")),
      says("user", { toolResult: { toolUseId: "1", content: [], status: "error" } }),
    ),
    ["blank-text"],
  ],
  [
    "a name of 65 characters",
    converse(hi, says("assistant", use("1", "x".repeat(65))), says("user", done("1"))),
    ["invalid-tool-name"],
  ],
  [
    "calls without declared tools",
    { messages: [hi, says("assistant", use("1")), says("user", done("1"))] },
    ["missing-tools"],
  ],
  [
    "unsigned thinking",
    converse(
      hi,
      says("assistant", { reasoningContent: { reasoningText: { text: "hm" } } }, { text: "a" }),
      hi,
    ),
    ["invalid-thinking"],
  ],
  [
    "a block of an unknown kind",
    converse(hi, says("assistant", { dance: {} } as JsonObject, { text: "a" }), hi),
    ["unknown-block"],
  ],
  [
    "a prefill for a model that takes none",
    { ...converse(hi, says("assistant", { text: "{" })), modelId: "anthropic.claude-opus-4-6-v1:0" },
    ["assistant-prefill"],
  ],
  [
    "a prefill whose model stands in the URL",
    { messages: [hi, says("assistant", { text: "{" })], inferenceConfig: {} },
    [],
  ],
];

const model = (...parts: JsonObject[]): JsonObject => ({ role: "model", parts });
const user = (...parts: JsonObject[]): JsonObject => ({ role: "user", parts });
const call = (name: string): JsonObject => ({ functionCall: { name, args: {} } });
const answer = (name: string): JsonObject => ({ functionResponse: { name, response: { ok: true } } });
const contents = (...list: JsonObject[]): JsonObject => ({ contents: list });
const ask = user({ text: "hi" });

/** Gemini's `contents`: calls have no ids there, they are answered in their order. */
const GEMINI: [name: string, body: JsonObject, errors: string[]][] = [
  ["whole", contents(ask, model(call("f")), user(answer("f")), model({ text: "a" }), ask), []],
  ["a prompt alone", contents({ parts: [{ text: "hi" }] }), []],
  [
    "two parallel calls of one name",
    contents(ask, model(call("f"), call("f")), user(answer("f"), answer("f"))),
    [],
  ],
  [
    "one of two answered",
    contents(ask, model(call("f"), call("f")), user(answer("f"))),
    ["missing-tool-result"],
  ],
  [
    "a call that was left open, and one of the same name",
    contents(ask, model(call("f")), ask, model(call("f")), user(answer("f"))),
    ["missing-tool-result"],
  ],
  ["a response without its call", contents(ask, user(answer("f"))), ["orphan-tool-result"]],
  ["it begins with the model", contents(model({ text: "a" }), ask), ["leading-assistant"]],
  [
    "a part without data",
    contents(ask, model({ thoughtSignature: "x" }, { text: "a" }), ask),
    ["blank-text"],
  ],
  ["content without parts", contents(ask, model(), ask), ["empty-message"]],
  ["a part of an unknown kind", contents(ask, model({ dance: {} } as JsonObject), ask), ["unknown-block"]],
  [
    "thoughts and signatures",
    contents(
      ask,
      model({ text: "hm", thought: true }, { ...call("f"), thoughtSignature: "s" }),
      user(answer("f")),
    ),
    [],
  ],
  [
    "snake case",
    contents(
      ask,
      model({ function_call: { name: "f", args: {} } }),
      user({ function_response: { name: "f", response: {} } }),
    ),
    [],
  ],
];

describe.each([
  ["converse", CONVERSE],
  ["gemini", GEMINI],
] as const)("%s bodies", (format, bodies) => {
  test.each(bodies)("%s", (_, body, errors) => {
    expect(formatOf(body)).toBe(format);
    expect(errorsOf(body)).toEqual(errors);
  });
});

/** The messages that are written before and behind. */
const MENDED: [name: string, format: RequestFormat, before: JsonObject[], after: JsonObject[]][] = [
  [
    "Converse: a call is closed",
    "converse",
    [hi, says("assistant", use("1")), hi],
    [
      hi,
      says("assistant", use("1")),
      says(
        "user",
        {
          toolResult: {
            toolUseId: "1",
            content: [{ text: "[Tool execution was interrupted]" }],
            status: "error",
          },
        },
        { text: "hi" },
      ),
    ],
  ],
  [
    "Converse: split results are joined",
    "converse",
    [hi, says("assistant", use("1"), use("2")), says("user", done("1")), says("user", done("2"))],
    [hi, says("assistant", use("1"), use("2")), says("user", done("1"), done("2"))],
  ],
  [
    "Converse: an id with other characters",
    "converse",
    [hi, says("assistant", use("a.b")), says("user", done("a.b"))],
    [hi, says("assistant", use("a_b")), says("user", done("a_b"))],
  ],
  [
    "Gemini: a call is closed",
    "gemini",
    [ask, model(call("f"), call("g")), user(answer("f"))],
    [
      ask,
      model(call("f"), call("g")),
      user(answer("f"), {
        functionResponse: { name: "g", response: { error: "[Tool execution was interrupted]" } },
      }),
    ],
  ],
  [
    "Gemini: an empty part goes",
    "gemini",
    [ask, model({ text: "" }, { text: "a" }), ask],
    [ask, model({ text: "a" }), ask],
  ],
  [
    "Gemini: content without parts says that it was empty",
    "gemini",
    [ask, model(), ask],
    [ask, model({ text: "[This message was empty.]" }), ask],
  ],
];

describe("what is written into Converse and Gemini messages", () => {
  test.each(MENDED)("%s", (_, format, before, after) => {
    const provider = format === "converse" ? "bedrock" : "gemini";
    const { messages } = mendMessages(before, { format, provider });
    expect(messages).toEqual(after);
    expect(mendMessages(messages, { format, provider }).messages).toBe(messages);
  });
});

describe("which format a body has", () => {
  const roles = [says("user"), { role: "assistant", content: "a" }].map((one) => ({ ...one, content: "a" }));
  const bodies: [name: string, body: Json, format: RequestFormat | null][] = [
    ["roles alone, with a model of Anthropic", { model: "claude-x", messages: roles }, "anthropic"],
    ["roles alone, without a model", { messages: roles }, "openai-chat"],
    [
      "Bedrock's version of Anthropic",
      { anthropic_version: "bedrock-2023-05-31", messages: roles },
      "anthropic",
    ],
    [
      "no message, but tools of Anthropic",
      { messages: [], tools: [{ name: "f", input_schema: {} }] },
      "anthropic",
    ],
    ["no message and nothing else", { messages: [] }, null],
    ["a string among the messages", { model: "claude-x", messages: ["hi"] }, "anthropic"],
    ["blocks that name no kind, in a body with a model", { model: "gpt-5", messages: [hi] }, "openai-chat"],
    ["blocks that name no kind, without one", { messages: [hi] }, "converse"],
    ["a bare list of Gemini's contents", [ask, model({ text: "a" })], "gemini"],
  ];
  test.each(bodies)("%s", (_, body, format) => expect(formatOf(body)).toBe(format));
});
