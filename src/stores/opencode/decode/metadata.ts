import type { Json, JsonObject } from "../../../model/conversation.js";
import { asString, isObject } from "../../../model/text.js";

/** Metadata of providers at a part, as far as it decides whether the part can be sent back to them. */
export interface Traces {
  readonly foreignKeys?: readonly string[];
  readonly noRecord?: "null" | "empty" | "other";
}

/** `isTool`: the host takes its own mark out of a tool's metadata before it sends them. */
export function tracesOf(metadata: Json | undefined, isTool = false): Traces {
  if (metadata === undefined) return {};
  if (!isObject(metadata)) return { noRecord: kindOf(metadata) };
  const foreignKeys = foreignKeysOf(metadata, isTool);
  return foreignKeys.length > 0 ? { foreignKeys } : {};
}

function kindOf(metadata: Json): Traces["noRecord"] {
  if (metadata === null) return "null";
  const copied = Object.values(Object(metadata) as object) as Json[];
  return copied.every(isObject) ? "empty" : "other";
}

/** Keys of a part's metadata that hold no record, or one that the AI SDK refuses. */
export function foreignKeysOf(metadata: JsonObject, isTool = false): readonly string[] {
  return Object.keys(metadata).filter((key) => {
    const value = metadata[key];
    if (!isObject(value)) return !(isTool && key === "providerExecuted");
    return key === "anthropic" && [value.signature, value.redactedData].some(isNoText);
  });
}

function isNoText(value: Json | undefined): boolean {
  return value !== undefined && typeof value !== "string";
}

/** True if the tool ran at the provider, so that no result is due. */
export function ranAtProvider({ metadata }: JsonObject): boolean {
  return isObject(metadata) && Boolean(metadata.providerExecuted);
}

/** The item as which OpenAI Responses knows a part. */
export function itemIdOf({ metadata }: JsonObject): string | undefined {
  return isObject(metadata) && isObject(metadata.openai) ? asString(metadata.openai.itemId) : undefined;
}

function anthropicOf({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) && isObject(metadata.anthropic) ? metadata.anthropic : {};
}

/**
 * The signature or the redacted data by which Anthropic knows its own thinking block. A signature comes first, even an
 * empty one.
 */
export function signatureOf(part: JsonObject): "signed" | "redacted" | "empty" | "none" {
  const { signature, redactedData } = anthropicOf(part);
  if (signature !== undefined && signature !== null) return signature === "" ? "empty" : "signed";
  return redactedData === undefined ? "none" : "redacted";
}

/** Thinking with content that only OpenAI can read. */
export function isSealed({ metadata }: JsonObject): boolean {
  return (
    isObject(metadata) && isObject(metadata.openai) && Boolean(metadata.openai.reasoningEncryptedContent)
  );
}
