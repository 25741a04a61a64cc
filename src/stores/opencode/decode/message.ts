import type {
  Block,
  CallBlock,
  CallState,
  Defect,
  Json,
  JsonObject,
  MediaBlock,
  Message,
  Row,
  StoredError,
  TextBlock,
  Unreadable,
} from "../../../model/conversation.js";
import { isTextFile, mediaOfUrl, textOfUrl } from "../../../model/media.js";
import { asNumber, asString, blankness, hasLoneSurrogate, inputKind, isObject } from "../../../model/text.js";
import { refusalsOfMessage, refusalsOfPart } from "./strict.js";

export interface OpencodeMessage extends Message {
  /** Parts of this message that name another session. */
  readonly strays?: readonly Row[];
}

/** A stored row with its JSON content, or the reason why it has none. */
export interface Loaded {
  readonly row: Row;
  readonly data: Record<string, Json> | null;
  readonly unreadable?: Unreadable;
  /** True if the strict reader takes the document: it need not be asked. */
  readonly isTaken?: boolean;
}

/** Builds the model of one opencode message from its row and its part rows (in read order). */
export function decodeMessage(message: Loaded, parts: readonly Loaded[], position: number): OpencodeMessage {
  const data = message.data ?? {};
  const time = isObject(data.time) ? data.time : {};
  const model = isObject(data.model) ? data.model : data;
  const unreadableRows: { row: Row; reason: Unreadable }[] = [];
  const defects: Defect[] = [];
  const blocks: Block[] = [];
  if (message.unreadable) unreadableRows.push({ row: message.row, reason: message.unreadable });
  else addMessageDefects(message.row, data, defects);
  for (const part of parts) {
    if (part.unreadable) unreadableRows.push({ row: part.row, reason: part.unreadable });
    else if (!part.isTaken) addPartDefects(part.row, part.data, defects);
    if (part.data) blocks.push(decodePart(part.row, part.data, asString(model.modelID)));
  }
  const strays = parts.filter(({ row }) => row.strayOwner !== undefined).map(({ row }) => row);
  return {
    role: data.role === "user" || data.role === "assistant" ? data.role : guessRole(parts),
    row: message.row,
    position,
    created: asNumber(time.created) ?? null,
    completed: asNumber(time.completed) ?? null,
    parent: asString(data.parentID),
    finish: asString(data.finish),
    error: storedError(data.error),
    // Prompts have a summary of another kind.
    summary: data.role === "assistant" && Boolean(data.summary),
    model: { provider: asString(model.providerID) ?? "", id: asString(model.modelID) ?? "" },
    unreadable: message.unreadable,
    unreadableRows: unreadableRows.length > 0 ? unreadableRows : undefined,
    defects: defects.length > 0 ? defects : undefined,
    ...(strays.length > 0 && { strays }),
    blocks,
  };
}

function guessRole(parts: readonly Loaded[]): "user" | "assistant" {
  const answers = ["step-start", "step-finish", "reasoning", "tool"];
  return parts.some((part) => answers.includes(String(part.data?.type))) ? "assistant" : "user";
}

function addMessageDefects(row: Row, data: Record<string, Json>, defects: Defect[]): void {
  if (!row.id.startsWith("msg"))
    defects.push({ row, path: "id", expected: 'an id that begins with "msg"', rule: "invalid-message" });
  for (const at of refusalsOfMessage(data)) defects.push({ row, ...at, rule: "invalid-message" });
  if (data.role === "user" && data.format !== undefined)
    defects.push({ row, path: "$.format", expected: "absent", rule: "stored-format" });
}

const RULE_AT: Record<string, string> = {
  "$.type": "unknown-block",
  "$.state.input": "invalid-tool-input",
};

function addPartDefects(row: Row, data: Record<string, Json> | null, defects: Defect[]): void {
  if (!row.id.startsWith("prt"))
    defects.push({ row, path: "id", expected: 'an id that begins with "prt"', rule: "invalid-part" });
  for (const at of refusalsOfPart(data))
    defects.push({ row, ...at, rule: RULE_AT[at.path] ?? "invalid-part" });
}

function storedError(error: Json | undefined): StoredError | undefined {
  if (!error) return undefined;
  if (!isObject(error)) return { name: "", message: "" };
  const data = isObject(error.data) ? error.data : {};
  return {
    name: asString(error.name) ?? "",
    message: asString(data.message) ?? "",
    status: asNumber(data.statusCode),
  };
}

/** `model`: of its message. */
function decodePart(row: Row, data: Record<string, Json>, model: string | undefined): Block {
  const metadata = isObject(data.metadata) ? data.metadata : NO_METADATA;
  switch (data.type) {
    case "text":
      return decodeText(row, data, metadata);
    case "reasoning": {
      const text = asString(data.text) ?? "";
      return {
        kind: "thinking",
        row,
        foreignKeys: tracesOf(metadata),
        text,
        length: text.length,
        blank: blankness(text),
        loneSurrogate: !text.isWellFormed(),
        signature: isRedacted(data) ? "redacted" : isSigned(data) ? "signed" : "none",
        itemId: itemIdOf(data),
        sealed: isSealed(data),
        model,
      };
    }
    case "tool":
      return decodeTool(row, data, metadata);
    case "file":
      return decodeFile(row, data);
    case "step-start":
    case "step-finish":
      return { kind: data.type, row, type: data.type, reason: asString(data.reason) };
    case "compaction":
      return { kind: "compaction", row, tail: asString(data.tail_start_id), auto: data.auto === true };
    case "subtask":
      return { kind: "subtask", row, type: "subtask" };
    case "snapshot":
    case "patch":
    case "agent":
    case "retry":
      return { kind: "ignored", row, type: data.type };
    default:
      return { kind: "unknown", row, type: asString(data.type) ?? typeof data.type };
  }
}

