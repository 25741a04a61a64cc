import { refusalsOfPart } from "../hosts/opencode/strict.js";
import type { Conversation, Json, JsonObject, Message, Row } from "../model/conversation.js";
import { asNumber, asString, isObject } from "../model/text.js";
import type { RepairTarget } from "../rules/rule.js";
import type { Editor } from "./editor.js";
import { rebuildRow } from "./rebuild.js";

export const OUTPUT_LOST = "Tool output was lost";

/** Fills in what opencode's reader requires of a message, from its neighbours; drops what it refuses and does not need. */
export function completeMessage(
  { conversation, message, row, evidence }: RepairTarget,
  editor: Editor,
): void {
  if (conversation.store === "instatic") {
    rebuildRow(conversation, message, row, editor);
    return;
  }
  const data = JSON.parse(editor.content(row) ?? "{}") as JsonObject;
  const keys = new Set(
    (evidence.refused as { path: string }[]).map(({ path }) => /^\$\.?"?(\w*)/.exec(path)?.[1] ?? ""),
  );
  const values =
    data.role === "assistant" || message?.role === "assistant"
      ? assistantValues(conversation, message!, data, editor)
      : userValues(conversation, message!, data, editor);
  for (const key of keys) {
    const value = values[key];
    if (value === null) continue; // Nothing tells it: reported, not guessed.
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
  const prompt = conversation.messages.slice(0, message.position).findLast((other) => other.role === "user");
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
  try {
    const parsed = JSON.parse(String(column ? editor.cell(row, column) : editor.content(row))) as Json;
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
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
  const data = contentOf(row, editor);
  const fixes = partFixes(conversation, message!, row, data);
  if (fixes === null) {
    editor.remove(row);
    return;
  }
  for (const [key, value] of Object.entries(fixes)) {
    if (value === undefined) editor.unset(row, `$.${key}`);
    else editor.set(row, `$.${key}`, value);
  }
  if (refusalsOfPart(contentOf(row, editor)).some(({ path }) => path !== "$.state.input")) editor.remove(row);
}

/** Values by key (undefined: drop the key); null where the part can only go. Only refused keys are in it. */
function partFixes(conversation: Conversation, message: Message, row: Row, data: JsonObject): Values | null {
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
      if (refused.has("state")) fixes.state = stateOf(conversation, message, row, data);
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

function stateOf(conversation: Conversation, message: Message, row: Row, data: JsonObject): Json {
  const state: JsonObject = isObject(data.state) ? { ...data.state } : {};
  const input = state.input === undefined ? {} : state.input;
  const span = spanOf(state.time, row.created ?? 0, row.updated ?? row.created ?? 0) as JsonObject;
  const time = { start: span.start!, end: span.end ?? span.start! };
  const metadata = isObject(state.metadata) ? state.metadata : {};
  const lost = {
    status: "error",
    input,
    error: OUTPUT_LOST,
    time,
    metadata: { ...metadata, interrupted: true },
  };
  switch (state.status) {
    case "pending":
      return { ...state, input, raw: asString(state.raw) ?? "" };
    case "running":
      return {
        status: "running",
        input,
        time: { start: time.start },
        ...(asString(state.title) !== undefined && { title: state.title! }),
        metadata,
      };
    case "error":
      return {
        ...state,
        input,
        error: asString(state.error) ?? "Tool execution failed (details lost)",
        time,
        metadata,
      };
    case "completed": {
      if (typeof state.output !== "string") return lost;
      const compacted = isObject(state.time) ? wholeTime(state.time.compacted) : undefined;
      const attachments = attachmentsOf(conversation, message, row, state.attachments);
      const { attachments: _, ...rest } = state;
      return {
        ...rest,
        input,
        title: asString(state.title) ?? asString(data.tool) ?? "",
        metadata,
        time: { ...time, ...(compacted !== undefined && { compacted }) },
        ...(attachments.length > 0 && { attachments }),
      };
    }
    default:
      return lost;
  }
}

/** Attachments that have data, with the ids that the reader requires. */
function attachmentsOf(
  conversation: Conversation,
  message: Message,
  row: Row,
  value: Json | undefined,
): Json[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, index) => {
    if (!isObject(one) || typeof one.url !== "string") return [];
    const id = asString(one.id)?.startsWith("prt") ? one.id! : `${row.id}${index}`;
    const mime = asString(one.mime) ?? /^data:([^;,]+)/.exec(one.url)?.[1] ?? "application/octet-stream";
    return [{ ...one, id, sessionID: conversation.id, messageID: message.row.id, type: "file", mime }];
  });
}
