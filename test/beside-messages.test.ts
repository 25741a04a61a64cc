import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mendMessages, scan } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { recipientOf } from "../src/providers/recipients.js";
import { conversationsIn, decodeJson } from "../src/scan/json-conversations.js";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { judged } from "./support/judging.js";

const dir = scratch();
afterAll(dir.remove);

function findingsIn(body: Json, providers: string[] = [], model?: string) {
  const [one] = conversationsIn(body, 0);
  return one ? judged(decodeJson(one, 0), { providers, ...(model !== undefined && { model }) }) : [];
}

function errorsIn(body: Json, providers: string[] = [], model?: string): string[] {
  return findingsIn(body, providers, model)
    .filter(({ severity }) => severity === "error")
    .map(({ rule }) => rule);
}

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

describe("who the body was made for", () => {
  const pair: JsonObject[] = [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "user", content: "go on" },
  ];
  const chat = (model?: string): JsonObject => ({
    ...(model && { model }),
    messages: [{ role: "user", content: "hi" }, ...pair],
  });
  test.each([
    ["gpt-5", "error"],
    [undefined, "error"],
    ["my-alias", "error"],
    ["anthropic/claude-x", "error"],
    ["ft:gpt-4o:org::id", "error"],
    ["deepseek-chat", "error"],
    ["gpt-oss-120b", "info"],
    ["llama3.2:3b", "info"],
    ["deepseek-ai/DeepSeek-R1", "info"],
    ["palmyra-x5", "info"],
  ])("a call without its result, model %s: %s", (model, severity) => {
    const [missing] = findingsIn(chat(model)).filter(({ rule }) => rule === "missing-tool-result");
    expect(missing?.severity).toBe(severity);
    expect(errorsIn(chat(model), ["openai-chat"])).toEqual(["missing-tool-result"]);
  });
  test("the body itself tells", () => {
    expect(recipientOf({ format: "anthropic", isForBedrock: true })).toBe("bedrock");
    expect(recipientOf({ format: "anthropic", model: "us.anthropic.claude-x-v1:0" })).toBe("bedrock");
    expect(recipientOf({ format: "anthropic", model: "claude-x" })).toBeUndefined();
    expect(recipientOf({ format: "openai-responses", model: "deepseek-v4" })).toBe("deepseek");
  });
  test("thinking of a model of another maker is not held against Anthropic's rules", () => {
    const history = [hi, says("assistant", unsigned, text("a")), hi, says("assistant", unsigned), hi];
    expect(errorsIn({ model: "deepseek-v4", system: "s", messages: history })).toEqual([]);
    expect(new Set(errorsIn(claude({}, ...history)))).toEqual(
      new Set(["dangling-thinking", "invalid-thinking"]),
    );
  });
});

describe("--model, where the body does not say it", () => {
  const body = { anthropic_version: "bedrock-2023-05-31", messages: [hi, says("assistant", text("{"))] };
  test("a model that takes a prefill, and one that does not", () => {
    expect(errorsIn(body, ["anthropic"])).toEqual(["assistant-prefill"]);
    expect(errorsIn(body, ["anthropic"], "claude-haiku-4-5")).toEqual([]);
    expect(errorsIn(body, [], "anthropic.claude-haiku-4-5-v1:0")).toEqual([]);
    expect(errorsIn(body, [], "anthropic.claude-opus-4-8-v1:0")).toEqual(["assistant-prefill"]);
    expect(errorsIn({ ...body, model: "claude-opus-4-8" }, ["anthropic"], "claude-haiku-4-5")).toEqual([
      "assistant-prefill",
    ]);
  });
  test("on the command line, for scan, replay and repair", async () => {
    const path = dir.path("prefill.json");
    writeFileSync(path, JSON.stringify(body));
    const doctor = (...args: string[]) =>
      spawnSync(process.execPath, [join(FIXTURES, "../bin/doctor.js"), ...args], { encoding: "utf8" });
    const named = ["--provider", "anthropic", "--model", "claude-haiku-4-5"];
    expect(doctor("scan", path, "--provider", "anthropic").status).toBe(1);
    expect(doctor("scan", path, ...named).status).toBe(0);
    expect(doctor("replay", path, ...named).stdout).toContain("accepted");
    expect(doctor("repair", path, "--unsafe", ...named).status).toBe(0);
    expect((await scan(path, { now: 0 })).inputs[0]?.formats).toEqual(["anthropic"]);
  });
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
