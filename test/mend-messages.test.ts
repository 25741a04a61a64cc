import { describe, expect, test } from "vitest";
import { mendMessages } from "../src/index.js";
import { CASES } from "./support/anthropic-cases.js";
import { assistant, hi, text } from "./support/anthropic-messages.js";

type Message = Record<string, unknown>;

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

  test("a finding that only another provider refuses hides none of the provider that was named", () => {
    const result = { type: "tool_result", tool_use_id: "c1", content: "x" };
    const call = { type: "tool_use", id: "c1", name: "read", input: {} };
    const messages = [
      assistant(text("hi")),
      { role: "assistant", content: [call, result] },
      { role: "user", content: [result] },
    ];
    const { actions, remaining } = mendMessages(messages, { format: "anthropic", provider: "anthropic" });
    expect(actions.map(({ rule }) => rule)).toEqual(["duplicate-tool-result"]);
    expect(remaining).toEqual([]);
  });

  test("an unknown provider and a missing list are usage errors", () => {
    expect(() => mendMessages([], { format: "anthropic", provider: "nobody" })).toThrow(/known: /);
    expect(() => mendMessages(null as never, { format: "anthropic" })).toThrow(/array/);
  });
});
