import { describe, expect, test } from "vitest";
import { mendMessages } from "../src/index.js";

type Message = Record<string, unknown>;
const text = (words: string) => ({ type: "text", text: words });
const use = (id: string, input: unknown = {}) => ({ type: "tool_use", id, name: "read", input });
const result = (id: string, content: unknown = "ok") => ({ type: "tool_result", tool_use_id: id, content });
const closed = (id: string) => ({
  type: "tool_result",
  tool_use_id: id,
  content: "[Tool execution was interrupted]",
  is_error: true,
});
const thinking = (words: string, signature?: string) => ({ type: "thinking", thinking: words, signature });
const search = { type: "server_tool_use", id: "s", name: "web_search", input: {} };
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const hi = user(text("hi"));
const bye = user(text("go on"));

/**
 * Shapes that every peer tests, as Anthropic messages, and what becomes of them. Where the most peers do otherwise,
 * the name says why: `move`, the real result moves instead of being dropped; `rename`, nothing is dropped.
 */
const CASES: [name: string, before: Message[], after: Message[] | "same"][] = [
  ["C01 whole", [hi, assistant(text("a"), use("1")), user(result("1")), assistant(text("b")), bye], "same"],
  [
    "C02 dangling, then user",
    [hi, assistant(use("1")), bye],
    [hi, assistant(use("1")), user(closed("1"), text("go on"))],
  ],
  ["C03 dangling at the end", [hi, assistant(use("1"))], [hi, assistant(use("1")), user(closed("1"))]],
  [
    "C04 dangling, then assistant",
    [hi, assistant(use("1")), assistant(text("b")), bye],
    [hi, assistant(use("1")), user(closed("1")), assistant(text("b")), bye],
  ],
  [
    "C05 one of two answered",
    [hi, assistant(use("1"), use("2")), user(result("2"), text("x"))],
    [hi, assistant(use("1"), use("2")), user(result("2"), closed("1"), text("x"))],
  ],
  [
    "C06 two dangling: each id once",
    [hi, assistant(use("1"), use("2")), bye],
    [hi, assistant(use("1"), use("2")), user(closed("1"), closed("2"), text("go on"))],
  ],
  [
    "C07 result without call",
    [hi, user(result("9")), assistant(text("a")), bye],
    [hi, assistant(text("a")), bye],
  ],
  [
    "C07 result without call, beside text",
    [hi, assistant(text("a")), user(result("9"), text("t"))],
    [hi, assistant(text("a")), user(text("t"))],
  ],
  [
    "C08 result again later",
    [hi, assistant(use("1")), user(result("1")), assistant(text("a")), user(result("1")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(text("a")), bye],
  ],
  [
    "C09 two results at once",
    [hi, assistant(use("1")), user(result("1"), result("1", "second"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C10 result before call (move)",
    [hi, user(result("1")), assistant(use("1")), bye],
    [hi, assistant(use("1")), user(result("1"), text("go on"))],
  ],
  [
    "C11 late result",
    [hi, assistant(use("1")), bye, assistant(text("a")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"), text("go on")), assistant(text("a"))],
  ],
  [
    "C12 results in another order",
    [hi, assistant(use("1"), use("2")), user(result("2"), result("1"))],
    "same",
  ],
  [
    "C13 results over two user messages: the API reads them as one",
    [hi, assistant(use("1"), use("2")), user(result("1")), user(result("2"))],
    "same",
  ],
  [
    "C15 id used again, second open",
    [hi, assistant(use("1")), user(result("1")), assistant(use("1")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(use("1")), user(closed("1"), text("go on"))],
  ],
  [
    "C16 id used again while open (rename)",
    [hi, assistant(use("1")), assistant(use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(closed("1")), assistant(use("1_2")), user(result("1_2"))],
  ],
  [
    "C17 id twice in one turn (rename)",
    [hi, assistant(use("1"), use("1"), use("2")), user(result("1"), result("1", "b"), result("2"))],
    [hi, assistant(use("1"), use("1_2"), use("2")), user(result("1"), result("1_2", "b"), result("2"))],
  ],
  [
    "C18 id with other characters",
    [hi, assistant(use("a#b")), user(result("a#b"))],
    [hi, assistant(use("a_b")), user(result("a_b"))],
  ],
  [
    "C18 two ids that would become one",
    [hi, assistant(use("a#b"), use("a.b")), user(result("a#b"), result("a.b"))],
    [hi, assistant(use("a_b"), use("a_b_2")), user(result("a_b"), result("a_b_2"))],
  ],
  [
    "C19 empty id on both sides",
    [hi, assistant(use("")), user(result(""))],
    [hi, assistant(use("f00d9ca07")), user(result("f00d9ca07"))],
  ],
  [
    "C20 name with spaces around",
    [hi, assistant({ ...use("1"), name: " read " }), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C20 no name (kept, as the host's own `invalid` tool)",
    [hi, assistant({ ...use("1"), name: "" }), user(result("1"))],
    [hi, assistant({ ...use("1"), name: "invalid" }), user(result("1"))],
  ],
  [
    "C21 no input (kept with {}: the result is real)",
    [hi, assistant({ type: "tool_use", id: "1", name: "read" }), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  ["C24 blank reply", [hi, assistant(text("\n")), bye], [hi, bye]],
  [
    "C24 blank prompt",
    [hi, assistant(text("a")), user(text(""))],
    [hi, assistant(text("a")), { role: "user", content: "[This message had no text.]" }],
  ],
  [
    "C25 empty text beside a call",
    [hi, assistant(text(""), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  ["C26 empty result: taken by Anthropic", [hi, assistant(use("1")), user(result("1", ""))], "same"],
  [
    "C27 blank text inside a result",
    [hi, assistant(use("1")), user(result("1", [text(" ")]))],
    [hi, assistant(use("1")), user(result("1", "(no tool output)"))],
  ],
  [
    "a tool error without a word",
    [hi, assistant(use("1")), user({ ...result("1", []), is_error: true })],
    [hi, assistant(use("1")), user({ ...result("1", "(no tool output)"), is_error: true })],
  ],
  ["C30 starts with assistant: taken by Anthropic", [assistant(text("a")), hi], "same"],
  [
    "blank text beside a call: taken by Anthropic",
    [hi, assistant(text("\n"), use("1")), user(result("1"))],
    "same",
  ],
  ["C31 two users", [hi, bye, assistant(text("a")), bye], "same"],
  ["C33 only thinking", [hi, assistant(thinking("x", "s")), bye], [hi, bye]],
  [
    "C34 unsigned thinking",
    [hi, assistant(thinking("x"), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C35 signed but empty thinking",
    [hi, assistant(thinking("", "s"), use("1")), user(result("1"))],
    [hi, assistant(use("1")), user(result("1"))],
  ],
  [
    "C36 thinking of the user",
    [hi, assistant(text("a")), user(thinking("x", "s"), text("x"))],
    [hi, assistant(text("a")), user(text("x"))],
  ],
  [
    "C37 misplaced-tool-call of the user",
    [hi, assistant(text("a")), user(use("1"), text("x"))],
    [hi, assistant(text("a")), user(text("x"))],
  ],
  [
    "C37 result of the assistant",
    [hi, assistant(use("1")), assistant(result("1"), text("x")), bye],
    [hi, assistant(use("1")), user(result("1")), assistant(text("x")), bye],
  ],
  [
    "C38 text behind the call",
    [hi, assistant(use("1"), text("x")), user(result("1"), text("y"))],
    [hi, assistant(use("1")), user(result("1")), assistant(text("x")), user(text("y"))],
  ],
  [
    "C39 two steps glued",
    [hi, assistant(text("x"), use("a"), text("y"), use("b")), user(result("a"), result("b"))],
    [
      hi,
      assistant(text("x"), use("a")),
      user(result("a")),
      assistant(text("y"), use("b")),
      user(result("b")),
    ],
  ],
  [
    "C40 text before the result",
    [hi, assistant(use("1")), user(text("x"), result("1"))],
    [hi, assistant(use("1")), user(result("1"), text("x"))],
  ],
  [
    "C41 provider-executed call",
    [
      hi,
      assistant(search, { type: "web_search_tool_result", tool_use_id: "s", content: [] }, text("x")),
      bye,
    ],
    "same",
  ],
  ["C41 provider-executed call whose turn was paused", [hi, assistant(text("x"), search)], "same"],
  [
    "C41 provider-executed call, its result lost: both halves go",
    [hi, assistant(search, text("x")), bye],
    [hi, assistant(text("x")), bye],
  ],
  [
    "C44 content as a string",
    [{ role: "user", content: "hi" }, { role: "assistant", content: "hi" }, bye],
    "same",
  ],
  [
    "C45 prose that mentions an id",
    [hi, assistant(use("call_1")), user(text("result of call_1"))],
    [hi, assistant(use("call_1")), user(closed("call_1"), text("result of call_1"))],
  ],
  [
    "C47 lone surrogate",
    [hi, assistant(use("1", { x: "\ud83d!" })), user(result("1"))],
    [hi, assistant(use("1", { x: "\ufffd!" })), user(result("1"))],
  ],
  [
    "content that is a block instead of a list of them",
    [hi, { role: "assistant", content: text("x") }, bye],
    [hi, assistant(text("x")), bye],
  ],
  [
    "content that is an object of no kind, behind a call",
    [hi, assistant(use("1")), { role: "assistant", content: {} }, user(result("1"))],
    [hi, { role: "assistant", content: "{}" }, assistant(use("1")), user(result("1"))],
  ],
];

describe("shapes that every peer tests, mended for Anthropic", () => {
  test.each(CASES)("%s", (_, before, after) => {
    const copy = structuredClone(before);
    const mended = mendMessages(before, { format: "anthropic", provider: "anthropic" });
    if (after === "same") expect(mended.messages).toBe(before);
    else {
      expect(mended.messages).toEqual(after);
      expect(mended.actions.length).toBeGreaterThan(0);
    }
    expect(before).toEqual(copy);
    const again = mendMessages(mended.messages, { format: "anthropic", provider: "anthropic" });
    expect(again.messages).toBe(mended.messages);
    const open = again.remaining.filter(({ rule }) => rule !== "assistant-prefill");
    expect(open).toEqual([]);
  });

  test("C29: the trailing reply goes only on request", () => {
    const messages = [hi, assistant(text("a"))];
    const kept = mendMessages(messages, { format: "anthropic" });
    expect(kept.messages).toBe(messages);
    expect(kept.remaining.map(({ rule }) => rule)).toEqual(["assistant-prefill"]);
    expect(mendMessages(messages, { format: "anthropic", unsafe: true }).messages).toEqual([hi]);
  });
});

const chatCall = (id: string, args = "{}") => ({
  id,
  type: "function",
  function: { name: "read", arguments: args },
});
const tool = (id: string, content = "ok") => ({ role: "tool", tool_call_id: id, content });
const says = (role: string, content: string | null, more: object = {}) => ({ role, content, ...more });

describe("other formats", () => {
  test("Chat: dangling, late, orphan, and truncated arguments (C22, C31 for strict templates)", () => {
    const messages = [
      says("system", "s"),
      says("user", "hi"),
      says("assistant", null, { tool_calls: [chatCall("a"), chatCall("b", '{"x": "cut')] }),
      tool("a"),
      says("user", "wait"),
      tool("zzz"),
    ];
    const { messages: mended } = mendMessages(messages, { format: "openai-chat" });
    expect(mended).toEqual([
      messages[0],
      messages[1],
      says("assistant", null, { tool_calls: [chatCall("a"), chatCall("b", '{"value":"{\\"x\\": \\"cut"}')] }),
      tool("a"),
      tool("b", "[Tool execution was interrupted]"),
      messages[4],
    ]);
    expect(mended[0]).toBe(messages[0]);
    const twice = [says("user", "a"), says("user", "b")];
    expect(mendMessages(twice, { format: "openai-chat" }).messages).toBe(twice);
    expect(mendMessages(twice, { format: "openai-chat", provider: "chat-template" }).messages).toEqual([
      says("user", "a\n\nb"),
    ]);
  });

  test("Responses: an output without its call, and a call without output", () => {
    const call = { type: "function_call", call_id: "c", name: "read", arguments: "{}" };
    const messages = [says("user", "hi"), { type: "function_call_output", call_id: "x", output: "?" }, call];
    expect(mendMessages(messages, { format: "openai-responses" }).messages).toEqual([
      says("user", "hi"),
      call,
      { type: "function_call_output", call_id: "c", output: "[Tool execution was interrupted]" },
    ]);
  });

  test("AI SDK: a dangling call is closed; provider-executed and approval-pending ones are left alone (C41, C42)", () => {
    const sdkCall = (id: string, more: object = {}) => ({
      type: "tool-call",
      toolCallId: id,
      toolName: "read",
      input: {},
      ...more,
    });
    const messages: Message[] = [
      { role: "user", content: "hi" },
      { role: "assistant", content: [sdkCall("a"), sdkCall("s", { providerExecuted: true })] },
      { role: "user", content: "go on" },
      {
        role: "assistant",
        content: [sdkCall("w"), { type: "tool-approval-request", approvalId: "p", toolCallId: "w" }],
      },
    ];
    const { messages: mended, actions } = mendMessages(messages, { format: "ai-sdk" });
    expect(actions.map(({ rule, callId }) => [rule, callId])).toEqual([["missing-tool-result", "a"]]);
    expect(mended[2]).toEqual({
      role: "tool",
      content: [
        {
          type: "tool-result",
          toolCallId: "a",
          toolName: "read",
          output: { type: "error-text", value: "[Tool execution was interrupted]" },
        },
      ],
    });
  });

  test("an id that a strict provider takes is found at once, however odd it was", () => {
    for (const id of ["a#b", "call_abc", "", "x".repeat(80)]) {
      const messages = [
        says("user", "hi"),
        says("assistant", null, { tool_calls: [chatCall(id)] }),
        tool(id),
      ];
      const options = { format: "openai-chat", provider: "mistral" } as const;
      const { messages: mended, remaining } = mendMessages(messages, options);
      expect((mended as { tool_call_id?: string }[])[2]?.tool_call_id).toMatch(/^[a-zA-Z0-9]{9}$/);
      expect(remaining).toEqual([]);
      expect(mendMessages(mended, options).messages).toBe(mended);
    }
  });

  test("an unknown provider and a missing list are usage errors", () => {
    expect(() => mendMessages([], { format: "anthropic", provider: "nobody" })).toThrow(/known: /);
    expect(() => mendMessages(null as never, { format: "anthropic" })).toThrow(/array/);
  });
});
