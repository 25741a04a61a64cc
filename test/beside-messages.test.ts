import { afterAll, describe, expect, test } from "vitest";
import { mendMessages } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { scratch } from "./support/fixtures.js";
import { errorsIn, findingsIn } from "./support/judging.js";

const dir = scratch();
afterAll(dir.remove);

const says = (role: string, ...content: JsonObject[]): JsonObject => ({ role, content });
const text = (words: string): JsonObject => ({ type: "text", text: words });
const use = (id: string): JsonObject => ({ type: "tool_use", id, name: "read", input: {} });
const result = (id: string, content: Json = "ok"): JsonObject => ({
  type: "tool_result",
  tool_use_id: id,
  content,
});
const signed: JsonObject = { type: "thinking", thinking: "hm", signature: "s" };
const unsigned: JsonObject = { type: "thinking", thinking: "hm" };
const hi = says("user", text("hi"));
const ENABLED = { type: "enabled", budget_tokens: 1024 };
const claude = (settings: JsonObject, ...messages: JsonObject[]): JsonObject => ({
  model: "claude-sonnet-4-5",
  ...settings,
  messages,
});

describe("thinking that is switched on", () => {
  const answered = (...first: JsonObject[]) => [
    hi,
    says("assistant", ...first, use("1")),
    says("user", result("1")),
  ];
  const second = [says("assistant", use("2")), says("user", result("2"))];
  const bodies: [name: string, body: JsonObject, errors: string[]][] = [
    ["the open turn begins with it", claude({ thinking: ENABLED }, ...answered(signed)), []],
    [
      "the open turn does not",
      claude({ thinking: ENABLED }, ...answered(text("look"))),
      ["missing-thinking"],
    ],
    ["the same, switched off", claude({}, ...answered(text("look"))), []],
    ["the same, left to the model", claude({ thinking: { type: "adaptive" } }, ...answered()), []],
    ["a second step without it", claude({ thinking: ENABLED }, ...answered(signed), ...second), []],
    ["the turn is over", claude({ thinking: ENABLED }, ...answered(), says("assistant", text("a")), hi), []],
    ["a prompt behind the results ends it", claude({ thinking: ENABLED }, ...answered(), hi), []],
  ];
  test.each(bodies)("%s", (_, body, errors) => expect(errorsIn(body)).toEqual(errors));

  const safetyOf = (body: JsonObject) =>
    findingsIn(body)
      .filter(({ severity }) => severity === "error")
      .map(({ rule, repair }) => `${rule} ${repair.safety}`);
  test("the only thinking of an open turn is not taken out", () => {
    const body = (settings: JsonObject) => claude(settings, ...answered(unsigned));
    expect(safetyOf(body({ thinking: ENABLED }))).toEqual(["invalid-thinking none"]);
    expect(safetyOf(body({}))).toEqual(["invalid-thinking safe"]);
    expect(safetyOf(claude({ thinking: ENABLED }, ...answered(signed, unsigned)))).toEqual([
      "invalid-thinking safe",
    ]);
  });
});

describe("items that are stored, and items that are not", () => {
  const ask = { role: "user", content: "hi" };
  const thought = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "x" };
  const reply = { role: "assistant", content: "a" };
  const body = (settings: JsonObject, ...input: JsonObject[]): JsonObject => ({
    model: "gpt-5",
    ...settings,
    input,
  });
  const message = { ...reply, type: "message", id: "msg_1" };
  const bodies: [name: string, body: Json, errors: string[]][] = [
    ["reasoning before an item without an id", body({}, ask, thought, reply, ask), ["dangling-thinking"]],
    ["the same, stored by name", body({ store: true }, ask, thought, reply, ask), ["dangling-thinking"]],
    ["the same, not stored", body({ store: false }, ask, thought, reply, ask), []],
    ["the same in a bare list", [ask, thought, reply, ask], []],
    ["reasoning before an item with an id", body({}, ask, thought, message, ask), []],
    [
      "an id of another shape on what has no prefix of its own",
      body({}, ask, { type: "web_search_call", id: "x" }, ask),
      [],
    ],
    [
      "an item, and a reference to it",
      body({}, ask, { type: "item_reference", id: "msg_1" }, message, ask),
      ["invalid-item-id"],
    ],
  ];
  test.each(bodies)("%s", (_, one, errors) => expect(errorsIn(one)).toEqual(errors));
});

