import { randomUUID } from "node:crypto";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import { SAFE_IMAGES } from "../../../providers/providers.js";
import { MAX_ROW_BYTES } from "../../reader.js";

/** How much of its rows a reading fetches: what a quick look needs, all but long outputs, or everything. */
export type Detail = "skim" | "short" | "whole";

/** Above this size (bytes) a row is fetched without its long outputs. */
export const WHOLE_BELOW = 2048;
/**
 * Where a row holds a file, and how much of its URL (characters) tells all that a quick look asks: `imageFacts` reads
 * less. With the end, and as many characters more as keep the length of the base64 what it is, modulo four.
 */
const URLS = ["$.url", "$.state.attachments[0].url"];
const URL_HEAD = 66_000;
const URL_TAIL = 4_096;
/** Stands before kept values. Drawn at random: no row can begin with it, so none has to be looked at for it. */
const MARK = `#${randomUUID()}`;
/** The kept values of a large completed tool: all but its output and the tool's own metadata, which no rule looks at. */
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

/**
 * Long outputs are searched for unpaired surrogates only if some host of the file would send them, because the search
 * takes time.
 */
const NO_ESCAPED_HALF = String.raw`data not glob '*\u[dD]*'`;

/**
 * Selects `data` whole, or the mark and the kept values of a large completed tool, or the document with a long URL cut to
 * its head and end; NULL where it is too large. `looksForHalves`: outputs are left out only where no half character may be in them.
 */
export function contentSql(detail: Detail, looksForHalves = false): string {
  const kept = KEPT_OF_TOOL.map((path) => `'${path}'`).join(", ");
  // json_valid first: SQLite's other JSON functions also take JSON5, which the host's parser refuses.
  const isJson = "typeof(data) = 'text' and json_valid(data)";
  const large = looksForHalves ? `${LARGE_TOOL} and ${NO_ESCAPED_HALF}` : LARGE_TOOL;
  const shortTool = `when ${isJson} and ${large} then '${MARK}' || json_extract(data, ${kept})`;
  // A row that is no larger than a file may be holds no file that is too large, however much of it was cut.
  const shortUrls = URLS.map((path) => {
    const url = `(data ->> '${path}')`;
    const isLong = `octet_length(data) between ${URL_HEAD} and ${SAFE_IMAGES.bytes} and ${isJson} and length(${url}) > ${URL_HEAD + 2 * URL_TAIL}`;
    return `when ${isLong} and instr(${url}, char(10)) = 0 then json_set(data, '${path}', ${endsOf(path)})`;
  });
  const shortened = { skim: [shortTool, ...shortUrls], short: [shortTool], whole: [] }[detail].join(" ");
  return `case when octet_length(data) <= ${WHOLE_BELOW} then data when octet_length(data) > ${MAX_ROW_BYTES} then null ${shortened} else data end`;
}

/** Head and tail of a URL; what is left out between them is a multiple of four characters of base64. */
function endsOf(path: string): string {
  const url = `(data ->> '${path}')`;
  const from = `instr(${url}, ',')`;
  return `substr(${url}, 1, ${URL_HEAD} - (${URL_HEAD} - ${from}) % 4) || substr(${url}, -(${URL_TAIL} + (length(${url}) - ${from}) % 4))`;
}

/** The values at KEPT_OF_TOOL. */
type LargeTool = [Json, Json, Json, Json, Json, Json, Json, Json];

/** The document that the kept values stand for. */
function largeTool(kept: string): JsonObject {
  const [type, callID, tool, metadata, input, title, time, interrupted] = JSON.parse(kept) as LargeTool;
  return {
    type,
    callID,
    tool,
    ...(metadata !== null && { metadata }),
    state: {
      status: "completed",
      input,
      output: "~",
      title,
      time,
      metadata: interrupted === null ? {} : { interrupted },
    },
  };
}

/** The document of a row, or why it has none. JSON that is no object stands under "~", which no kind of row has. */
export function documentOf(data: unknown): JsonObject | "json" | "not-text" {
  if (typeof data !== "string") return "not-text";
  if (data.startsWith(MARK)) return largeTool(data.slice(MARK.length));
  const parsed = parseJson(data);
  if (parsed === undefined) return "json";
  return isObject(parsed) ? parsed : { "~": parsed };
}
