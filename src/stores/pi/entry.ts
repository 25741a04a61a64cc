import type { Line } from "../../files/lines.js";
import type { Block, InputKind, Json, JsonObject, Model, Role, Row } from "../../model/conversation.js";
import { inputKind, isObject, wordOf } from "../../model/text.js";
import { brokenId, lineRow } from "../line-bench.js";
import { parseTime } from "../reader.js";
import type { LineEntry } from "../store.js";
import { assistantBlocks, resultBlock, userBlocks } from "./blocks.js";

/** The message that pi builds from an entry for a request. */
export interface PiMessage {
  readonly role: Role;
  /** `list`: content is a list, as pi writes it; a text is taken for one. */
  readonly content: InputKind;
  readonly blocks: readonly Block[];
  readonly model?: Model & { readonly api: string };
  readonly stopReason?: string;
  readonly error?: string;
  /** A message of an extension, a summary or a command: said by nobody in the chat. */
  readonly isNote?: boolean;
  /** The path of a value that pi fails to read. */
  readonly refused?: string | undefined;
}

/** A change to what the model is shown of an earlier entry. `drop`: it is left out; `broken`: pi cannot apply it. */
export interface PiEdit {
  readonly target: string;
  readonly how: "drop" | "replace" | "broken";
  readonly blocks: readonly Block[];
}

/** One line of a session. */
export interface PiEntry extends LineEntry {
  readonly row: Row;
  readonly id: string;
  readonly parent: string | null;
  /** The `type` of the entry; `broken` for a line that cannot be read, `stray` for JSON that is no entry. */
  readonly type: string;
  readonly time: number | null;
  readonly message?: PiMessage;
  readonly edit?: PiEdit;
  /** Of a compaction: the first entry that it keeps. */
  readonly kept?: string | null;
  readonly header?: PiHeader;
  /** Name of the session, working folder of a first system message. */
  readonly note?: { readonly name?: string; readonly cwd?: string; readonly model?: Model };
  readonly line: Pick<Line, "mark" | "half" | "rescued" | "problem">;
  readonly isFirst: boolean;
}

export interface PiHeader {
  /** Null where pi does not take the line for a header. */
  readonly id: string | null;
  readonly version: number;
  readonly cwd: string | null;
  readonly time: number | null;
}

const TYPES =
  /^(message|model_change|thinking_level_change|usage|compaction|context_edit|branch_summary|custom|custom_message|label|session_info)$/;

/** True for a row of a pi session: its header, or an entry of the tree. */
export function isPiRow(value: Json): boolean {
  if (!isObject(value) || typeof value.type !== "string") return false;
  if (value.type === "session") return "id" in value && ("cwd" in value || "version" in value);
  return TYPES.test(value.type) && "parentId" in value && "id" in value;
}

const NAMELESS = /^line \d+$/;

/** False for a row without an id: pi finds no row that hangs on it. */
export function hasId({ id }: Pick<PiEntry, "id">): boolean {
  return !NAMELESS.test(id);
}

/** The part of a line that the tool keeps. Sessions of version 1 have no ids: their entries follow each other. */
export function decodeEntry(line: Line, key: number, full: boolean): PiEntry {
  const { number, size, problem, mark, half, rescued } = line;
  const base = {
    key,
    place: { number, size, problem },
    line: { mark, half, rescued, problem },
    isFirst: number === 1,
    parent: null,
    time: null,
  };
  if (line.value === undefined) {
    const id = brokenId(line.text);
    return { ...base, row: lineRow(line, key, id), id, type: problem === "blank" ? "blank" : "broken" };
  }
  const { value } = line;
  if (!isObject(value)) {
    const id = `line ${key}`;
    return { ...base, row: lineRow(line, key, id), id, type: value === null ? "blank" : "stray" };
  }
  const time = parseTime(value.timestamp);
  if (value.type === "session") {
    const id = `line ${key}`;
    return {
      ...base,
      row: lineRow(line, key, id, time),
      id,
      time,
      type: "session",
      header: headerOf(value, time),
    };
  }
  const id = typeof value.id === "string" ? value.id : `line ${key}`;
  const row = lineRow(line, key, id, time);
  return {
    ...base,
    row,
    id,
    time,
    parent: typeof value.parentId === "string" && value.parentId !== "" ? value.parentId : null,
    type: typeof value.type === "string" ? value.type : "stray",
    ...contentOf(value, row, full),
  };
}

function headerOf(value: JsonObject, time: number | null): PiHeader {
  return {
    id: typeof value.id === "string" ? value.id : null,
    version: typeof value.version === "number" ? value.version : 1,
    cwd: typeof value.cwd === "string" ? value.cwd : null,
    time,
  };
}

