import type { Line } from "../../files/lines.js";
import type { Block, InputKind, Json, JsonObject, Row } from "../../model/conversation.js";
import { asString, inputKind, isObject, wordOf } from "../../model/text.js";
import { brokenId, lineRow } from "../line-bench.js";
import { parseTime } from "../reader.js";
import type { LineEntry } from "../store.js";
import { blocksIn } from "./blocks.js";

/** The message of a row in the chat. */
export interface ClaudeMessage {
  readonly role: "user" | "assistant";
  /** Kind of the content; `missing` also where there is no message at all. */
  readonly content: InputKind;
  readonly blocks: readonly Block[];
  /** The id of the answer: each piece of an answer is a row of its own. */
  readonly answer?: string;
  readonly model: string;
  readonly stopReason?: string;
  /** An error of the service, shown and never sent. */
  readonly isError: boolean;
  /** Said by a command or by the program itself. */
  readonly isNote: boolean;
  /** The row whose call the result answers. */
  readonly caller?: string;
}

/** Rows that a compaction kept, behind the row `anchor`. */
export interface Preserved {
  readonly anchor: string;
  readonly ids: readonly string[];
}

/** One line of a transcript. */
export interface ClaudeEntry extends LineEntry {
  /** Place in the file: keys of rows that a repair adds are out of order. */
  readonly at: number;
  readonly row: Row;
  readonly id: string;
  readonly parent: string | null;
  /** The `type` of the row; `broken` for a line that cannot be read. */
  readonly type: string;
  readonly time: number | null;
  /** True for a row of the tree. */
  readonly isLink: boolean;
  readonly isSidechain: boolean;
  readonly isBoundary: boolean;
  readonly message?: ClaudeMessage;
  readonly preserved?: Preserved;
  /** The text of a prompt that was queued. */
  readonly queued?: string;
  /** Of `last-prompt`: the row from which the next prompt goes on. */
  readonly leaf?: string;
  readonly facts: { readonly cwd?: string; readonly version?: string; readonly title?: string };
  /** A record of an API request. */
  readonly record?: JsonObject;
  readonly line: Pick<Line, "mark" | "half" | "rescued" | "problem">;
}

/** Rows of the tree. Earlier versions wrote the progress of tools into it. */
const LINKS = /^(user|assistant|attachment|system|progress)$/;
const OTHERS =
  /^(queue-operation|last-prompt|mode|atis-latch|tools-used|cost-state|summary|file-history-snapshot|progress|custom-title|ai-title|tag|agent-name|permission-mode|api-request(-shape|-blob)?)$/;

/** True for a row of a transcript: of its tree, or beside it. */
export function isClaudeRow(value: Json): boolean {
  if (!isObject(value) || typeof value.type !== "string") return false;
  if (LINKS.test(value.type) && "parentUuid" in value && typeof value.uuid === "string") return true;
  return OTHERS.test(value.type) && ("sessionId" in value || "leafUuid" in value || "messageId" in value);
}

export function decodeEntry(line: Line, key: number, full: boolean): ClaudeEntry {
  const { number, size, problem, mark, half, rescued } = line;
  const value = isObject(line.value) ? line.value : undefined;
  const time = parseTime(value?.timestamp);
  const uuid = asString(value?.uuid);
  const type = value ? wordOf(value.type) : problem === "blank" ? "blank" : "broken";
  const isLink = value !== undefined && uuid !== undefined && LINKS.test(type);
  const id = isLink && uuid ? uuid : value ? `${type} ${key}` : brokenId(line.text);
  const row = lineRow(line, key, id, time);
  return {
    key,
    at: number,
    place: { number, size, ...(problem && { problem }) },
    line: { mark, half, rescued, problem },
    row,
    id,
    type,
    time,
    parent: asString(value?.parentUuid) || null,
    isLink,
    isSidechain: value?.isSidechain === true,
    isBoundary: value?.subtype === "compact_boundary",
    facts: { cwd: asString(value?.cwd), version: asString(value?.version), title: titleIn(value) },
    ...(value && contentOf(value, type, row, full)),
  };
}

function titleIn(value: JsonObject | undefined): string | undefined {
  return value && /^(summary|custom-title|ai-title)$/.test(wordOf(value.type))
    ? (asString(value.summary) ?? asString(value.customTitle) ?? asString(value.aiTitle))
    : undefined;
}

function contentOf(value: JsonObject, type: string, row: Row, full: boolean): Partial<ClaudeEntry> {
  switch (type) {
    case "user":
    case "assistant":
      return { message: messageOf(value, type, row, full) };
    case "system":
      return preservedIn(value);
    case "queue-operation":
      return value.operation === "enqueue" && typeof value.content === "string"
        ? { queued: value.content }
        : {};
    case "last-prompt":
      return typeof value.leafUuid === "string" ? { leaf: value.leafUuid } : {};
    case "api-request":
    case "api-request-blob":
      return { record: value };
    default:
      return {};
  }
}

function messageOf(value: JsonObject, role: "user" | "assistant", row: Row, full: boolean): ClaudeMessage {
  const message = isObject(value.message) ? value.message : {};
  const model = asString(message.model) ?? "";
  const answer = asString(message.id);
  const stopReason = asString(message.stop_reason);
  const caller = asString(value.sourceToolAssistantUUID);
  const blocks = blocksIn(message.content, model, row, full);
  return {
    role,
    content: inputKind(message.content),
    blocks,
    model,
    isError: value.isApiErrorMessage === true,
    isNote: value.isMeta === true || isOfCommand(message.content),
    ...(answer !== undefined && { answer }),
    ...(stopReason !== undefined && { stopReason }),
    ...(caller !== undefined && { caller }),
  };
}

/** Claude Code puts the input and the output of a command in tags. */
function isOfCommand(content: Json | undefined): boolean {
  return typeof content === "string" && /^<(local-command|command|bash)-/.test(content);
}

function preservedIn({ compactMetadata }: JsonObject): Pick<ClaudeEntry, "preserved"> {
  const kept = isObject(compactMetadata) ? compactMetadata.preservedMessages : undefined;
  if (!isObject(kept) || typeof kept.anchorUuid !== "string" || !Array.isArray(kept.uuids)) return {};
  const ids = kept.uuids.filter((id) => typeof id === "string");
  return { preserved: { anchor: kept.anchorUuid, ids } };
}
