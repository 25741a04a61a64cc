import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { assistant, bye, hi, result, text, use, user } from "./support/anthropic-messages.js";
import { scratch } from "./support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

async function scanText(name: string, text: string | Buffer) {
  const path = dir.path(name);
  writeFileSync(path, text);
  return scan(path, { now: NOW });
}

/** Shapes that every peer tests (facts, cases C01 to C49), as Anthropic bodies: errors by rule; [] is healthy. */
const ANTHROPIC: [string, unknown[], string[]][] = [
  ["C01 whole", [hi, assistant(text("a"), use("1")), user(result("1")), assistant(text("b")), bye], []],
  ["C02 dangling, then user", [hi, assistant(use("1")), bye], ["missing-tool-result"]],
  [
    "C04 dangling, then assistant",
    [hi, assistant(use("1")), assistant(text("b")), bye],
    ["content-after-tool-call", "missing-tool-result"],
  ],
  [
    "C05 one of two answered",
    [hi, assistant(use("1"), use("2")), user(result("2"), text("x"))],
    ["missing-tool-result"],
  ],
  ["C07 result without call", [hi, user(result("9")), assistant(text("a")), bye], ["orphan-tool-result"]],
  [
    "C08 result again later",
    [hi, assistant(use("1")), user(result("1")), assistant(text("a")), user(result("1"))],
    ["duplicate-tool-result"],
  ],
  [
    "C09 two results at once",
    [hi, assistant(use("1")), user(result("1"), result("1", "second"))],
    ["duplicate-tool-result"],
  ],
  ["C10 result before call", [hi, user(result("1")), assistant(use("1")), bye], ["misplaced-tool-result"]],
  [
    "C11 late result",
    [hi, assistant(use("1")), bye, assistant(text("a")), user(result("1"))],
    ["misplaced-tool-result"],
  ],
  ["C12 results in another order", [hi, assistant(use("1"), use("2")), user(result("2"), result("1"))], []],
  [
    "C15 id used again, second open",
    [hi, assistant(use("1")), user(result("1")), assistant(use("1")), bye],
    ["missing-tool-result"],
  ],
  [
    "C17 id twice in one turn",
    [hi, assistant(use("1"), use("1")), user(result("1"), result("1"))],
    ["duplicate-tool-call-id"],
  ],
  [
    "C18 id with other characters",
    [hi, assistant(use("a#b")), user(result("a#b"))],
    ["invalid-tool-call-id"],
  ],
  ["C19 empty id", [hi, assistant(use("")), user(result(""))], ["invalid-tool-call-id"]],
  [
    "C21 call without input",
    [hi, assistant({ type: "tool_use", id: "1", name: "read" }), user(result("1"))],
    ["invalid-tool-input"],
  ],
  ["C24 blank text", [hi, assistant(text("\n")), bye], ["blank-text"]],
  ["blank text beside a call", [hi, assistant(text("\n"), use("1")), user(result("1"))], []],
  ["C25 empty text beside a call", [hi, assistant(text(""), use("1")), user(result("1"))], ["blank-text"]],
  [
    "C27 blank text inside a result",
    [hi, assistant(use("1")), user(result("1", [text(" ")]))],
    ["blank-text"],
  ],
  [
    "a tool error without a word",
    [hi, assistant(use("1")), user({ ...result("1", ""), is_error: true })],
    ["blank-text"],
  ],
  ["C29 ends with assistant", [hi, assistant(text("a"))], ["assistant-prefill"]],
  ["C30 starts with assistant", [assistant(text("a")), hi], []],
  ["C31 two users", [hi, bye, assistant(text("a")), bye], []],
  [
    "C33 only thinking",
    [hi, assistant({ type: "thinking", thinking: "x", signature: "s" }), bye],
    ["dangling-thinking"],
  ],
  [
    "C34 unsigned thinking",
    [hi, assistant({ type: "thinking", thinking: "x" }, use("1")), user(result("1"))],
    ["invalid-thinking"],
  ],
  [
    "C35 signed but empty thinking",
    [hi, assistant({ type: "thinking", thinking: "", signature: "s" }, use("1")), user(result("1"))],
    ["invalid-thinking"],
  ],
  [
    "C36 thinking of the user",
    [hi, assistant(text("a")), user({ type: "thinking", thinking: "x", signature: "s" }, text("x"))],
    ["invalid-thinking"],
  ],
  [
    "C38 text behind the call",
    [hi, assistant(use("1"), text("x")), user(result("1"))],
    ["content-after-tool-call"],
  ],
  [
    "C39 two steps glued",
    [hi, assistant(text("x"), use("a"), text("y"), use("b")), user(result("a"), result("b"))],
    ["content-after-tool-call"],
  ],
  [
    "C40 text before the result",
    [hi, assistant(use("1")), user(text("x"), result("1"))],
    ["misplaced-tool-result"],
  ],
  [
    "C41 provider-executed call, its result lost",
    [hi, assistant({ type: "server_tool_use", id: "s", name: "web_search", input: {} }, text("x")), bye],
    ["unpaired-server-tool"],
  ],
  [
    "C44 content as a string",
    [{ role: "user", content: "hi" }, { role: "assistant", content: "hi" }, bye],
    [],
  ],
  [
    "C45 prose that mentions an id",
    [hi, assistant(use("call_1")), user(text("result of call_1"))],
    ["missing-tool-result"],
  ],
  ["C47 lone surrogate", [hi, assistant(use("1", { x: "\ud83d" })), user(result("1"))], ["lone-surrogate"]],
];