function contentOf(
  value: JsonObject,
  row: Row,
  full: boolean,
): Pick<PiEntry, "message" | "edit" | "kept" | "note"> {
  switch (value.type) {
    case "message":
      return isObject(value.message) ? messageOf(value.message, row, full) : { message: ABSENT };
    case "custom_message":
      return { message: note(userBlocks(value.content ?? [], row, full)) };
    case "branch_summary":
      return value.summary
        ? { message: note(userBlocks(summaryText(BRANCH, value.summary), row, full)) }
        : {};
    case "compaction":
      return {
        message: note(userBlocks(summaryText(COMPACTED, value.summary), row, full)),
        kept: typeof value.firstKeptEntryId === "string" ? value.firstKeptEntryId : null,
      };
    case "context_edit":
      return { edit: editOf(value, row, full) };
    case "session_info":
      return typeof value.name === "string" ? { note: { name: value.name.trim() } } : {};
    case "model_change":
      return { note: { model: { provider: wordOf(value.provider ?? ""), id: wordOf(value.modelId ?? "") } } };
    default:
      return {};
  }
}

/** pi's own words before a summary. */
const COMPACTED = "The conversation history before this point was compacted into the following summary:";
const BRANCH = "The following is a summary of a branch that this conversation came back from:";

function summaryText(before: string, summary: Json | undefined): string {
  return `${before}\n\n<summary>\n${typeof summary === "string" ? summary : ""}\n</summary>`;
}

function note(blocks: readonly Block[]): PiMessage {
  return { role: "user", content: "array", blocks, isNote: true };
}

/** Stands for a message that a row lacks. */
const ABSENT: PiMessage = { role: "user", content: "missing", blocks: [], refused: "$.message" };

/** The place at which pi fails when it reads the message, where it has content. */
function refusedIn({ role, content, usage }: JsonObject): string | undefined {
  if (content === undefined || content === null) return undefined;
  const isRead = Array.isArray(content)
    ? content.every(isObject)
    : role === "user" && typeof content === "string";
  if (!isRead) return "$.message.content";
  return role === "assistant" && !isObject(usage) ? "$.message.usage" : undefined;
}

function messageOf(message: JsonObject, row: Row, full: boolean): Pick<PiEntry, "message" | "note"> {
  const content = inputKind(message.content);
  const refused = refusedIn(message);
  switch (message.role) {
    case "user":
      return {
        message: { role: "user", content, refused, blocks: userBlocks(message.content ?? [], row, full) },
      };
    case "custom":
    case "hookMessage":
      return { message: note(userBlocks(message.content ?? [], row, full)) };
    case "bashExecution":
      return message.excludeFromContext === true
        ? {}
        : { message: note(userBlocks(commandText(message), row, full)) };
    case "assistant":
      return { message: { role: "assistant", content, refused, ...assistantOf(message, row, full) } };
    case "toolResult":
      return { message: { role: "tool", content, refused, blocks: [resultBlock(message, row, full)] } };
    case "system":
      return { note: { cwd: folderIn(message) } };
    default:
      return {};
  }
}

function commandText({ command, output }: JsonObject): string {
  return `Ran \`${wordOf(command)}\`\n${typeof output === "string" ? output : ""}`;
}

function assistantOf(message: JsonObject, row: Row, full: boolean) {
  const { provider, model, api, stopReason, errorMessage } = message;
  const text = (value: Json | undefined) => (typeof value === "string" ? value : "");
  return {
    blocks: assistantBlocks(message.content ?? [], text(model), row, full),
    model: { provider: text(provider), id: text(model), api: text(api) },
    ...(typeof stopReason === "string" && { stopReason }),
    ...(typeof errorMessage === "string" && { error: errorMessage }),
  };
}

/** The working folder that a first system message tells. */
function folderIn({ sections }: JsonObject): string | undefined {
  const told = isObject(sections) ? sections.cwd : undefined;
  return typeof told === "string" ? /<cwd>\s*(.*?)\s*<\/cwd>/s.exec(told)?.[1] : undefined;
}

function editOf(value: JsonObject, row: Row, full: boolean): PiEdit {
  const target = typeof value.targetId === "string" ? value.targetId : "";
  const { replacement } = value;
  if (replacement === null) return { target, how: "drop", blocks: [] };
  if (!isObject(replacement) || inputKind(replacement.content) === "missing")
    return { target, how: "broken", blocks: [] };
  const { content } = replacement;
  const list = typeof content === "string" ? [{ type: "text", text: content }] : content;
  const isSaid = Array.isArray(list) && list.some((piece) => isObject(piece) && piece.type === "toolCall");
  return {
    target,
    how: "replace",
    blocks: isSaid ? assistantBlocks(list ?? [], "", row, full) : userBlocks(list ?? [], row, full),
  };
}
