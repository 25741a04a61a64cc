import { describe, expect, test } from "vitest";
import { renderJson } from "../src/files/json-text.js";
import type { JsonObject, Json as Value } from "../src/model/conversation.js";
import { first, present } from "../src/model/present.js";
import { mendDocument } from "../src/repair/document.js";
import { conversationsIn, decodeJson } from "../src/scan/json-conversations.js";
import { requestForm } from "../src/stores/request/document.js";
import { formatOf } from "../src/stores/request/format.js";
import { jpeg } from "./support/images.js";
import { judged, termsOf } from "./support/judging.js";

const RESPONSES = "openai-responses";
const hi = { role: "user", content: "hi" };
const use = { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "read", input: {} }] };
const answer = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "ok" }] };
const search = { type: "server_tool_use", id: "srv_1", name: "web_search", input: {} };
const claude = (model: string, ...messages: Value[]): JsonObject => ({ model, max_tokens: 9, messages });
const gpt = (...messages: Value[]): JsonObject => ({ model: "gpt-5", messages });
const responses = (...input: Value[]): JsonObject => ({ model: "gpt-5", input });
const thought = { type: "reasoning", id: "rs_1", summary: [] };
const output = { type: "function_call_output", call_id: "c1", output: "ok" };
const calling = (...tool_calls: Value[]) => ({ role: "assistant", content: null, tool_calls });
const call = (args: string) => ({ id: "c1", type: "function", function: { name: "f", arguments: args } });
const unquoted = { id: "c1", type: "function", function: { name: "f", arguments: { a: 1 } } };
const item = (args: Value) => ({ type: "function_call", call_id: "c1", name: "f", arguments: args });
const said = (content: Value) => ({ role: "assistant", content });
const patch = { type: "custom_tool_call", call_id: "c1", name: "p", input: "x" };
const omitted = { type: "thinking", thinking: "", signature: "EosnCk" };
const jpg = { type: "base64", media_type: "image/jpg", data: jpeg(4, 4) };
const photoOf = (media_type: string) => [{ type: "image", source: { ...jpg, media_type } }];
const failed = {
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "t1", is_error: true, content: photoOf("image/jpeg") }],
};
const photo = { role: "user", content: [{ type: "image", source: jpg }] };
const told = { role: "tool", tool_call_id: "c1", content: "ok" };