describe("captured Anthropic requests", () => {
  test.each(ANTHROPIC)("%s", async (name, messages, rules) => {
    const report = await scanText(
      `${name.slice(0, 3)}.json`,
      JSON.stringify({ model: "claude-x", system: "s", messages }),
    );
    expect(report.inputs[0]).toMatchObject({ kind: "request", status: "ok" });
    expect(
      [
        ...new Set(
          report.findings.filter((finding) => finding.severity === "error").map((finding) => finding.rule),
        ),
      ].sort(),
    ).toEqual(rules);
  });
});

describe("the other wire formats", () => {
  const call = (id: string, args = "{}") => ({
    role: "assistant",
    content: "",
    tool_calls: [{ id, type: "function", function: { name: "bash", arguments: args } }],
  });
  const tool = (id: string) => ({ role: "tool", tool_call_id: id, content: "x" });
  const ask = { role: "user", content: "go" };
  test.each([
    ["whole", [ask, call("1"), tool("1"), ask], []],
    ["no result", [ask, call("1"), ask], ["missing-tool-result"]],
    ["late result", [ask, call("1"), ask, tool("1")], ["misplaced-tool-result"]],
    ["arguments that are cut", [ask, call("1", '{"a":'), tool("1"), ask], ["invalid-tool-input"]],
  ])("Chat Completions, %s", async (name, messages, rules) => {
    const report = await scanText(`chat-${name.length}.json`, JSON.stringify({ model: "gpt", messages }));
    expect([
      ...new Set(
        report.findings.filter((finding) => finding.severity === "error").map((finding) => finding.rule),
      ),
    ]).toEqual(rules);
  });
  test("Responses: outputs pair by id, anywhere later", async () => {
    const input = [
      { role: "user", content: "x" },
      { type: "function_call", call_id: "a", name: "f", arguments: "{}" },
      { role: "user", content: "y" },
      { type: "function_call_output", call_id: "a", output: "o" },
      { type: "function_call_output", call_id: "b", output: "o" },
    ];
    const report = await scanText("responses.json", JSON.stringify({ model: "gpt", input }));
    expect(
      report.findings.filter((finding) => finding.severity === "error").map((finding) => finding.rule),
    ).toEqual(["orphan-tool-result"]);
  });
});

describe("reasoning that travels beside the text", () => {
  const errorsOf = async (body: unknown, provider?: string) => {
    const path = dir.path(`reasoning-${provider}.json`);
    writeFileSync(path, JSON.stringify(body));
    const { findings } = await scan(path, { now: NOW, providers: provider ? [provider] : [] });
    return findings
      .filter(({ severity }) => severity === "error")
      .map(({ rule, message }) => `${rule} ${message}`);
  };
  test("C49: a Responses reasoning item without the item that it led to", async () => {
    const reasoning = (id: string) => ({ type: "reasoning", id, summary: [] });
    const call = { type: "function_call", id: "fc_1", call_id: "a", name: "f", arguments: "{}" };
    const output = { type: "function_call_output", call_id: "a", output: "o" };
    const ask = { role: "user", content: "x" };
    const whole = [ask, reasoning("rs_1"), call, output];
    expect(await errorsOf({ model: "gpt", input: whole })).toEqual([]);
    expect(await errorsOf({ model: "gpt", input: [...whole, reasoning("rs_2"), ask] })).toEqual([
      "dangling-thinking 4.0",
    ]);
  });
  test("C50: missing-thinking, only where the provider insists", async () => {
    const call = (id: string, more: object) => ({
      role: "assistant",
      content: "",
      tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}" } }],
      ...more,
    });
    const result = (id: string) => ({ role: "tool", tool_call_id: id, content: "x" });
    const messages = [
      { role: "user", content: "x" },
      call("a", { reasoning_content: "hm" }),
      result("a"),
      call("b", {}),
      result("b"),
    ];
    expect(await errorsOf({ model: "k", messages })).toEqual([]);
    expect(await errorsOf({ model: "k", messages }, "kimi")).toEqual(["missing-thinking 3.tool_calls.0"]);
  });
});
