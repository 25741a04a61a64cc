import type { CallBlock, Json, JsonObject } from "../../model/conversation.js";
import type { RequestFormat } from "./format.js";
import type { ListName } from "./item.js";

/** How one format writes what a mending puts into a request. */
export interface WireForm {
  /** Where calls stand: in a list of their assistant message, or as items of their own. */
  readonly callsIn: ListName | null;
  /** The role of the messages whose content holds results; null where each result is an item of its own. */
  readonly resultsIn: "user" | "tool" | null;
  /** The keys under which an id may stand, the usual one first. */
  readonly callId: readonly string[];
  readonly resultId: readonly string[];
  /** Where name and input stand in a call. */
  readonly name: readonly string[];
  readonly input: readonly string[];
  /** The input travels as JSON text. */
  readonly inputAsText: boolean;
  /** The keys of a result that hold what the tool said. */
  readonly output: readonly string[];
  /** Tells a result from what else stands in its list. */
  isResult(raw: JsonObject): boolean;
  /** Tells an item that is a call; false where calls stand inside a message. */
  isCallItem(raw: JsonObject): boolean;
  call(id: string, name: string, input: string): JsonObject;
  /** `raw`: the call as it stands in the request. */
  result(call: CallBlock, text: string, raw: JsonObject): JsonObject;
  text(text: string, role: Json | undefined): JsonObject;
  message(role: "user" | "assistant", content: Json): JsonObject;
}

const message = (role: "user" | "assistant", content: Json): JsonObject => ({ role, content });
const textPart = (text: string): JsonObject => ({ type: "text", text });

export const WIRES: Record<RequestFormat, WireForm> = {
  anthropic: {
    callsIn: "content",
    resultsIn: "user",
    callId: ["id", "toolUseId"],
    resultId: ["tool_use_id", "toolUseId"],
    name: ["name"],
    input: ["input"],
    inputAsText: false,
    output: ["content"],
    isResult: ({ type }) => type === "tool_result",
    isCallItem: () => false,
    call: (id, name, input) => ({ type: "tool_use", id, name, input: JSON.parse(input) as Json }),
    result: ({ id }, text) => ({ type: "tool_result", tool_use_id: id, content: text, is_error: true }),
    text: textPart,
    message,
  },
  "openai-chat": {
    callsIn: "tool_calls",
    resultsIn: null,
    callId: ["id"],
    resultId: ["tool_call_id", "toolCallId"],
    name: ["function", "name"],
    input: ["function", "arguments"],
    inputAsText: true,
    output: ["content"],
    isResult: ({ role }) => role === "tool",
    isCallItem: () => false,
    call: (id, name, input) => ({ id, type: "function", function: { name, arguments: input } }),
    result: ({ id }, text) => ({ role: "tool", tool_call_id: id, content: text }),
    text: textPart,
    message,
  },
  "openai-responses": {
    callsIn: null,
    resultsIn: null,
    callId: ["call_id"],
    resultId: ["call_id"],
    name: ["name"],
    input: ["arguments"],
    inputAsText: true,
    output: ["output"],
    isResult: ({ type }) => /_output$/.test(String(type)),
    isCallItem: ({ type }) => /^(function|custom_tool)_call$/.test(String(type)),
    call: (id, name, input) => ({ type: "function_call", call_id: id, name, arguments: input }),
    result: ({ id }, text, { type }) => ({ type: `${type}_output`, call_id: id, output: text }),
    text: (text, role) => ({ type: role === "assistant" ? "output_text" : "input_text", text }),
    message,
  },
  "ai-sdk": {
    callsIn: "content",
    resultsIn: "tool",
    callId: ["toolCallId"],
    resultId: ["toolCallId"],
    name: ["toolName"],
    input: ["input"],
    inputAsText: false,
    output: ["output", "value"],
    isResult: ({ type }) => type === "tool-result",
    isCallItem: () => false,
    call: (id, name, input) => ({
      type: "tool-call",
      toolCallId: id,
      toolName: name,
      input: JSON.parse(input) as Json,
    }),
    result: ({ id, name }, text) => ({
      type: "tool-result",
      toolCallId: id,
      toolName: name,
      output: { type: "error-text", value: text },
    }),
    text: textPart,
    message,
  },
};