function errorsOf(body: Value): string[] {
  const [one] = conversationsIn(body, 0);
  const found = judged(decodeJson(present(one), 0));
  return found.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

const marked = (text: string) => ({ type: "text", text, cache_control: { type: "ephemeral" } });
const sdkCall = { type: "tool-call", toolCallId: "a", toolName: "x", input: {} };
const gemini = (model: string, ...contents: Value[]): JsonObject => ({ model, contents });
const asked = { role: "user", parts: [{ text: "hi" }] };
const called = (name: string) => ({ functionCall: { name, args: {} } });
const responded = (name: string) => ({ functionResponse: { name, response: { r: 1 } } });
const custom = (id: string) => ({ ...patch, id });
const patched = { type: "custom_tool_call_output", call_id: "c1", output: "ok" };

const shell = { type: "shell_call", call_id: "c1", action: { commands: ["ls"] } };
const shown = [{ stdout: "a", stderr: "", outcome: { type: "exit", exit_code: 0 } }];
const local = {
  type: "local_shell_call",
  id: "lsh_1",
  call_id: "c1",
  action: { type: "exec", command: ["ls"] },
};
const edit = { type: "apply_patch_call", call_id: "c1", operation: { type: "delete_file", path: "a" } };
const click = { type: "computer_call", call_id: "c1", action: { type: "click", x: 1, y: 2 } };

/** Bodies that clients really send: the errors of each; [] is taken as it is. */
const BODIES: [name: string, body: Value, format: string, errors: string[]][] = [
  ["a reply that lost its calls", gpt(hi, said(null), hi), "openai-chat", ["invalid-message"]],
  ["a reply without any content", gpt(hi, { role: "assistant" }, hi), "openai-chat", ["invalid-message"]],
  ["a refusal", gpt(hi, { ...said(null), refusal: "no" }, hi), "openai-chat", []],
  [
    "an empty list of calls",
    gpt(hi, { ...said("ok"), tool_calls: [] }, hi),
    "openai-chat",
    ["invalid-message"],
  ],
  [
    "calls that are null",
    gpt(hi, { ...said("ok"), tool_calls: null }, hi),
    "openai-chat",
    ["invalid-message"],
  ],
  [
    "a result of null",
    gpt(hi, calling(call("{}")), { ...told, content: null }),
    "openai-chat",
    ["invalid-message"],
  ],
  ["arguments that are an object", gpt(hi, calling(unquoted), told), "openai-chat", ["invalid-tool-input"]],
  ["an item without content", responses(hi, said(null), hi), "openai-responses", ["invalid-message"]],
  [
    "an output of null",
    responses(hi, item("{}"), { ...output, output: null }),
    "openai-responses",
    ["invalid-message"],
  ],
  [
    "arguments of an item that are an object",
    responses(hi, item({ a: 1 }), output),
    "openai-responses",
    ["invalid-tool-input"],
  ],
  [
    "content that is one block",
    claude("claude-sonnet-4-6", { role: "user", content: { type: "text", text: "hi" } }),
    "anthropic",
    ["invalid-message"],
  ],
  [
    "an empty message beside another one",
    claude("claude-sonnet-4-6", hi, { role: "user", content: [] }),
    "anthropic",
    ["empty-message"],
  ],
  [
    "thinking at the end of a message beside another one",
    claude(
      "claude-sonnet-4-6",
      hi,
      { role: "assistant", content: [{ type: "thinking", thinking: "so", signature: "s" }] },
      said("ok"),
      hi,
    ),
    "anthropic",
    ["dangling-thinking"],
  ],
  ["a prompt alone", { model: "gpt-5", input: "hi" }, "openai-responses", []],
  [
    "thinking before a search at the provider",
    responses(hi, thought, { type: "web_search_call", id: "ws_1", status: "completed" }),
    "openai-responses",
    [],
  ],
  ["thinking before nothing", responses(hi, thought), "openai-responses", ["dangling-thinking"]],
  ["a result without its call", responses(hi, output), "openai-responses", ["orphan-tool-result"]],
  [
    "a result whose call stands at the provider",
    { ...responses(output, hi), previous_response_id: "resp_1" },
    "openai-responses",
    [],
  ],
  [
    "a result whose call is named only",
    responses(hi, { type: "item_reference", id: "fc_1" }, output),
    "openai-responses",
    [],
  ],
  [
    "items that all ran at the provider",
    [{ type: "code_interpreter_call", id: "ci_1", code: "1", container_id: "c", status: "completed" }],
    "openai-responses",
    [],
  ],
  [
    "a custom tool over Chat",
    gpt(hi, calling({ id: "c1", type: "custom", custom: { name: "apply_patch", input: "x" } }), told),
    "openai-chat",
    [],
  ],
  [
    "functions, as before tool calls",
    gpt(
      hi,
      { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
      { role: "function", name: "f", content: "" },
    ),
    "openai-chat",
    [],
  ],
  [
    "Chat through a gateway to Claude",
    {
      ...claude("anthropic/claude-x", { role: "assistant", content: "a" }, hi),
      tools: [{ type: "function", function: { name: "f" } }],
    },
    "openai-chat",
    [],
  ],
  [
    "a system message in the middle",
    claude("claude-opus-4-8", hi, { role: "system", content: "s" }, use, hi),
    "anthropic",
    ["missing-tool-result"],
  ],
  [
    "a prefill that an older model takes",
    claude("claude-haiku-4-5", hi, { role: "assistant", content: "{" }),
    "anthropic",
    [],
  ],
  [
    "a prefill that a newer model refuses",
    claude("claude-opus-4-6", hi, { role: "assistant", content: "{" }),
    "anthropic",
    ["assistant-prefill"],
  ],
  [
    "a turn that was paused at the provider",
    claude("claude-sonnet-4-6", hi, { role: "assistant", content: [{ type: "text", text: "a" }, search] }),
    "anthropic",
    [],
  ],
  [
    "thinking that a newer model has left without its text",
    claude("claude-opus-4-8", hi, { role: "assistant", content: [omitted, ...use.content] }, answer),
    "anthropic",
    [],
  ],
  [
    "thinking that an older model has left without its text",
    claude("claude-sonnet-4-20250514", hi, { role: "assistant", content: [omitted, ...use.content] }, answer),
    "anthropic",
    ["invalid-thinking"],
  ],
  ["an empty prefill", claude("claude-sonnet-4-5", hi, said([])), "anthropic", []],
  [
    "an empty prefill for a model that takes none",
    claude("claude-opus-4-8", hi, said([])),
    "anthropic",
    ["assistant-prefill"],
  ],
  [
    "a prefill that ends in a space",
    claude("claude-sonnet-4-5", hi, said("Sure: ")),
    "anthropic",
    ["trailing-space"],
  ],
  [
    "a call without arguments",
    responses(hi, { type: "function_call", call_id: "c1", name: "f" }, output),
    "openai-responses",
    ["invalid-tool-input"],
  ],
  [
    "a shell call",
    responses(hi, shell, { type: "shell_call_output", call_id: "c1", output: shown }),
    RESPONSES,
    [],
  ],
  ["a shell call that Codex answers", responses(hi, local, output), RESPONSES, []],
  ["a shell call without output", responses(hi, shell, hi), RESPONSES, ["missing-tool-result"]],
  ["a local shell call without output", responses(hi, local, hi), RESPONSES, ["missing-tool-result"]],
  ["a patch without output", responses(hi, edit, hi), RESPONSES, ["missing-tool-result"]],
  ["a click without picture", responses(hi, click, hi), RESPONSES, ["missing-tool-result"]],
  [
    "output of a shell without call",
    responses(hi, { type: "shell_call_output", call_id: "c1", output: shown }, hi),
    RESPONSES,
    ["orphan-tool-result"],
  ],
  [
    "a turn of Chat Completions",
    responses(hi, calling(call("{}")), { ...told, content: [{ type: "text", text: "ok" }] }, hi),
    RESPONSES,
    ["invalid-message", "invalid-message"],
  ],
  ["an item that only an id refers to", responses(hi, { id: "fc_1" }, output), RESPONSES, []],
  [
    "texts of Chat Completions in Responses",
    responses({ role: "user", content: [{ type: "text", text: "y" }] }),
    RESPONSES,
    ["invalid-message"],
  ],
  [
    "reasoning without a summary",
    responses(
      hi,
      { type: "reasoning", id: "rs_1", encrypted_content: "gA" },
      { ...item("{}"), id: "fc_1" },
      output,
    ),
    RESPONSES,
    ["invalid-message"],
  ],
  [
    "a call that does not name its type",
    gpt(hi, calling({ id: "c1", function: { name: "f", arguments: "{}" } }), told),
    "openai-chat",
    ["invalid-message"],
  ],
  [
    "reasoning of another service",
    claude("claude-sonnet-4-5", hi, { ...said("x"), reasoning_details: [] }, hi),
    "anthropic",
    ["invalid-message"],
  ],
  [
    "a mark on thinking",
    claude(
      "claude-sonnet-4-5",
      hi,
      said([
        { type: "thinking", thinking: "t", signature: "EosnCk", cache_control: { type: "ephemeral" } },
        { type: "text", text: "x" },
      ]),
      hi,
    ),
    "anthropic",
    ["invalid-message"],
  ],
  [
    "a picture in a reply of Claude",
    claude("claude-sonnet-4-5", hi, said([{ type: "text", text: "x" }, ...photoOf("image/jpeg")]), hi),
    "anthropic",
    ["misplaced-content"],
  ],
  [
    "a failed result with a picture",
    claude("claude-sonnet-4-5", hi, use, failed, hi),
    "anthropic",
    ["invalid-message"],
  ],
  [
    "a call of Gemini 3 without its signature",
    gemini(
      "gemini-3-pro",
      asked,
      { role: "model", parts: [called("f")] },
      { role: "user", parts: [responded("f")] },
    ),
    "gemini",
    ["missing-thinking"],
  ],
  [
    "parallel calls of Gemini 3, of which the first is signed",
    gemini(
      "gemini-3-pro",
      asked,
      { role: "model", parts: [{ ...called("f"), thoughtSignature: "x" }, called("g")] },
      { role: "user", parts: [responded("f"), responded("g")] },
    ),
    "gemini",
    [],
  ],
  [
    "an assistant of Gemini",
    gemini("gemini-2.5-pro", asked, { role: "assistant", parts: [{ text: "x" }] }, asked),
    "gemini",
    ["invalid-message"],
  ],
  [
    "a response of Gemini that is a list",
    gemini(
      "gemini-2.5-pro",
      asked,
      { role: "model", parts: [called("f")] },
      { role: "user", parts: [{ functionResponse: { name: "f", response: [1] } }] },
    ),
    "gemini",
    ["invalid-message"],
  ],
  [
    "an approval that a prompt follows",
    [hi, said([{ ...sdkCall }, { type: "tool-approval-request", approvalId: "p", toolCallId: "a" }]), hi],
    "ai-sdk",
    ["missing-tool-result"],
  ],
  [
    "a custom call with an object",
    responses(hi, { ...patch, input: { a: 1 } }, { ...output, type: "custom_tool_call_output" }),
    "openai-responses",
    ["invalid-message"],
  ],
  [
    "half a character in a custom call",
    responses(hi, { ...patch, input: "x\ud83d" }, { ...output, type: "custom_tool_call_output" }),
    "openai-responses",
    ["lone-surrogate"],
  ],
  [
    "half a character in what a search found",
    claude(
      "claude-sonnet-4-6",
      hi,
      said([
        search,
        { type: "web_search_tool_result", tool_use_id: "srv_1", content: [{ title: "x\ud83d" }] },
      ]),
      hi,
    ),
    "anthropic",
    ["lone-surrogate"],
  ],
  [
    "thinking as Mistral writes it",
    {
      model: "magistral-medium",
      messages: [
        { role: "system", content: "s" },
        hi,
        said([
          { type: "thinking", thinking: [{ type: "text", text: "r" }] },
          { type: "text", text: "x" },
        ]),
        hi,
      ],
    },
    "openai-chat",
    [],
  ],
  [
    "a picture under a name that Anthropic does not take",
    claude("claude-opus-4-8", photo),
    "anthropic",
    ["unsendable-media"],
  ],
  [
    "messages of the AI SDK",
    [
      hi,
      said([{ type: "tool-call", toolCallId: "a", toolName: "x", input: {} }]),
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "a", toolName: "x", output: { type: "text", value: "" } },
        ],
      },
      said([{ type: "tool-call", toolCallId: "b", toolName: "x", input: {} }]),
      hi,
    ],
    "ai-sdk",
    ["missing-tool-result"],
  ],
  [
    "an AI SDK call that waits for approval",
    [hi, said([sdkCall, { type: "tool-approval-request", approvalId: "p", toolCallId: "a" }])],
    "ai-sdk",
    [],
  ],
  [
    "reasoning and empty text that the AI SDK leaves out",
    [
      hi,
      said([
        { type: "reasoning", text: "hm" },
        { type: "text", text: "" },
        { type: "text", text: "x" },
      ]),
      hi,
    ],
    "ai-sdk",
    [],
  ],
  [
    "a message of empty text alone, which the AI SDK sends without content",
    [
      { role: "user", content: [{ type: "text", text: "" }] },
      said([
        { type: "reasoning", text: "hm" },
        { type: "text", text: "x" },
      ]),
      hi,
    ],
    "ai-sdk",
    ["blank-text"],
  ],
  [
    "omitted thinking of Fable",
    claude("claude-fable-5", hi, said([omitted, ...use.content]), answer),
    "anthropic",
    [],
  ],
  [
    "a system message behind the first, Sonnet 5",
    { ...claude("claude-sonnet-5", hi, { role: "system", content: "s" }), system: "s" },
    "anthropic",
    [],
  ],
  [
    "the same for Sonnet 4.6",
    { ...claude("claude-sonnet-4-6", hi, { role: "system", content: "s" }), system: "s" },
    "anthropic",
    ["misplaced-system"],
  ],
  [
    "four cache marks, and one for the body",
    {
      ...claude("claude-sonnet-4-6", { role: "user", content: ["a", "b", "c", "d"].map(marked) }),
      cache_control: { type: "ephemeral" },
    },
    "anthropic",
    ["too-many-cache-marks"],
  ],
  [
    "a reply to be continued without the thinking that is switched on",
    { ...claude("claude-sonnet-4-5", hi, said("Sure")), thinking: { type: "enabled", budget_tokens: 2000 } },
    "anthropic",
    ["missing-thinking"],
  ],
  ["a custom call with its own id", responses(hi, custom("ctc_1"), patched), "openai-responses", []],
  [
    "a custom call with the id of a function call",
    responses(hi, custom("fc_1"), patched),
    "openai-responses",
    ["invalid-item-id"],
  ],
  [
    "parallel responses in two turns, Gemini",
    gemini(
      "gemini-2.5-flash",
      asked,
      { role: "model", parts: [called("f"), called("g")] },
      { role: "user", parts: [responded("f")] },
      { role: "user", parts: [responded("g")] },
    ),
    "gemini",
    ["misplaced-tool-result"],
  ],
  [
    "parallel responses in one turn, Gemini",
    gemini(
      "gemini-2.5-flash",
      asked,
      { role: "model", parts: [called("f"), called("g")] },
      { role: "user", parts: [responded("f"), responded("g")] },
    ),
    "gemini",
    [],
  ],
  [
    "a signature in an empty text, Gemini",
    gemini(
      "gemini-3-pro",
      asked,
      { role: "model", parts: [{ text: "x" }, { text: "", thoughtSignature: "CsAB" }] },
      asked,
    ),
    "gemini",
    [],
  ],
  [
    "a reply to be continued, Gemini 2.5",
    gemini("gemini-2.5-flash", asked, { role: "model", parts: [{ text: "x" }] }),
    "gemini",
    [],
  ],
  [
    "a reply to be continued, Gemini 3.6",
    gemini("gemini-3.6-flash", asked, { role: "model", parts: [{ text: "x" }] }),
    "gemini",
    ["assistant-prefill"],
  ],
  [
    "an empty prompt behind results",
    claude("claude-sonnet-4-6", hi, use, answer, { role: "user", content: "" }),
    "anthropic",
    ["blank-text"],
  ],
];

