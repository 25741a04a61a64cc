import type { Json, JsonObject, Misshapen } from "../../model/conversation.js";
import { asText, isObject, wordOf } from "../../model/text.js";
import type { RequestFormat } from "./format.js";

/** A shape of a message that an API refuses whatever its words say. */
interface RawShape {
  /** The provider's error text is `shape-` and this. */
  readonly key: Misshapen["key"];
  /**
   * The message in a shape that the API takes, with all words but reasoning of another service; undefined where it has such
   * a shape.
   */
  mended(raw: JsonObject): JsonObject | undefined;
}

type Change = (piece: JsonObject) => JsonObject | undefined;

/** Changes the objects of a list; undefined where none of them changes. */
function each(list: Json | undefined, change: Change): Json[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const now = list.map((piece) => (isObject(piece) && change(piece)) || piece);
  return now.some((piece, at) => piece !== list[at]) ? now : undefined;
}

/** Changes the pieces in the list under a key. */
function inList(key: string, change: Change): RawShape["mended"] {
  return (raw) => {
    const now = each(raw[key], change);
    return now && { ...raw, [key]: now };
  };
}

function without(raw: JsonObject, ...keys: string[]): JsonObject | undefined {
  if (!keys.some((key) => key in raw)) return undefined;
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !keys.includes(key)));
}

const uncached: Change = (piece) =>
  /^(redacted_)?thinking$/.test(wordOf(piece.type)) ? without(piece, "cache_control") : undefined;

/** A `data:` URL in the place of the base64 that it holds. */
const bareData: Change = (piece) => {
  const { source } = piece;
  if (!isObject(source) || source.type !== "base64" || typeof source.data !== "string") return undefined;
  const [, mime, data] = /^data:([^;,]+);base64,(.*)$/is.exec(source.data) ?? [];
  return data === undefined ? undefined : { ...piece, source: { ...source, media_type: mime ?? null, data } };
};

const bareDataWithin: Change = (piece) => {
  const content = piece.type === "tool_result" ? each(piece.content, bareData) : undefined;
  return content ? { ...piece, content } : bareData(piece);
};

/** Stands in a result whose attachment was moved out of it. */
export const SHOWN_BEHIND = "[The result is the attachment that follows.]";

/** Puts the attachments of failed results behind all results of the message. */
function errorsInWords(raw: JsonObject): JsonObject | undefined {
  const moved: Json[] = [];
  const content = each(raw.content, (piece) => {
    if (piece.type !== "tool_result" || piece.is_error !== true || !Array.isArray(piece.content))
      return undefined;
    const isWords = (inner: Json) => !isObject(inner) || inner.type === "text";
    const others = piece.content.filter((inner) => !isWords(inner));
    if (others.length === 0) return undefined;
    moved.push(...others);
    const words = piece.content.filter(isWords);
    return { ...piece, content: words.length > 0 ? words : SHOWN_BEHIND };
  });
  return content && { ...raw, content: [...content, ...moved] };
}

/** A result of Chat Completions as an item of Responses. */
function asOutput(raw: JsonObject): JsonObject | undefined {
  if (raw.role !== "tool") return undefined;
  const { tool_call_id: id, content } = raw;
  const output = Array.isArray(content) ? content : asText(content);
  return { type: "function_call_output", call_id: id ?? "", output };
}

function responsesTexts(raw: JsonObject): JsonObject | undefined {
  const type = raw.role === "assistant" ? "output_text" : "input_text";
  const key = raw.output === undefined ? "content" : "output";
  const isMessage = raw.role !== undefined && raw.role !== "tool" && (raw.type ?? "message") === "message";
  if (key === "content" && !isMessage) return undefined;
  const retyped: Change = (piece) =>
    piece.type === "text" && typeof piece.text === "string" ? { ...piece, type } : undefined;
  return inList(key, retyped)(raw);
}

const GEMINI_ROLES: ReadonlyMap<string, string> = new Map([
  ["assistant", "model"],
  ["system", "user"],
  ["developer", "user"],
]);

/** `change`: of the response, under either way to write its key. */
function inResponses(change: Change): RawShape["mended"] {
  return inList("parts", (part) => {
    for (const key of ["functionResponse", "function_response"]) {
      const answer = part[key];
      const now = isObject(answer) ? change(answer) : undefined;
      if (now) return { ...part, [key]: now };
    }
    return undefined;
  });
}

export const RAW_SHAPES: Partial<Record<RequestFormat, readonly RawShape[]>> = {
  anthropic: [
    { key: "extra", mended: (raw) => without(raw, "reasoning_content", "reasoning_details") },
    { key: "marked-thinking", mended: inList("content", uncached) },
    { key: "data-url", mended: inList("content", bareDataWithin) },
    { key: "error-media", mended: errorsInWords },
  ],
  "openai-chat": [
    {
      key: "call-type",
      mended: inList("tool_calls", (call) =>
        call.type === undefined && isObject(call.function) ? { ...call, type: "function" } : undefined,
      ),
    },
  ],
  "openai-responses": [
    { key: "role", mended: asOutput },
    { key: "text", mended: responsesTexts },
    {
      key: "summary",
      mended: (raw) =>
        raw.type === "reasoning" && raw.summary === undefined ? { ...raw, summary: [] } : undefined,
    },
  ],
  gemini: [
    {
      key: "role",
      mended: (raw) => {
        const role = GEMINI_ROLES.get(wordOf(raw.role));
        return role === undefined ? undefined : { ...raw, role };
      },
    },
    {
      key: "response",
      mended: inResponses((answer) =>
        isObject(answer.response) || answer.response === undefined
          ? undefined
          : { ...answer, response: { output: answer.response } },
      ),
    },
  ],
  converse: [
    {
      key: "json",
      mended: inList("content", ({ toolResult, ...piece }) => {
        const content = isObject(toolResult)
          ? each(toolResult.content, (part) =>
              part.json === undefined || isObject(part.json)
                ? undefined
                : { ...part, json: { value: part.json } },
            )
          : undefined;
        return isObject(toolResult) && content
          ? { ...piece, toolResult: { ...toolResult, content } }
          : undefined;
      }),
    },
  ],
};

export function shapeNamed(name: Misshapen["key"], format: RequestFormat): RawShape | undefined {
  return RAW_SHAPES[format]?.find(({ key }) => key === name);
}
