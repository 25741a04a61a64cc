import type { CallBlock, Json, JsonObject } from "../../model/conversation.js";
import { wordOf } from "../../model/text.js";
import { clientToolOf } from "./client-tools.js";
import type { RequestFormat } from "./format.js";
import type { ListName } from "./item.js";
import type { KeyPath } from "./raw.js";

/** The form of one format for content that a mend adds to a request. */
export interface WireForm {
  /** The key under which a message holds its pieces. */
  readonly content: "content" | "parts";
  /** Where calls stand: in a list of their assistant message, or as items of their own. */
  readonly callsIn: ListName | null;
  /** The role of the messages whose content holds results; null where each result is an item of its own. */
  readonly resultsIn: "user" | "tool" | null;
  /** The paths at which an id may stand, the usual one first. */
  readonly callId: readonly KeyPath[];
  readonly resultId: readonly KeyPath[];
  /** The paths of the name and the input in a call. */
  readonly name: readonly KeyPath[];
  readonly input: readonly KeyPath[];
  /** The input travels as JSON text. */
  readonly inputAsText: boolean;
  /** The path of the output in a result. */
  readonly output: readonly string[];
  /** True for a tool result. */
  isResult(raw: JsonObject): boolean;
  /** True for an item that is a call; always false if calls lie inside messages. */
  isCallItem(raw: JsonObject): boolean;
  call(id: string, name: string, input: string): JsonObject;
  /** `raw`: the call as it stands in the request. Null where no result can be told in words. */
  result(call: CallBlock, text: string, raw: JsonObject): JsonObject | null;
  text(text: string, role: Json | undefined): JsonObject;
  /** Content that is one text. */
  says(text: string, role: Json | undefined): Json;
  message(role: "user" | "assistant", content: Json): JsonObject;
}

const message = (role: "user" | "assistant", content: Json): JsonObject => ({ role, content });
const textPart = (text: string): JsonObject => ({ type: "text", text });
const bareText = (text: string): JsonObject => ({ text });
const recordedText = (text: string): JsonObject => ({ type: "text", content: text });
const says = (text: string): Json => text;
/** Content of a format that has no plain text beside its list of pieces. */
const inPieces = (content: Json, piece: (text: string) => JsonObject): Json =>
  typeof content === "string" ? [piece(content)] : content;

