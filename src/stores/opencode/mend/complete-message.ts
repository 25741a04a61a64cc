import type { Editor } from "../../../files/editor.js";
import type { Json, JsonObject, Message } from "../../../model/conversation.js";
import { asNumber, asString, asText, isObject, wordOf } from "../../../model/text.js";
import type { RefusedPlace } from "../../../rules/edits.js";
import type { OpencodeConversation } from "../decode/session.js";
import { readableError } from "../decode/stored-errors.js";
import { isDiff } from "../decode/strict.js";
import { threadOf } from "../thread.js";
import { promptBefore } from "../walk.js";
import { contentOf, numberIn, tokensOf, type Values, wholeTime } from "./complete.js";
import { rebuildRow } from "./rebuild.js";
import { removeMessage } from "./rows.js";

/** Fills in the keys that opencode's reader requires of a message, and drops refused keys that it can do without. */
export function completeMessage(
  conversation: OpencodeConversation,
  message: Message,
  refused: readonly RefusedPlace[],
  editor: Editor,
): void {
  const { row } = message;
  const data = JSON.parse(editor.content(row) ?? "null") as Json;
  if (!isObject(data)) {
    rebuildRow(conversation, message, row, editor);
    return;
  }
  const keys = new Set(refused.map(({ path }) => /^\$\.?"?(\w*)/.exec(path)?.[1] ?? ""));
  const isReply = data.role === "assistant" || message.role === "assistant";
  const values = (isReply ? assistantValues : userValues)(conversation, message, data, editor);
  // No host sends an empty reply that answers no prompt: the message is removed.
  if (keys.has("parentID") && values.parentID === null && saysNothing(message)) {
    removeMessage(message, editor);
    return;
  }
  for (const key of keys) {
    const value = values[key];
    // No neighbour tells the value, or the key is none of the JSON: reported, not guessed.
    if (key === "" || value === null) continue;
    if (value === undefined) editor.unset(row, `$.${key}`);
    else editor.set(row, `$.${key}`, value);
  }
  const { time } = contentOf(row, editor);
  if (keys.has("time") && isObject(time) && !((row.created ?? -1) >= 0))
    editor.column(row, "time_created", asNumber(time.created) ?? 0);
}

function saysNothing({ blocks }: Message): boolean {
  return !blocks.some(({ kind }) => ["text", "thinking", "call", "media", "unknown"].includes(kind));
}

function assistantValues(
  conversation: OpencodeConversation,
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
      asString(editor.ask("select worktree from project where id = ?", conversation.project.id)) ?? directory,
    ),
    cost: numberIn(data.cost) ?? finishes.reduce((sum, finish) => sum + (asNumber(finish.cost) ?? 0), 0),
    tokens: tokensOf(
      isObject(data.tokens) ? data.tokens : finishes.findLast((finish) => isObject(finish.tokens))?.tokens,
    ),
    error: errorOf(data.error),
  };
}

function userValues(
  conversation: OpencodeConversation,
  message: Message,
  data: JsonObject,
  editor: Editor,
): Values {
  const answer = threadOf(conversation.messages).repliesTo.get(message.row.id)?.[0];
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
    summary: summaryOf(data.summary),
    model:
      providerID === undefined || modelID === undefined
        ? null
        : { providerID, modelID, ...(asString(model.variant) && { variant: String(model.variant) }) },
  };
}

function neighbours(conversation: OpencodeConversation, message: Message, role: string): Message[] {
  const { messages } = conversation;
  const at = message.position;
  const found: Message[] = [];
  for (let step = 1; step < messages.length && found.length < 4; step++)
    for (const other of [messages[at + step], messages[at - step]])
      if (other?.role === role && !other.unreadable) found.push(other);
  return found;
}

function first(rows: readonly JsonObject[], key: string): string | undefined {
  return rows.map((row) => asString(row[key])).find((value) => value !== undefined);
}

function timeOf(message: Message, data: JsonObject): Json {
  const time = isObject(data.time) ? data.time : {};
  const created = wholeTime(time.created) ?? wholeTime(message.row.created ?? undefined) ?? beginOf(message);
  const completed = wholeTime(time.completed);
  return { created, ...(completed !== undefined && { completed }) };
}

/** The words of a prompt's summary, with the changes that the host can read. */
function summaryOf(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return undefined;
  const { title, body, diffs } = value;
  return {
    ...(typeof title === "string" && { title }),
    ...(typeof body === "string" && { body }),
    diffs: Array.isArray(diffs) ? diffs.filter(isDiff) : [],
  };
}

/** When a message without a time began: with the first of its parts, else where its row was written last. */
function beginOf({ blocks, row }: Message): number {
  const times = [...blocks.map((block) => block.row.created), row.updated].map((time) =>
    wholeTime(time ?? undefined),
  );
  return times.find((time) => time !== undefined) ?? 0;
}

function pathOf(value: Json | undefined, cwd: string, root: string): Json {
  const path = isObject(value) ? value : {};
  return { cwd: asString(path.cwd) ?? cwd, root: asString(path.root) ?? root };
}

/** A known error keeps its name, because the host goes by it, and every value that the host can read. */
function errorOf(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const error: JsonObject = isObject(value) ? value : { message: asText(value) };
  const data = isObject(error.data) ? error.data : {};
  const message = asString(data.message) ?? asString(error.message);
  const known = readableError(wordOf(error.name), { ...data, message });
  return (
    known ?? { name: "UnknownError", data: { message: message ?? asString(error.name) ?? "unknown error" } }
  );
}
