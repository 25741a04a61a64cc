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
  const isLong = `octet_length(data) between ${URL_HEAD} and ${SAFE_IMAGES.bytes} and ${isJson}`;
  const shortUrls = `when ${isLong} then coalesce(${URLS.map(withShortUrl).join(", ")}, data)`;
  const shortened = { skim: `${shortTool} ${shortUrls}`, short: shortTool, whole: "" }[detail];
  return `case when octet_length(data) <= ${WHOLE_BELOW} then data when octet_length(data) > ${MAX_ROW_BYTES} then null ${shortened} else data end`;
}

/**
 * The document with head and tail of a long URL; null where it has none, or one with escapes or characters that are no
 * bytes. The length of the part that is left out is a multiple of four characters of base64. The limit keeps SQLite from taking the URL out of
 * the document for each use of it.
 */
function withShortUrl(path: string): string {
  const head = `substr(url, 1, ${URL_HEAD} - (${URL_HEAD} - comma) % 4)`;
  const tail = `substr(url, -(${URL_TAIL} + (size - comma) % 4))`;
  return `(select json_set(data, '${path}', ${head} || ${tail})
    from (select cast(url as blob) as url, octet_length(url) as size, instr(url, ',') as comma, length(url) as characters
      from (select data ->> '${path}' as url limit 1) where octet_length(url) > ${URL_HEAD + 2 * URL_TAIL} limit 1)
    where characters = size and octet_length(data -> '${path}') = size + 2)`;
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

/** True if the quick look's content of a row of this size (bytes) may lack a piece of a URL. */
export function isCut(data: unknown, size: number): boolean {
  return size >= URL_HEAD && typeof data === "string" && !data.startsWith(MARK);
}

/** True if the quick look's content of a row of this size (bytes) may lack anything. */
export function isShortened(data: unknown, size: number): boolean {
  return size > WHOLE_BELOW && (isCut(data, size) || String(data).startsWith(MARK));
}

/** The document of a row, or why it has none. JSON that is no object stands under "~", which no kind of row has. */
export function documentOf(data: unknown): JsonObject | "json" | "not-text" {
  if (typeof data !== "string") return "not-text";
  if (data.startsWith(MARK)) return largeTool(data.slice(MARK.length));
  const parsed = parseJson(data);
  if (parsed === undefined) return "json";
  return isObject(parsed) ? parsed : { "~": parsed };
}