function decodeText(row: Row, data: JsonObject, metadata: JsonObject): TextBlock {
  const text = asString(data.text) ?? "";
  return {
    kind: "text",
    row,
    foreignKeys: tracesOf(metadata),
    text,
    length: text.length,
    blank: blankness(text),
    loneSurrogate: !text.isWellFormed(),
    itemId: itemIdOf(data),
    synthetic: data.synthetic === true,
    ignored: data.ignored === true,
  };
}

/** Keys of a part's metadata that hold no record, or one that the AI SDK refuses; `providerExecuted` is the host's own. */
export function foreignKeysOf(metadata: JsonObject): readonly string[] {
  return Object.keys(metadata).filter((key) => {
    const value = metadata[key];
    if (!isObject(value)) return key !== "providerExecuted";
    return key === "anthropic" && [value.signature, value.redactedData].some(isNoText);
  });
}

function isNoText(value: Json | undefined): boolean {
  return value !== undefined && typeof value !== "string";
}

/** Undefined where there are none. */
function tracesOf(metadata: JsonObject): readonly string[] | undefined {
  if (metadata === NO_METADATA) return undefined;
  const foreignKeys = foreignKeysOf(metadata);
  return foreignKeys.length > 0 ? foreignKeys : undefined;
}

const NO_METADATA: JsonObject = {};

/** The item as which OpenAI Responses knows a part. */
export function itemIdOf({ metadata }: JsonObject): string | undefined {
  return isObject(metadata) && isObject(metadata.openai) ? asString(metadata.openai.itemId) : undefined;
}

function anthropicOf({ metadata }: JsonObject): JsonObject {
  return isObject(metadata) && isObject(metadata.anthropic) ? metadata.anthropic : {};
}

function isRedacted(part: JsonObject): boolean {
  return anthropicOf(part).redactedData !== undefined;
}

export function isSigned(part: JsonObject): boolean {
  return Boolean(anthropicOf(part).signature);
}

/** Thinking that holds what only OpenAI can read. */
export function isSealed({ metadata }: JsonObject): boolean {
  return (
    isObject(metadata) && isObject(metadata.openai) && Boolean(metadata.openai.reasoningEncryptedContent)
  );
}

function decodeFile(row: Row, data: Record<string, Json>): MediaBlock {
  const mime = asString(data.mime) ?? "";
  const text = isTextFile(mime) ? textOfUrl(data.url) : undefined;
  return {
    ...mediaOfUrl(row, mime, data.url),
    name: asString(data.filename),
    text,
    ...(isTold(mime) && { isTold: true }),
  };
}

/** opencode turns text files and folders into texts when they are attached. */
export function isTold(mime: string): boolean {
  return mime === "text/plain" || mime === "application/x-directory";
}

function decodeTool(row: Row, data: Record<string, Json>, partMetadata: Record<string, Json>): Block {
  const state = isObject(data.state) ? data.state : {};
  const metadata = isObject(state.metadata) ? state.metadata : {};
  const status = asString(state.status);
  const known: CallState[] = ["pending", "running", "completed", "error"];
  const output = status === "error" && metadata.interrupted === true ? metadata.output : state.output;
  const media = attachmentsOf(row, state);
  return {
    kind: "call",
    row,
    foreignKeys: tracesOf(partMetadata),
    id: asString(data.callID) ?? "",
    // The host makes a text of whatever stands here.
    name: String(data.tool),
    input: inputKind(state.input),
    inputEmpty: !isObject(state.input) || Object.keys(state.input).length === 0,
    loneSurrogate: hasLoneSurrogate(state.input),
    arguments: state.input,
    exempt: partMetadata.providerExecuted === true,
    state: known.find((name) => name === status) ?? "unknown",
    interrupted: metadata.interrupted === true,
    error: asString(state.error),
    output: isCleared(state) ? "text" : outputKind(output, status),
    itemId: itemIdOf(data),
    media: media.length > 0 ? media : undefined,
    brokenFiles: hasBrokenFiles(state) || undefined,
  };
}

function outputKind(output: Json | undefined, status: string | undefined): CallBlock["output"] {
  if (typeof output === "string") return output === "" ? "empty" : "text";
  if (status !== "completed" || output === null || output === undefined) return "missing";
  return typeof output === "object" ? "object" : "text";
}

/** A result that the host has cleared is sent as a note, without its output and attachments. */
function isCleared({ time }: Record<string, Json>): boolean {
  return isObject(time) && Boolean(time.compacted);
}

/** Attachments of a completed tool, as they are sent. */
export function attachmentsOf(row: Row, state: Record<string, Json>): MediaBlock[] {
  if (!Array.isArray(state.attachments) || state.status !== "completed" || isCleared(state)) return [];
  return state.attachments.flatMap((file, at) =>
    isObject(file) ? mediaOfUrl(row, asString(file.mime) ?? "", file.url, at) : [],
  );
}

/** Attachments in which the host looks for what is not there. */
function hasBrokenFiles(state: Record<string, Json>): boolean {
  const { attachments } = state;
  if (attachments === undefined || attachments === null || isCleared(state)) return false;
  const isWhole = (file: Json) =>
    isObject(file) && typeof file.mime === "string" && typeof file.url === "string";
  return !Array.isArray(attachments) || !attachments.every(isWhole);
}
