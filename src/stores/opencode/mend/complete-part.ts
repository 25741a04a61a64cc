import type { Editor } from "../../../files/editor.js";
import type { Json, JsonObject, Message, Row } from "../../../model/conversation.js";
import { asString, isObject, wordOf } from "../../../model/text.js";
import type { OpencodeConversation } from "../decode/session.js";
import { refusalsOfPart } from "../decode/strict.js";
import { contentOf, numberIn, tokensOf, type Values, wholeTime } from "./complete.js";
import { OUTPUT_LOST } from "./cut-tool.js";
import { idInPlace } from "./new-ids.js";
import { textPart } from "./rows.js";

/** Fills in the keys that opencode's reader requires of a part; removes a part that cannot become one. */
export function completePart(
  conversation: OpencodeConversation,
  message: Message,
  row: Row,
  editor: Editor,
): void {
  if (!row.id.startsWith("prt")) editor.column(row, "id", idInPlace(message, row, editor));
  const data = contentOf(row, editor);
  if (data.type === "file" && typeof data.url !== "string") {
    editor.replace(
      row,
      textPart(`[The attachment ${wordOf(data.filename ?? "")} could not be read.]`.replace("  ", " ")),
    );
    return;
  }
  const textAt = (path: string) =>
    asString(editor.ask("select data -> ? from part where rowid = ?", path, row.rowid ?? Number.NaN));
  const fixes = partFixes(message, row, data, textAt);
  if (fixes === null) {
    editor.remove(row);
    return;
  }
  write(row, "$", fixes, editor);
  if (fixes.state !== undefined)
    write(row, "$.state", stateFixes(conversation, message, row, data, textAt), editor);
  if (refusalsOfPart(contentOf(row, editor)).some(({ path }) => path !== "$.state.input")) editor.remove(row);
}

/** Only the keys that are refused: every other byte of the row stays as it is. */
function write(row: Row, at: string, fixes: Values, editor: Editor): void {
  for (const [key, value] of Object.entries(fixes)) {
    if (at === "$" && key === "state" && value === KEPT) continue;
    if (value === undefined) editor.unset(row, `${at}.${key}`);
    else editor.set(row, `${at}.${key}`, value);
  }
}

/** The state exists: it is mended key by key. */
const KEPT = "kept";

/** The JSON text at a path of the row, digit by digit as it stands. */
type TextAt = (path: string) => string | undefined;

/** A value of another type as a text: the host wants one. The empty text where there is no value. */
function asText(value: Json | undefined, path: string, textAt: TextAt): string {
  if (value === undefined || value === null) return "";
  return asString(value) ?? textAt(path) ?? JSON.stringify(value);
}

/** The new values of refused keys (undefined: the key is removed); null if the whole part has to be removed. */
function partFixes(message: Message, row: Row, data: JsonObject, textAt: TextAt): Values | null {
  const refused = new Set(refusalsOfPart(data).map(({ path }) => /^\$\.(\w+)/.exec(path)?.[1] ?? ""));
  const start = row.created ?? message.row.created ?? 0;
  const fixes: Values = {};
  const fix = (key: string, value: Json | undefined) => {
    if (refused.has(key)) fixes[key] = value;
  };
  fix("metadata", undefined);
  fix("snapshot", undefined);
  switch (data.type) {
    case "text":
      fix("text", asText(data.text, "$.text", textAt));
      fix("time", undefined);
      fix("synthetic", undefined);
      fix("ignored", undefined);
      return fixes;
    case "reasoning":
      fix("text", asText(data.text, "$.text", textAt));
      fix("time", spanOf(data.time, start, row.updated));
      return fixes;
    case "step-finish":
      fix("reason", stepHasCall(message, row) ? "tool-calls" : "stop");
      fix("cost", numberIn(data.cost) ?? 0);
      fix("tokens", tokensOf(data.tokens));
      return fixes;
    case "compaction":
      fix("auto", false);
      fix("overflow", undefined);
      fix("tail_start_id", undefined);
      return fixes;
    case "file":
      fix("mime", /^data:([^;,]+)/.exec(asString(data.url) ?? "")?.[1] ?? "application/octet-stream");
      fix("filename", undefined);
      fix("source", undefined);
      return fixes;
    case "agent":
      fix("source", undefined);
      return refused.has("name") ? null : fixes;
    case "subtask":
      fix("prompt", asText(data.prompt, "$.prompt", textAt));
      fix("description", asText(data.description, "$.description", textAt));
      fix("model", undefined);
      fix("command", undefined);
      fix("agent", "general");
      return fixes;
    case "tool":
      fix("callID", `call_${row.id.replace(/^[a-z]+_/, "")}`);
      fix("tool", "invalid");
      if (refused.has("state")) fixes.state = isObject(data.state) ? KEPT : {};
      return fixes;
    default:
      return null;
  }
}

