import type { Json, JsonObject, Misshapen } from "../../model/conversation.js";
import { inputKind } from "../../model/text.js";
import type { RequestFormat } from "./format.js";

/** The keys of a message that its format's own API refuses as they are, whatever the pieces in them say. */
export function misshapenKeys(raw: JsonObject, format: RequestFormat): Misshapen[] {
  if (format === "anthropic") return isContent(raw.content) ? [] : [key("content", raw.content)];
  if (format !== "openai-chat" || raw.role === "function") return [];
  const calls = raw.tool_calls;
  const hasCalls = Array.isArray(calls) && calls.length > 0;
  const saysElsewhere = [raw.function_call, raw.audio, raw.refusal].some((said) => (said ?? null) !== null);
  const maySayNothing = raw.role === "assistant" && (hasCalls || saysElsewhere);
  const found: Misshapen[] = [];
  if (!isContent(raw.content) && !(maySayNothing && (raw.content ?? null) === null))
    found.push(key("content", raw.content));
  if (calls !== undefined && !hasCalls) found.push(key("tool_calls", calls));
  return found;
}

function isContent(value: Json | undefined): boolean {
  return typeof value === "string" || Array.isArray(value);
}

function key(name: Misshapen["key"], value: Json | undefined): Misshapen {
  return { key: name, found: inputKind(value) };
}
