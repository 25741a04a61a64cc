import type { JsonObject, Misshapen } from "../../model/conversation.js";
import { inputKind } from "../../model/text.js";
import type { RequestFormat } from "./format.js";

/** The keys of a message that its format's own API refuses as they are, whatever the pieces in them say. */
export function misshapenKeys(raw: JsonObject, format: RequestFormat): Misshapen[] {
  if (format === "anthropic") return wrong("content", raw);
  if (format === "openai-responses") return raw.role === undefined ? itemKeys(raw) : wrong("content", raw);
  return format === "openai-chat" && raw.role !== "function" ? chatKeys(raw) : [];
}

function itemKeys(raw: JsonObject): Misshapen[] {
  if (raw.type === "custom_tool_call" && typeof raw.input !== "string")
    return [{ key: "input", found: inputKind(raw.input) }];
  return /^(function|custom_tool)_call_output$/.test(String(raw.type)) ? wrong("output", raw) : [];
}

function chatKeys(raw: JsonObject): Misshapen[] {
  const calls = raw.tool_calls;
  const hasCalls = Array.isArray(calls) && calls.length > 0;
  const saysElsewhere = [raw.function_call, raw.audio, raw.refusal].some((said) => (said ?? null) !== null);
  const maySayNothing = raw.role === "assistant" && (hasCalls || saysElsewhere);
  const saysNothing = maySayNothing && (raw.content ?? null) === null;
  const hasNoCalls = calls !== undefined && !hasCalls;
  return [
    ...(saysNothing ? [] : wrong("content", raw)),
    ...(hasNoCalls ? [{ key: "tool_calls" as const, found: inputKind(calls) }] : []),
  ];
}

/** What is said stands there as a text or a list. */
function wrong(key: "content" | "output", raw: JsonObject): Misshapen[] {
  const value = raw[key];
  return typeof value === "string" || Array.isArray(value) ? [] : [{ key, found: inputKind(value) }];
}