export const WIRES: Record<RequestFormat, WireForm> = {
  anthropic: {
    content: "content",
    callsIn: "content",
    resultsIn: "user",
    callId: [["id"], ["toolUseId"]],
    resultId: [["tool_use_id"], ["toolUseId"]],
    name: [["name"]],
    input: [["input"]],
    inputAsText: false,
    output: ["content"],
    isResult: ({ type }) => type === "tool_result",
    isCallItem: () => false,
    call: (id, name, input) => ({ type: "tool_use", id, name, input: JSON.parse(input) as Json }),
    result: ({ id }, text) => ({ type: "tool_result", tool_use_id: id, content: text, is_error: true }),
    text: textPart,
    says,
    message,
  },
  "openai-chat": {
    content: "content",
    callsIn: "tool_calls",
    resultsIn: null,
    callId: [["id"]],
    resultId: [["tool_call_id"], ["toolCallId"]],
    name: [["function", "name"]],
    input: [["function", "arguments"]],
    inputAsText: true,
    output: ["content"],
    isResult: ({ role }) => role === "tool",
    isCallItem: () => false,
    call: (id, name, input) => ({ id, type: "function", function: { name, arguments: input } }),
    result: ({ id }, text) => ({ role: "tool", tool_call_id: id, content: text }),
    text: textPart,
    says,
    message,
  },
  "openai-responses": {
    content: "content",
    callsIn: null,
    resultsIn: null,
    callId: [["call_id"]],
    resultId: [["call_id"]],
    name: [["name"]],
    input: [["arguments"]],
    inputAsText: true,
    output: ["output"],
    isResult: ({ type }) => /_output$/.test(wordOf(type)),
    isCallItem: ({ type }) =>
      /^(function|custom_tool)_call$/.test(wordOf(type)) || clientToolOf(type) !== undefined,
    call: (id, name, input) => ({ type: "function_call", call_id: id, name, arguments: input }),
    result: ({ id }, text, { type }) => {
      const answer = clientToolOf(type)?.answer(text);
      return answer === null
        ? null
        : { type: `${wordOf(type)}_output`, call_id: id, output: text, ...answer };
    },
    text: (text, role) => ({ type: role === "assistant" ? "output_text" : "input_text", text }),
    says,
    message,
  },
  "ai-sdk": {
    content: "content",
    callsIn: "content",
    resultsIn: "tool",
    callId: [["toolCallId"]],
    resultId: [["toolCallId"]],
    name: [["toolName"]],
    input: [["input"]],
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
    says,
    message,
  },
  otel: {
    content: "parts",
    callsIn: "parts",
    resultsIn: "tool",
    callId: [["id"]],
    resultId: [["id"]],
    name: [["name"]],
    input: [["arguments"]],
    inputAsText: false,
    output: ["response"],
    isResult: ({ type }) => type === "tool_call_response",
    isCallItem: () => false,
    call: (id, name, input) => ({ type: "tool_call", id, name, arguments: JSON.parse(input) as Json }),
    result: ({ id }, text) => ({ type: "tool_call_response", id, response: text }),
    text: recordedText,
    says: (text) => [recordedText(text)],
    message: (role, content) => ({
      role,
      parts: inPieces(content, recordedText),
    }),
  },
  converse: {
    content: "content",
    callsIn: "content",
    resultsIn: "user",
    callId: [["toolUse", "toolUseId"]],
    resultId: [["toolResult", "toolUseId"]],
    name: [["toolUse", "name"]],
    input: [["toolUse", "input"]],
    inputAsText: false,
    output: ["toolResult", "content"],
    isResult: ({ toolResult }) => toolResult !== undefined,
    isCallItem: () => false,
    call: (id, name, input) => ({ toolUse: { toolUseId: id, name, input: JSON.parse(input) as Json } }),
    result: ({ id }, text) => ({ toolResult: { toolUseId: id, content: [{ text }], status: "error" } }),
    text: bareText,
    says: (text) => [bareText(text)],
    message: (role, content) => ({
      role,
      content: inPieces(content, bareText),
    }),
  },
  gemini: {
    content: "parts",
    callsIn: "parts",
    resultsIn: "user",
    callId: [
      ["functionCall", "id"],
      ["function_call", "id"],
    ],
    resultId: [
      ["functionResponse", "id"],
      ["function_response", "id"],
    ],
    name: [
      ["functionCall", "name"],
      ["function_call", "name"],
    ],
    input: [
      ["functionCall", "args"],
      ["function_call", "args"],
    ],
    inputAsText: false,
    output: ["functionResponse", "response"],
    isResult: ({ functionResponse, function_response }) =>
      (functionResponse ?? function_response) !== undefined,
    isCallItem: () => false,
    call: (_, name, input) => ({ functionCall: { name, args: JSON.parse(input) as Json } }),
    result: (_, text, raw) => answerTo(raw, text),
    text: bareText,
    says: (text) => [bareText(text)],
    message: (role, content) => ({
      role: role === "assistant" ? "model" : role,
      parts: inPieces(content, bareText),
    }),
  },
};

/** In Gemini's words, with the id of the call only where the call carries one. */
function answerTo({ functionCall, function_call: snake }: JsonObject, text: string): JsonObject {
  const { name = "", id } = (functionCall ?? snake ?? {}) as JsonObject;
  const answer = { ...(id !== undefined && { id }), name, response: { error: text } };
  return functionCall === undefined ? { function_response: answer } : { functionResponse: answer };
}