describe("requests that clients send every day", () => {
  test.each(BODIES)("%s", (_, body, format, errors) => {
    expect(formatOf(body)).toBe(format);
    expect(errorsOf(body)).toEqual(errors);
  });
});

/** Returns the text that is written for a body: values that no mend touches keep their digits and their place. */
function mendedText(text: string): string {
  const body = JSON.parse(text) as JsonObject;
  const { value, texts } = mendDocument(
    requestForm,
    requestForm.open(body, "request"),
    body,
    termsOf("request"),
    {},
  );
  return renderJson(text, body, value, texts);
}

const MENDED: [name: string, body: Value, part: string][] = [
  [
    "a result without an id goes to the only open call",
    gpt(hi, calling(call("{}")), { ...told, tool_call_id: "" }),
    '{"role":"tool","tool_call_id":"c1","content":"ok"}',
  ],
  [
    "a custom call is closed in its own kind",
    responses(hi, { type: "custom_tool_call", call_id: "c1", name: "p", input: "x" }, hi),
    '{"type":"custom_tool_call_output","call_id":"c1",',
  ],
  [
    "responses of Gemini without names are those of the calls",
    gemini(
      "gemini-2.5-pro",
      asked,
      { role: "model", parts: [called("f"), called("g")] },
      {
        role: "user",
        parts: [
          { functionResponse: { response: { o: "A" } } },
          { functionResponse: { response: { o: "B" } } },
        ],
      },
    ),
    '[{"functionResponse":{"response":{"o":"A"},"name":"f"}},{"functionResponse":{"response":{"o":"B"},"name":"g"}}]',
  ],
  [
    "a picture as a data URL is whole",
    claude("claude-opus-4-8", {
      role: "user",
      content: [
        {
          type: "image",
          source: { type: "base64", media_type: "image/jpeg", data: `data:image/jpeg;base64,${jpeg(4, 4)}` },
        },
      ],
    }),
    `"media_type":"image/jpeg","data":"${jpeg(4, 4).slice(0, 20)}`,
  ],
  [
    "the picture of a failed result follows the results",
    claude("claude-sonnet-4-5", hi, use, failed, hi),
    '"is_error":true,"content":"[The result is the attachment that follows.]"},{"type":"image"',
  ],
  [
    "a result of Chat Completions without content stays empty",
    responses(hi, item("{}"), { ...told, content: null }, hi),
    '{"type":"function_call_output","call_id":"c1","output":""}',
  ],
  [
    "a shell call is closed in its own kind",
    responses(hi, shell, hi),
    '{"type":"shell_call_output","call_id":"c1","output":[{"stdout":"","stderr":"[Tool execution',
  ],
  [
    "a patch is closed as failed",
    responses(hi, edit, hi),
    '{"type":"apply_patch_call_output","call_id":"c1","output":"[Tool execution was interrupted]","status":"failed"}',
  ],
  [
    "a click without picture becomes words",
    responses(hi, click, hi),
    '{"role":"assistant","content":"[computer was interrupted: {\\"type\\":\\"computer_call\\"',
  ],
  [
    "a turn of Chat Completions becomes items",
    responses(hi, calling(call("{}")), { ...told, content: [{ type: "text", text: "ok" }] }, hi),
    '{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":[{"type":"input_text","text":"ok"}]}',
  ],
  [
    "the last text behind a call goes before it",
    claude(
      "claude-sonnet-4-6",
      hi,
      { role: "assistant", content: [...use.content, { type: "text", text: "b" }] },
      answer,
    ),
    '[{"type":"text","text":"b"},{"type":"tool_use",',
  ],
  [
    "the last text goes before the call also where it is a message of its own",
    claude("claude-sonnet-4-6", hi, use, said([{ type: "text", text: "b" }]), answer),
    '{"role":"assistant","content":[{"type":"text","text":"b"}]},{"role":"assistant","content":[{"type":"tool_use",',
  ],
  [
    "the same where it is one string",
    claude("claude-sonnet-4-6", hi, use, said("b"), answer),
    '{"role":"assistant","content":"b"},{"role":"assistant","content":[{"type":"tool_use",',
  ],
  [
    "a prefill loses its last space",
    claude("claude-sonnet-4-5", hi, said([{ type: "text", text: "Sure: ", cache_control: null }])),
    '{"type":"text","text":"Sure:","cache_control":null}',
  ],
  ["the same where it is one string", claude("claude-sonnet-4-5", hi, said("a\n")), '"content":"a"}'],
  [
    "half a character where nothing else is asked",
    responses(hi, { ...patch, input: "x\ud83d" }, { ...output, type: "custom_tool_call_output" }),
    '"input":"x\ufffd"',
  ],
  ["arguments that are a list", responses(hi, item([1]), output), String.raw`"arguments":"{\"value\":[1]}"`],
  [
    "a call without arguments",
    responses(hi, { type: "function_call", call_id: "c1", name: "f" }, output),
    '"arguments":"{}"',
  ],
  ["a picture gets its true type", claude("claude-opus-4-8", photo), '"media_type":"image/jpeg"'],
  [
    "an input in a string keeps its digits",
    claude(
      "claude-sonnet-4-6",
      hi,
      {
        role: "assistant",
        content: [{ ...first(use.content), input: '{"n":12345678901234567890,"f":1.0}' }],
      },
      answer,
    ),
    '"input":{"n":12345678901234567890,"f":1.0}',
  ],
  ["a reply that lost its calls", gpt(hi, said(null), hi), '{"role":"assistant","content":""}'],
  [
    "neither content nor calls",
    gpt(hi, { ...said(null), tool_calls: [] }, hi),
    '{"role":"assistant","content":""}',
  ],
  [
    "an empty list of calls",
    gpt(hi, { ...said("ok"), tool_calls: [] }, hi),
    '{"role":"assistant","content":"ok"}',
  ],
  [
    "a result of null",
    gpt(hi, calling(call("{}")), { ...told, content: null }),
    '{"role":"tool","tool_call_id":"c1","content":""}',
  ],
  ["arguments that are an object", gpt(hi, calling(unquoted), told), String.raw`"arguments":"{\"a\":1}"`],
  [
    "an output of null",
    responses(hi, item("{}"), { ...output, output: null }),
    '"type":"function_call_output","call_id":"c1","output":""',
  ],
  [
    "arguments of an item that are an object",
    responses(hi, item({ a: 1 }), output),
    String.raw`"arguments":"{\"a\":1}"`,
  ],
  [
    "content that is one block",
    claude("claude-sonnet-4-6", { role: "user", content: { type: "text", text: "hi" } }),
    '"content":[{"type":"text","text":"hi"}]',
  ],
  [
    "arguments that are a list keep their digits",
    gpt(hi, calling(call("[12345678901234567890,1.0]")), told),
    String.raw`"arguments":"{\"value\":[12345678901234567890,1.0]}"`,
  ],
];

describe("what a mended request says", () => {
  test.each(MENDED)("%s", (_, body, part) => expect(mendedText(JSON.stringify(body))).toContain(part));

  test("what was not touched stands as it stood, in its order", () => {
    const text = `{"2":"b","1":"a","k":1,"k":2,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"a#b","name":"f","input":{"n":12345678901234567890}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a#b","content":"x","big":1.0}]}]}`;
    expect(mendedText(text)).toBe(text.replaceAll("a#b", "a_b"));
  });

  test("results answer calls of one id in order", () => {
    const ask = (text: string) => calling({ ...call(JSON.stringify({ text })) });
    const tell = (content: string) => ({ ...told, content });
    const text = mendedText(
      JSON.stringify(gpt(hi, calling(call('{"a":1}'), call('{"a":2}')), tell("one"), tell("two"), ask("x"))),
    );
    const [, both, one, two] = (JSON.parse(text) as { messages: JsonObject[] }).messages;
    const ids = (present(both).tool_calls as { id: string }[]).map(({ id }) => id);
    expect([present(one).tool_call_id, present(two).tool_call_id]).toEqual(ids);
    expect([present(one).content, present(two).content]).toEqual(["one", "two"]);
  });
});
