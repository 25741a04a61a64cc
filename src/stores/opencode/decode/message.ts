import type {
  Block,
  CallBlock,
  CallState,
  Defect,
  Json,
  Message,
  Row,
  StoredError,
  TextBlock,
  Unreadable,
} from "../../../model/conversation.js";
import {
  asNumber,
  asString,
  blankness,
  hasLoneSurrogate,
  inputKind,
  isObject,
  wordOf,
} from "../../../model/text.js";
import { attachmentsOf, fileOf, hasBrokenFiles, isCleared } from "./file.js";
import { isSealed, itemIdOf, ranAtProvider, signatureOf, tracesOf } from "./metadata.js";
import { refusedByOlder } from "./older.js";
import { refusalsOfMessage, refusalsOfPart } from "./strict.js";

export interface OpencodeMessage extends Message {
  /** Parts of this message that name another session. */
  readonly strays?: readonly Row[];
}

/** A stored row with its JSON content, or the reason why it has none. */
export interface Loaded {
  readonly row: Row;
  /** Its output was not looked through for half characters. */
  readonly isUnread?: boolean;
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
    if (part.data) {
      const block = decodePart(part.row, part.data, asString(model.modelID));
      blocks.push(block.kind === "call" && part.isUnread ? { ...block, brokenOutput: false } : block);
    }
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
    // Prompts have a summary of another kind.
    summary: data.role === "assistant" && Boolean(data.summary),
    model: { provider: asString(model.providerID) ?? "", id: asString(model.modelID) ?? "" },
    unreadable: message.unreadable,
    unreadableRows: unreadableRows.length > 0 ? unreadableRows : undefined,
    defects: defects.length > 0 ? defects : undefined,
    strays: straysOf(parts),
    blocks,
  };
}

function straysOf(parts: readonly Loaded[]): Row[] | undefined {
  const isStray = ({ row }: Loaded) => row.strayOwner !== undefined;
  return parts.some(isStray) ? parts.filter(isStray).map(({ row }) => row) : undefined;
}

function guessRole(parts: readonly Loaded[]): "user" | "assistant" {
  const answers = ["step-start", "step-finish", "reasoning", "tool"];
  return parts.some((part) => answers.includes(wordOf(part.data?.type))) ? "assistant" : "user";
}

function addMessageDefects(row: Row, data: Record<string, Json>, defects: Defect[]): void {
  if (!row.id.startsWith("msg"))
    defects.push({ row, path: "id", expected: 'an id that begins with "msg"', rule: "invalid-message" });
  for (const at of refusalsOfMessage(data))
    defects.push({ row, ...at, ...(isCounted(at.path, data) && { isGone: false }), rule: "invalid-message" });
  const of = refusedByOlder(data);
  if (of) defects.push({ row, ...of, rule: "invalid-message" });
  if (data.role === "user" && data.format !== undefined)
    defects.push({ row, path: "$.format", expected: "absent", rule: "stored-format" });
}

/** The sum of tokens, if it is stored: the host then does not read the single numbers. */
function isCounted(path: string, { tokens }: Record<string, Json>): boolean {
  return path.startsWith("$.tokens.") && isObject(tokens) && Boolean(tokens.total);
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
  switch (data.type) {
    case "text":
      return decodeText(row, data);
    case "reasoning": {
      const text = asString(data.text) ?? "";
      const { foreignKeys, noRecord } = tracesOf(data.metadata);
      return {
        kind: "thinking",
        row,
        foreignKeys,
        noRecord,
        text,
        length: text.length,
        blank: blankness(text),
        loneSurrogate: !text.isWellFormed(),
        signature: signatureOf(data),
        itemId: itemIdOf(data),
        sealed: isSealed(data),
        model,
      };
    }
    case "tool":
      return decodeTool(row, data);
    case "file":
      return fileOf(row, data);
    case "step-start":
    case "step-finish":
      return { kind: data.type, row, type: data.type, reason: asString(data.reason) };
    case "compaction":
      return { kind: "compaction", row, tail: asString(data.tail_start_id), auto: Boolean(data.auto) };
    case "subtask":
      return { kind: "subtask", row, type: "subtask", ...(!canBegin(data) && { broken: true }) };
    case "snapshot":
    case "patch":
    case "agent":
    case "retry":
      return { kind: "ignored", row, type: data.type };
    default:
      return { kind: "unknown", row, type: asString(data.type) ?? typeof data.type };
  }
}

function decodeText(row: Row, data: Record<string, Json>): TextBlock {
  const text = asString(data.text) ?? "";
  const { foreignKeys, noRecord } = tracesOf(data.metadata);
  return {
    kind: "text",
    row,
    foreignKeys,
    noRecord,
    text,
    length: text.length,
    blank: blankness(text),
    loneSurrogate: !text.isWellFormed(),
    itemId: itemIdOf(data),
    synthetic: data.synthetic === true,
    ignored: data.ignored === true,
  };
}

function decodeTool(row: Row, data: Record<string, Json>): Block {
  const state = isObject(data.state) ? data.state : {};
  const metadata = isObject(state.metadata) ? state.metadata : {};
  const status = asString(state.status);
  const known: CallState[] = ["pending", "running", "completed", "error"];
  const output = status === "error" && metadata.interrupted === true ? metadata.output : state.output;
  const media = attachmentsOf(row, state);
  const { foreignKeys, noRecord } = tracesOf(data.metadata, true);
  return {
    kind: "call",
    row,
    foreignKeys,
    noRecord,
    id: asString(data.callID) ?? "",
    // The host turns any value here into a text.
    name: wordOf(data.tool),
    input: inputKind(state.input),
    inputEmpty: !isObject(state.input) || Object.keys(state.input).length === 0,
    loneSurrogate: hasLoneSurrogate(state.input),
    arguments: state.input,
    exempt: ranAtProvider(data),
    state: known.find((name) => name === status) ?? "unknown",
    interrupted: metadata.interrupted === true,
    error: asString(state.error),
    output: isCleared(state) ? "text" : outputKind(output, status),
    itemId: itemIdOf(data),
    media: media.length > 0 ? media : undefined,
    brokenFiles: hasBrokenFiles(state),
    brokenOutput: isBroken(output) && !isCleared(state),
    brokenError: isBroken(state.error),
  };
}

/** Whether its agent and model are configured, the rows do not tell. */
function canBegin({ agent, model }: Record<string, Json>): boolean {
  const isModel = isObject(model) && [model.providerID, model.modelID].every(asString);
  return Boolean(asString(agent)) && (!model || isModel);
}

function isBroken(text: Json | undefined): boolean {
  return typeof text === "string" && !text.isWellFormed();
}

function outputKind(output: Json | undefined, status: string | undefined): CallBlock["output"] {
  if (typeof output === "string") return output === "" ? "empty" : "text";
  if (status !== "completed" || output === null || output === undefined) return "missing";
  return typeof output === "object" ? "object" : "scalar";
}
