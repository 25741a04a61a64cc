import type {
  Block,
  CallState,
  Defect,
  Json,
  MediaBlock,
  Message,
  Row,
  StoredError,
  Unreadable,
} from "../../model/conversation.js";
import {
  asNumber,
  asString,
  blankness,
  hasLoneSurrogate,
  inputKind,
  isObject,
  textBlock,
} from "../../model/text.js";
import { refusalsOfMessage, refusalsOfPart } from "./strict.js";

/** A stored row with its JSON content, or the reason why it has none. */
export interface Loaded {
  readonly row: Row;
  readonly data: Record<string, Json> | null;
  readonly unreadable?: Unreadable;
}

/** Builds the model of one opencode message from its row and its part rows (in read order). */
export function decodeMessage(message: Loaded, parts: readonly Loaded[], position: number): Message {
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
    else addPartDefects(part.row, part.data, defects);
    if (part.data) blocks.push(decodePart(part.row, part.data));
  }
  return {
    role: data.role === "user" || data.role === "assistant" ? data.role : guessRole(parts),
    row: message.row,
    position,
    created: asNumber(time.created) ?? null,
    completed: asNumber(time.completed) ?? null,
    parent: asString(data.parentID),
    finish: asString(data.finish),
    error: storedError(data.error),
    summary: data.summary === true,
    model: { provider: asString(model.providerID) ?? "", id: asString(model.modelID) ?? "" },
    unreadable: message.unreadable,
    unreadableRows: unreadableRows.length > 0 ? unreadableRows : undefined,
    defects: defects.length > 0 ? defects : undefined,
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

const RULE_AT: Record<string, string> = { "$.type": "unknown-block", "$.state.input": "invalid-tool-input" };

function addPartDefects(row: Row, data: Record<string, Json> | null, defects: Defect[]): void {
  if (!row.id.startsWith("prt"))
    defects.push({ row, path: "id", expected: 'an id that begins with "prt"', rule: "invalid-part" });
  for (const at of refusalsOfPart(data))
    defects.push({ row, ...at, rule: RULE_AT[at.path] ?? "invalid-part" });
}

function storedError(error: Json | undefined): StoredError | undefined {
  if (!isObject(error)) return undefined;
  const data = isObject(error.data) ? error.data : {};
  return {
    name: asString(error.name) ?? "",
    message: asString(data.message) ?? "",
    status: asNumber(data.statusCode),
  };
}

function decodePart(row: Row, data: Record<string, Json>): Block {
  const metadata = isObject(data.metadata) ? data.metadata : {};
  switch (data.type) {
    case "text":
      return {
        ...textBlock(row, asString(data.text) ?? ""),
        synthetic: data.synthetic === true,
        ignored: data.ignored === true,
      };
    case "reasoning": {
      const text = asString(data.text) ?? "";
      const anthropic = isObject(metadata.anthropic) ? metadata.anthropic : {};
      const openai = isObject(metadata.openai) ? metadata.openai : {};
      return {
        kind: "thinking",
        row,
        text,
        length: text.length,
        blank: blankness(text),
        loneSurrogate: !text.isWellFormed(),
        signature:
          anthropic.redactedData !== undefined ? "redacted" : anthropic.signature ? "signed" : "none",
        itemId: asString(openai.itemId),
      };
    }
    case "tool":
      return decodeTool(row, data, metadata);
    case "file":
      return media(row, data);
    case "step-start":
    case "step-finish":
      return { kind: data.type, row, type: data.type, reason: asString(data.reason) };
    case "compaction":
      return { kind: "compaction", row, tail: asString(data.tail_start_id) };
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

function decodeTool(row: Row, data: Record<string, Json>, partMetadata: Record<string, Json>): Block {
  const state = isObject(data.state) ? data.state : {};
  const metadata = isObject(state.metadata) ? state.metadata : {};
  const openai = isObject(partMetadata.openai) ? partMetadata.openai : {};
  const status = asString(state.status);
  const known: CallState[] = ["pending", "running", "completed", "error"];
  const output = status === "error" && metadata.interrupted === true ? metadata.output : state.output;
  return {
    kind: "call",
    row,
    id: asString(data.callID) ?? "",
    name: asString(data.tool) ?? "",
    input: inputKind(state.input),
    inputEmpty: !isObject(state.input) || Object.keys(state.input).length === 0,
    loneSurrogate: hasLoneSurrogate(state.input),
    arguments: state.input,
    exempt: partMetadata.providerExecuted === true,
    state: known.find((name) => name === status) ?? "unknown",
    interrupted: metadata.interrupted === true,
    error: asString(state.error),
    output: typeof output !== "string" ? "missing" : output === "" ? "empty" : "text",
    itemId: asString(openai.itemId),
  };
}

function media(row: Row, data: Record<string, Json>): MediaBlock {
  return {
    kind: "media",
    row,
    mime: asString(data.mime) ?? "",
    bytes: null,
    problem: mediaProblem(data.url, asString(data.mime) ?? ""),
  };
}

/** Kinds of file that no provider takes, or that opencode cannot hand over. */
const REFUSED_MIME = /^(application\/octet-stream|image\/(bmp|tiff|svg\+xml))$/i;

function mediaProblem(url: Json | undefined, mime: string): string | undefined {
  if (typeof url !== "string" || url === "") return "no-url";
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "http" || scheme === "https") return undefined;
  if (scheme !== "data") return "unreadable-scheme";
  const body = url.slice(url.indexOf(",") + 1);
  if (!url.includes(",") || body === "") return "empty-data";
  if (/;base64,/.test(url.slice(0, 200)) && !/^[A-Za-z0-9+/_\s-]*=*\s*$/.test(body.slice(0, 4096)))
    return "broken-base64";
  return REFUSED_MIME.test(mime) ? "refused-type" : undefined;
}
