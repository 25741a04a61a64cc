import type { Json, JsonObject, Unreadable } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { isObject } from "../model/text.js";
import { MAX_ROW_BYTES } from "./reader.js";

/** Above this size (bytes) a row is fetched without its long outputs. */
const WHOLE_BELOW = 2048;
/** Above this size a row is fetched whole after all: it holds files, which nobody can tell without reading them. */
const SHORT_BELOW = 256 * 1024;
/** What is kept of a large completed tool: all but its output and the tool's own metadata, which nothing judges. */
const KEPT_OF_TOOL = [
  "$.type",
  "$.callID",
  "$.tool",
  "$.metadata",
  "$.state.input",
  "$.state.title",
  "$.state.time",
  "$.state.metadata.interrupted",
];
const LARGE_TOOL = `json_type(data, '$.state.output') = 'text' and json_type(data, '$.state.metadata') = 'object' and data ->> '$.state.status' = 'completed'
  and json_type(data, '$.state.attachments') is null and json_type(data, '$.metadata') is not 'null'`;

/** Size (bytes) and document of a row, as `contentSql` selects them. */
export type Content = [size: number, data: unknown];

// json_valid first: SQLite's other JSON functions also take JSON5, which the host's parser refuses.
/**
 * Selects `data` whole, or "#" and the kept values of a large completed tool; NULL where it is too large.
 * A large text that begins with "#" by itself is no JSON, whatever follows: it comes as "!".
 */
export function contentSql(full: boolean): string {
  const kept = KEPT_OF_TOOL.map((path) => `'${path}'`).join(", ");
  const short = full
    ? ""
    : `when octet_length(data) < ${SHORT_BELOW} and typeof(data) = 'text' and json_valid(data) and ${LARGE_TOOL} then '#' || json_extract(data, ${kept})`;
  return `octet_length(data), case when octet_length(data) <= ${WHOLE_BELOW} then data when octet_length(data) > ${MAX_ROW_BYTES} then null ${short} else iif(substr(data, 1, 1) = '#', '!', data) end`;
}

/** The document that the kept values stand for. */
function largeTool(kept: string): JsonObject {
  const [type, callID, tool, metadata, input, title, time, interrupted] = JSON.parse(kept) as Json[];
  return {
    type: type!,
    callID: callID!,
    tool: tool!,
    ...(metadata !== null && { metadata: metadata! }),
    state: {
      status: "completed",
      input: input!,
      output: "~",
      title: title!,
      time: time!,
      metadata: interrupted === null ? {} : { interrupted: interrupted! },
    },
  };
}

/** The document of a row, or why it has none. JSON that is no object stands under "~", which no kind of row has. */
export function documentOf(size: number, data: unknown): JsonObject | Unreadable {
  if (typeof data !== "string") return size > MAX_ROW_BYTES ? "too-large" : "not-text";
  if (data.startsWith("#") && size > WHOLE_BELOW) return largeTool(data.slice(1));
  const parsed = parseJson(data);
  if (parsed === undefined) return "json";
  return isObject(parsed) ? parsed : { "~": parsed };
}
