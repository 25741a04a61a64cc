import type { Json, JsonObject } from "../../model/conversation.js";
import type { RequestSettings } from "../../model/request-settings.js";
import { isObject } from "../../model/text.js";

/** The settings of a request that decide which messages a provider accepts. */
export interface RequestContext {
  readonly model?: string;
  /** True if earlier messages are stored at the provider: a result here may answer a call there. */
  readonly continues?: boolean;
  /** The body carries Bedrock's own version key. */
  readonly isForBedrock?: boolean;
  /** Absent for a bare list of messages. */
  readonly settings?: RequestSettings;
}

export function requestContextOf(body: Json): RequestContext {
  if (!isObject(body)) return {};
  const { model, modelId, previous_response_id, conversation, anthropic_version: version } = body;
  const asked = [model, modelId].find((name) => typeof name === "string");
  return {
    ...(typeof asked === "string" && { model: asked }),
    ...((previous_response_id ?? conversation ?? null) !== null && { continues: true }),
    ...(typeof version === "string" && version.startsWith("bedrock-") && { isForBedrock: true }),
    settings: settingsOf(body),
  };
}

function settingsOf(body: JsonObject): RequestSettings {
  const tools = toolsOf(body);
  return {
    thinks: isObject(body.thinking) && body.thinking.type === "enabled",
    ...(typeof body.store === "boolean" && { store: body.store }),
    tools: tools.length > 0 ? tools.flatMap(namesOf) : null,
    hasUnnamedTools: Array.isArray(body.mcp_servers) || tools.some((tool) => namesOf(tool).length === 0),
    // A mark of the body itself stands for one at the end of its messages.
    cacheMarks: marksIn([body.system ?? null, body.tools ?? null]) + (isObject(body.cache_control) ? 1 : 0),
  };
}

function toolsOf({ tools, toolConfig, functions }: JsonObject): JsonObject[] {
  const lists = [tools, functions, isObject(toolConfig) ? toolConfig.tools : undefined];
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
}

/** The names that one declaration makes known: Gemini's holds several. */
function namesOf({ name, function: described, toolSpec, functionDeclarations }: JsonObject): string[] {
  const declared = Array.isArray(functionDeclarations) ? functionDeclarations : [];
  return [{ name }, described, toolSpec, ...declared].flatMap((one) =>
    isObject(one) && typeof one.name === "string" ? [one.name] : [],
  );
}

/** The `cache_control` marks anywhere in a value. */
export function marksIn(value: Json): number {
  let count = 0;
  const open: Json[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (const inner of next) open.push(inner);
    else if (isObject(next))
      for (const [key, inner] of Object.entries(next)) {
        if (key === "cache_control" && isObject(inner)) count++;
        // The input or the schema of a tool may have a key of this name.
        else if (key !== "input" && key !== "input_schema") open.push(inner);
      }
  }
  return count;
}