function stepHasCall(message: Message, row: Row): boolean {
  const at = message.blocks.findIndex((block) => block.row === row);
  const before = message.blocks.slice(0, at);
  const from = before.findLastIndex((block) => block.kind === "step-start");
  return before.slice(from + 1).some((block) => block.kind === "call");
}

/** A type and no interface, so that it counts as JSON. */
type Span = { start: Json; end?: Json };

function spanOf(value: Json | undefined, start: number, end: number | null): Span {
  const time = isObject(value) ? value : {};
  const from = wholeTime(time.start) ?? start;
  const to = wholeTime(time.end);
  return { start: from, ...(to !== undefined ? { end: to } : end !== null && { end: Math.max(from, end) }) };
}

/** The refused keys of a tool's state, with what takes their place; its input is another rule's. */
function stateFixes(
  conversation: OpencodeConversation,
  message: Message,
  row: Row,
  data: JsonObject,
  textAt: TextAt,
): Values {
  const state: JsonObject = isObject(data.state) ? data.state : {};
  const span = spanOf(state.time, row.created ?? 0, row.updated ?? row.created ?? 0);
  const time = { start: span.start, end: span.end ?? span.start };
  const fixes: Values = state.input === undefined ? { input: {} } : {};
  const fix = (key: string, isRight: boolean, value: Json | undefined) => {
    if (!isRight) fixes[key] = value;
  };
  const optional = (key: string, isRight: (value: Json) => boolean) =>
    fix(key, isRight(state[key] ?? null) || state[key] === undefined, undefined);
  switch (likelyStatus(state)) {
    case "pending":
      fix("raw", typeof state.raw === "string", asText(state.raw, "$.state.raw", textAt));
      return fixes;
    case "running":
      fix("time", false, { start: time.start });
      optional("title", (value) => typeof value === "string");
      optional("metadata", isObject);
      return fixes;
    case "error":
      fix("status", state.status === "error", "error");
      fix(
        "error",
        typeof state.error === "string",
        asText(state.error, "$.state.error", textAt) || "Tool execution failed (details lost)",
      );
      fix("time", isSpan(state.time), time);
      optional("metadata", isObject);
      return fixes;
    case "completed":
      fix("status", state.status === "completed", "completed");
      fix("output", typeof state.output === "string", asText(state.output, "$.state.output", textAt));
      fix("title", typeof state.title === "string", asString(data.tool) ?? "");
      fix("metadata", isObject(state.metadata), {});
      fix("time", isSpan(state.time) && hasWholeCompacted(state.time), time);
      fix(
        "attachments",
        state.attachments === undefined,
        attachmentsOf(conversation, message, row, state.attachments),
      );
      return fixes;
    default:
      return { ...fixes, ...asLost(state, time) };
  }
}

/** A state of no known status becomes that of a tool that failed. */
function asLost(state: JsonObject, time: Json): Values {
  return {
    status: "error",
    error: OUTPUT_LOST,
    time,
    ...(isObject(state.metadata) ? { "metadata.interrupted": true } : { metadata: { interrupted: true } }),
    output: undefined,
    title: undefined,
    attachments: undefined,
  };
}

function hasWholeCompacted(time: Json | undefined): boolean {
  const compacted = isObject(time) ? time.compacted : undefined;
  return compacted === undefined || wholeTime(compacted) === compacted;
}

/** The status that the keys of the state show; null if the outcome is lost. */
function likelyStatus(state: JsonObject): "pending" | "running" | "completed" | "error" | null {
  if (state.status === "pending" || state.status === "running" || state.status === "error")
    return state.status;
  if (state.output !== undefined && state.output !== null) return "completed";
  return state.error && state.status !== "completed" ? "error" : null;
}

function isSpan(value: Json | undefined): boolean {
  return (
    isObject(value) &&
    wholeTime(value.start) === value.start &&
    wholeTime(value.end) === value.end &&
    value.end !== undefined
  );
}

/** Attachments that have data, with the ids that the reader requires. */
function attachmentsOf(
  conversation: OpencodeConversation,
  message: Message,
  row: Row,
  value: Json | undefined,
): Json[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one, index) => {
    if (!isObject(one) || typeof one.url !== "string") return [];
    const own = asString(one.id);
    const id = own?.startsWith("prt") ? own : `${row.id}${index}`;
    const mime = asString(one.mime) ?? /^data:([^;,]+)/.exec(one.url)?.[1] ?? "application/octet-stream";
    return [{ ...one, id, sessionID: conversation.id, messageID: message.row.id, type: "file", mime }];
  });
}
