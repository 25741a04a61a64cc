import { refusalsOfPart } from "../hosts/opencode/strict.js";
import type { Conversation, Json, JsonObject, Message, Row } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { asNumber, asString, isObject } from "../model/text.js";
import type { RepairTarget } from "../rules/rule.js";
import { promptBefore } from "../rules/walk.js";
import type { Editor } from "./editor.js";
import { rebuildRow } from "./rebuild.js";

const OUTPUT_LOST = "Tool output was lost";

/** Fills in what opencode's reader requires of a message, from its neighbours; drops what it refuses and does not need. */
export function completeMessage(
  { conversation, message, row, evidence }: RepairTarget,
  editor: Editor,
): void {
  if (conversation.store === "instatic") {
    rebuildRow(conversation, message, row, editor);
    return;
  }
  const stored = JSON.parse(editor.content(row) ?? "null") as Json;
  if (!isObject(stored)) {
    rebuildRow(conversation, message, row, editor);
    return;
  }
  const data = stored;
  const keys = new Set(
    (evidence.refused as { path: string }[]).map(({ path }) => /^\$\.?"?(\w*)/.exec(path)?.[1] ?? ""),
  );
  const values =
    data.role === "assistant" || message?.role === "assistant"
      ? assistantValues(conversation, message!, data, editor)
      : userValues(conversation, message!, data, editor);
  for (const key of keys) {
    const value = values[key];
    // Nothing tells it, or it is no key of the JSON: reported, not guessed.
    if (key === "" || value === null) continue;
    if (value === undefined) editor.unset(row, `$.${key}`);
    else editor.set(row, `$.${key}`, value);
  }
}

type Values = Record<string, Json | undefined>;

function assistantValues(
  conversation: Conversation,
  message: Message,
  data: JsonObject,
  editor: Editor,
): Values {
  const replies = neighbours(conversation, message, "assistant").map((other) => contentOf(other.row, editor));
  const session = contentOf(conversation.row, editor, "model");
  const agent =
    asString(data.agent) ??
    asString(data.mode) ??
    first(replies, "agent") ??
    asString(editor.cell(conversation.row, "agent")) ??
    "build";
  const prompt = promptBefore(conversation, message);
  const directory = conversation.directory ?? "/";
  const finishes = message.blocks
    .filter((block) => block.kind === "step-finish")
    .map((block) => contentOf(block.row, editor));
  return {
    role: "assistant",
    time: timeOf(message, data),
    agent,
    mode: asString(data.mode) ?? agent,
    parentID: prompt?.row.id ?? null,
    modelID: asString(data.modelID) ?? first(replies, "modelID") ?? asString(session.id) ?? null,
    providerID:
      asString(data.providerID) ?? first(replies, "providerID") ?? asString(session.providerID) ?? null,
    path: pathOf(
      data.path,
      directory,
      asString(editor.ask("select worktree from project where id = ?", conversation.project?.id ?? "")) ??
        directory,
    ),
    cost: asNumber(data.cost) ?? finishes.reduce((sum, finish) => sum + (asNumber(finish.cost) ?? 0), 0),
    tokens: tokensOf(
      isObject(data.tokens) ? data.tokens : finishes.findLast((finish) => isObject(finish.tokens))?.tokens,
    ),
    error: errorOf(data.error),
  };
}

function userValues(conversation: Conversation, message: Message, data: JsonObject, editor: Editor): Values {
  const answer = conversation.messages.find((other) => other.parent === message.row.id);
  const replies = [...(answer ? [answer] : []), ...neighbours(conversation, message, "assistant")].map(
    (other) => contentOf(other.row, editor),
  );
  const session = contentOf(conversation.row, editor, "model");
  const model = isObject(data.model) ? data.model : {};
  const providerID =
    asString(model.providerID) ?? first(replies, "providerID") ?? asString(session.providerID);
  const modelID = asString(model.modelID) ?? first(replies, "modelID") ?? asString(session.id);
  return {
    role: "user",
    time: timeOf(message, data),
    agent:
      asString(data.agent) ??
      first(replies, "agent") ??
      asString(editor.cell(conversation.row, "agent")) ??
      "build",
    model:
      providerID === undefined || modelID === undefined
        ? null
        : { providerID, modelID, ...(asString(model.variant) && { variant: String(model.variant) }) },
  };
}

function neighbours(conversation: Conversation, message: Message, role: string): Message[] {
  const { messages } = conversation;
  const at = message.position;
  const found: Message[] = [];
  for (let step = 1; step < messages.length && found.length < 4; step++)
    for (const other of [messages[at + step], messages[at - step]])
      if (other?.role === role && !other.unreadable) found.push(other);
  return found;
}

function contentOf(row: Row, editor: Editor, column?: string): JsonObject {
  const parsed = parseJson(column ? editor.cell(row, column) : editor.content(row));
  return isObject(parsed) ? parsed : {};
}

function first(rows: readonly JsonObject[], key: string): string | undefined {
  return rows.map((row) => asString(row[key])).find((value) => value !== undefined);
}

function timeOf(message: Message, data: JsonObject): Json {
  const time = isObject(data.time) ? data.time : {};
  const created = wholeTime(time.created) ?? message.row.created ?? 0;
  const completed = wholeTime(time.completed);
  return { created, ...(completed !== undefined && { completed }) };
}

/** A time that a number or a text tells, as whole ms. */
function wholeTime(value: Json | undefined): number | undefined {
  const time = typeof value === "string" ? (/^\d+$/.test(value) ? Number(value) : Date.parse(value)) : value;
  return typeof time === "number" && Number.isFinite(time) && time >= 0 ? Math.round(time) : undefined;
}

function pathOf(value: Json | undefined, cwd: string, root: string): Json {
  const path = isObject(value) ? value : {};
  return { cwd: asString(path.cwd) ?? cwd, root: asString(path.root) ?? root };
}

function tokensOf(value: Json | undefined): Json {
  const tokens = isObject(value) ? value : {};
  const cache = isObject(tokens.cache) ? tokens.cache : {};
  const total = asNumber(tokens.total);
  return {
    ...(total !== undefined && { total }),
    input: asNumber(tokens.input) ?? 0,
    output: asNumber(tokens.output) ?? 0,
    reasoning: asNumber(tokens.reasoning) ?? 0,
    cache: { read: asNumber(cache.read) ?? 0, write: asNumber(cache.write) ?? 0 },
  };
}

function errorOf(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return undefined;
  const data = isObject(value.data) ? value.data : {};
  return {
    name: "UnknownError",
    data: {
      message: asString(data.message) ?? asString(value.message) ?? asString(value.name) ?? "unknown error",
    },
  };
}

/** Fills in what opencode's reader requires of a part; what it cannot become is taken out. */
export function completePart({ message, row, conversation }: RepairTarget, editor: Editor): void {
  if (!row.id.startsWith("prt"))
    editor.column(row, "id", editor.freeId("part", `prt_${row.id.replace(/^[a-z]*_/, "")}`));
  const data = contentOf(row, editor);
  const fixes = partFixes(message!, row, data);
  if (fixes === null) {
    editor.remove(row);
    return;
  }
  write(row, "$", fixes, editor);
  if (fixes.state !== undefined) write(row, "$.state", stateFixes(conversation, message!, row, data), editor);
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

/** The state is there, and mended key by key. */
const KEPT = "kept";

/** Values by key (undefined: drop the key); null where the part can only go. Only refused keys are in it. */
function partFixes(message: Message, row: Row, data: JsonObject): Values | null {
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
      fix("text", "");
      fix("time", undefined);
      fix("synthetic", undefined);
      fix("ignored", undefined);
      return fixes;
    case "reasoning":
      fix("text", "");
      fix("time", spanOf(data.time, start, row.updated));
      return fixes;
    case "step-finish":
      fix("reason", stepHasCall(message, row) ? "tool-calls" : "stop");
      fix("cost", 0);
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
      return refused.has("url") ? null : fixes;
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

function spanOf(value: Json | undefined, start: number, end: number | null): Json {
  const time = isObject(value) ? value : {};
  const from = wholeTime(time.start) ?? start;
  const to = wholeTime(time.end);
  return { start: from, ...(to !== undefined ? { end: to } : end !== null && { end: Math.max(from, end) }) };
}

/** The refused keys of a tool's state, with what takes their place; its input is another rule's. */
function stateFixes(conversation: Conversation, message: Message, row: Row, data: JsonObject): Values {
  const state: JsonObject = isObject(data.state) ? data.state : {};
  const span = spanOf(state.time, row.created ?? 0, row.updated ?? row.created ?? 0) as JsonObject;
  const time = { start: span.start!, end: span.end ?? span.start! };
  const metadata = isObject(state.metadata) ? state.metadata : {};
  const fixes: Values = state.input === undefined ? { input: {} } : {};
  const fix = (key: string, isRight: boolean, value: Json | undefined) => {
    if (!isRight) fixes[key] = value;
  };
  const optional = (key: string, isRight: (value: Json) => boolean) =>
    fix(key, state[key] === undefined || isRight(state[key]!), undefined);
  switch (likelyStatus(state)) {
    case "pending":
      fix("raw", typeof state.raw === "string", "");
      return fixes;
    case "running":
      fix("time", false, { start: time.start });
      optional("title", (value) => typeof value === "string");
      optional("metadata", isObject);
      return fixes;
    case "error":
      fix("status", state.status === "error", "error");
      fix("error", typeof state.error === "string", "Tool execution failed (details lost)");
      fix("time", isSpan(state.time), time);
      optional("metadata", isObject);
      return fixes;
    case "completed":
      fix("status", state.status === "completed", "completed");
      fix("title", typeof state.title === "string", asString(data.tool) ?? "");
      fix("metadata", isObject(state.metadata), {});
      fix(
        "time",
        isSpan(state.time) &&
          (!isObject(state.time) ||
            state.time.compacted === undefined ||
            wholeTime(state.time.compacted) === state.time.compacted),
        time,
      );
      fix(
        "attachments",
        state.attachments === undefined,
        attachmentsOf(conversation, message, row, state.attachments),
      );
      return fixes;
    default:
      return {
        ...fixes,
        status: "error",
        error: OUTPUT_LOST,
        time,
        metadata: { ...metadata, interrupted: true },
        output: undefined,
        title: undefined,
        attachments: undefined,
      };
  }
}

/** What the state's own keys show; null where its outcome is lost. */
function likelyStatus(state: JsonObject): "pending" | "running" | "completed" | "error" | null {
  if (state.status === "pending" || state.status === "running" || state.status === "error")
    return state.status;
  if (typeof state.output === "string") return "completed";
  return typeof state.error === "string" && state.status !== "completed" ? "error" : null;
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
  conversation: Conversation,
  message: Message,
  row: Row,
  value: Json | undefined,
): Json[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((one, index) => {
    if (!isObject(one) || typeof one.url !== "string") return [];
    const id = asString(one.id)?.startsWith("prt") ? one.id! : `${row.id}${index}`;
    const mime = asString(one.mime) ?? /^data:([^;,]+)/.exec(one.url)?.[1] ?? "application/octet-stream";
    return [{ ...one, id, sessionID: conversation.id, messageID: message.row.id, type: "file", mime }];
  });
}
