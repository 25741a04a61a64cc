import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/** The values that the AI SDK's schema of a ModelMessage refuses, and their replacements. */

/** Keys of parts that the schema refuses: the output of a result without its type, and a flag that is no boolean. */
export function sdkDefects(raw: JsonObject): string[] {
  return partsOf(raw).flatMap((part) => [
    ...(part.type === "tool-result" && !isOutput(part) ? ["output"] : []),
    ...(part.type === "tool-call" && !isFlag(part.providerExecuted) ? ["providerExecuted"] : []),
  ]);
}

/** The part as the schema takes it; the same object where nothing is wrong with it. */
export function mendedSdkPart(part: Json): Json {
  if (!isObject(part)) return part;
  if (part.type === "tool-call" && !isFlag(part.providerExecuted)) {
    const { providerExecuted: _, ...rest } = part;
    return rest;
  }
  if (part.type !== "tool-result" || isOutput(part)) return part;
  const { output = null } = part;
  return {
    ...part,
    output: typeof output === "string" ? { type: "text", value: output } : { type: "json", value: output },
  };
}

function partsOf({ content }: JsonObject): JsonObject[] {
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function isFlag(value: Json | undefined): boolean {
  return value === undefined || typeof value === "boolean";
}

/** Before version 5 the output stood under `result`, as it was. */
function isOutput({ output, result }: JsonObject): boolean {
  if (output === undefined && result !== undefined) return true;
  if (!isObject(output)) return false;
  const { type, value } = output;
  switch (type) {
    case "text":
    case "error-text":
      return typeof value === "string";
    case "json":
    case "error-json":
      return value !== undefined;
    case "content":
      return Array.isArray(value);
    default:
      return type === "execution-denied";
  }
}