describe("tools that the request declares", () => {
  const found = says("user", result("1", [{ type: "tool_reference", tool_name: "drag" }]));
  const history = [hi, says("assistant", use("1")), found];
  const tool = (name: string): JsonObject => ({ name, input_schema: {} });
  test.each([
    ["the tool is there", { tools: [tool("drag")] }, []],
    ["the tool is not there", { tools: [tool("read")] }, ["unknown-tool-reference"]],
    ["tools that are not named are there too", { tools: [tool("read"), { type: "mcp_toolset" }] }, []],
    ["tools of a server", { tools: [tool("read")], mcp_servers: [{}] }, []],
    ["no tools at all", {}, []],
  ] as [string, JsonObject, string[]][])("%s", (_, settings, errors) =>
    expect(errorsIn(claude(settings, ...history))).toEqual(errors),
  );
  test("marks in tools and in the system prompt count; a schema's own key does not", () => {
    const mark = { cache_control: { type: "ephemeral" } };
    const marked = says("user", ...Array.from({ length: 3 }, () => ({ ...text("a"), ...mark })));
    const schema = { properties: { cache_control: { type: "object" } } };
    const beside = { system: [{ ...text("s"), ...mark }], tools: [{ name: "f", input_schema: schema }] };
    expect(errorsIn(claude(beside, marked))).toEqual([]);
    expect(errorsIn(claude({ ...beside, tools: [{ ...tool("f"), ...mark }] }, marked))).toEqual([
      "too-many-cache-marks",
    ]);
  });
});

describe("tools that ran at the provider", () => {
  const search = { type: "server_tool_use", id: "s", name: "web_search", input: {} };
  const found = { type: "web_search_tool_result", tool_use_id: "s", content: [] };
  const program = { ...search, id: "p", name: "code_execution" };
  const made = { ...use("1"), caller: { type: "code_execution_20250825", tool_id: "p" } };
  const ended = { type: "code_execution_tool_result", tool_use_id: "p", content: {} };
  test.each([
    ["both in one turn", [hi, says("assistant", search, found, text("a")), hi], []],
    [
      "both in two messages of one turn",
      [hi, says("assistant", search), says("assistant", found, text("a")), hi],
      [],
    ],
    [
      "in two turns",
      [hi, says("assistant", search), hi, says("assistant", found, text("a")), hi],
      ["unpaired-server-tool", "unpaired-server-tool"],
    ],
    [
      "a program that waits for a call of its own",
      [
        hi,
        says("assistant", program, made),
        says("user", result("1")),
        says("assistant", ended, text("a")),
        hi,
      ],
      [],
    ],
  ] as [string, JsonObject[], string[]][])("%s", (_, messages, errors) =>
    expect(errorsIn(claude({}, ...messages))).toEqual(errors),
  );
});

describe("results that lost their ids", () => {
  const call = (...ids: string[]): JsonObject => ({
    role: "assistant",
    content: null,
    tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } })),
  });
  const told = (content: string, id?: string): JsonObject => ({
    role: "tool",
    ...(id && { tool_call_id: id }),
    content,
  });
  const ask = { role: "user", content: "hi" };
  const mend = (messages: JsonObject[], unsafe = false) =>
    mendMessages(messages, { format: "openai-chat", provider: "openai-chat", unsafe });

  test("one of one gets its id back", () =>
    expect(mend([ask, call("1"), told("A"), ask]).messages).toEqual([ask, call("1"), told("A", "1"), ask]));
  test("several are paired in order, with --unsafe only", () => {
    const lost = [ask, call("1", "2"), told("A"), told("B"), ask];
    expect(mend(lost).messages).toBe(lost);
    expect(mend(lost).remaining.map(({ repair }) => repair.safety)).toEqual(Array(4).fill("unsafe"));
    expect(mend(lost, true).messages).toEqual([ask, call("1", "2"), told("A", "1"), told("B", "2"), ask]);
  });
  test("those that kept theirs keep them", () =>
    expect(
      mend([ask, call("1", "2", "3"), told("A"), told("C", "3"), told("B"), ask], true).messages,
    ).toEqual([ask, call("1", "2", "3"), told("A", "1"), told("C", "3"), told("B", "2"), ask]));
  test("of another number they stay, and no call is said to be interrupted", () => {
    const lost = [ask, call("1", "2"), told("A"), ask];
    expect(mend(lost).messages).toBe(lost);
  });
});
