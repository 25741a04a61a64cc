import type { Json, JsonObject, Misshapen } from "../../model/conversation.js";
import { inputKind, isObject, wordOf } from "../../model/text.js";
import type { RequestFormat } from "./format.js";
import { RAW_SHAPES } from "./raw-shapes.js";
import { isNamelessAnswer } from "./read/gemini.js";
import { sdkDefects } from "./sdk-schema.js";

/** The keys of a message that its format's own API refuses as they are, whatever the pieces in them say. */
export function misshapenKeys(raw: Json, format: RequestFormat): Misshapen[] {
  if (!isObject(raw)) return [{ key: "message", found: inputKind(raw) }];
  const shapes = (RAW_SHAPES[format] ?? []).filter(({ mended }) => mended(raw));
  return [...keysOf(raw, format), ...shapes.map(({ key }) => ({ key, found: "object" as const }))];
}

function keysOf(raw: JsonObject, format: RequestFormat): Misshapen[] {
  switch (format) {
    case "anthropic":
    case "converse":
      return [...wrong("content", raw), ...strayParts(raw.content, format)];
    case "openai-responses":
      return (raw.type ?? "message") === "message" && raw.role !== undefined
        ? responsesKeys(raw)
        : itemKeys(raw);
    case "openai-chat":
      return raw.role === "function" ? [] : [...chatKeys(raw), ...strayParts(raw.content, format)];
    case "gemini":
      return [...strayParts(raw.parts, format), ...namelessAnswers(raw)];
    case "otel":
      return strayParts(raw.parts, format);
    case "ai-sdk":
      return sdkDefects(raw).length > 0 ? [{ key: "sdk", found: inputKind(raw.content) }] : [];
  }
}

/** Elements of the content that are no piece of it: no object, or one that does not say its kind. */
function strayParts(content: Json | undefined, format: RequestFormat): Misshapen[] {
  if (!Array.isArray(content)) return [];
  const stray = content.find((part) => !isPart(part, format));
  return stray === undefined ? [] : [{ key: "part", found: inputKind(stray) }];
}

function namelessAnswers({ parts }: JsonObject): Misshapen[] {
  const has = Array.isArray(parts) && parts.some((part) => isObject(part) && isNamelessAnswer(part));
  return has ? [{ key: "response-name", found: "missing" }] : [];
}

export function isPart(part: Json, format: RequestFormat): boolean {
  if (!isObject(part)) return false;
  return format === "converse" || format === "gemini" || typeof part.type === "string";
}

/** A message of Chat Completions is refused for its role, or for its calls, before its content is looked at. */
function responsesKeys(raw: JsonObject): Misshapen[] {
  if (raw.role === "tool") return [];
  if (raw.tool_calls !== undefined) return [{ key: "tool_calls", found: "array" }];
  return [...wrong("content", raw), ...strayParts(raw.content, "openai-responses")];
}

function itemKeys(raw: JsonObject): Misshapen[] {
  if (raw.type === "custom_tool_call" && typeof raw.input !== "string")
    return [{ key: "input", found: inputKind(raw.input) }];
  return /^(function|custom_tool)_call_output$/.test(wordOf(raw.type)) ? wrong("output", raw) : [];
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

/** Finds content that is neither a text nor a list. */
function wrong(key: "content" | "output", raw: JsonObject): Misshapen[] {
  const value = raw[key];
  return typeof value === "string" || Array.isArray(value) ? [] : [{ key, found: inputKind(value) }];
}
