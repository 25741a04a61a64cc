import { type CutJson, withoutCut } from "../../../files/cut-json.js";
import type { JsonObject } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";

export const OUTPUT_LOST = "Tool output was lost";
const REST_LOST = "[The rest of the output was lost.]";

/**
 * A tool part that was cut off behind the input of its call. An output that breaks off is kept as that of an interrupted
 * tool, where the host itself keeps one: it cannot pass for the whole output. Undefined where the call itself is cut.
 */
export function cutTool(found: CutJson): JsonObject | undefined {
  const { value, cut = [] } = found;
  const [key, inner] = cut;
  const isState = key === "state";
  const isTold = isState && (inner === "output" || inner === "error");
  const data = isTold ? value : withoutCut(found);
  if (!isObject(data) || !isObject(data.state) || !isObject(data.state.input)) return undefined;
  if (typeof data.callID !== "string" || typeof data.tool !== "string") return undefined;
  if (cut.length > 0 && !isState) {
    // A signature that was cut looks like a whole one.
    const { metadata: _, ...rest } = data;
    return rest;
  }
  if (inner === "input" || inner === "status") return undefined;
  if (inner !== "output") return data;
  const { output = "", ...state } = data.state;
  const kept = typeof output === "string" ? output : JSON.stringify(output);
  const metadata = { ...(isObject(state.metadata) && state.metadata), interrupted: true };
  return {
    ...data,
    state: {
      ...state,
      status: "error",
      error: OUTPUT_LOST,
      metadata: { ...metadata, ...(kept && { output: `${kept}\n${REST_LOST}` }) },
    },
  };
}
