import type { Editor } from "../../../files/editor.js";
import type { Conversation, Json, JsonObject, Message } from "../../../model/conversation.js";
import { asNumber, asString, isObject } from "../../../model/text.js";
import { rebuildRow } from "../../../repair/rebuild.js";
import type { RepairTarget } from "../../../rules/rule.js";
import { threadOf } from "../thread.js";
import { promptBefore } from "../walk.js";
import { contentOf, tokensOf, type Values, wholeTime } from "./complete.js";

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
  // A reply to nobody that says nothing is never sent, and has no prompt to point to.
  if (keys.has("parentID") && values.parentID === null && saysNothing(message!)) {
    editor.removeMessage(message!);
    return;
  }
  for (const key of keys) {
    const value = values[key];
    // Nothing tells it, or it is no key of the JSON: reported, not guessed.
    if (key === "" || value === null) continue;
    if (value === undefined) editor.unset(row, `$.${key}`);
    else editor.set(row, `$.${key}`, value);
  }
}

function saysNothing({ blocks }: Message): boolean {
  return !blocks.some(({ kind }) => ["text", "thinking", "call", "media", "unknown"].includes(kind));
}

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

function first(rows: readonly JsonObject[], key: string): string | undefined {
  return rows.map((row) => asString(row[key])).find((value) => value !== undefined);
}

function timeOf(message: Message, data: JsonObject): Json {
  const time = isObject(data.time) ? data.time : {};
  const created = wholeTime(time.created) ?? message.row.created ?? 0;
  const completed = wholeTime(time.completed);
  return { created, ...(completed !== undefined && { completed }) };
}

function pathOf(value: Json | undefined, cwd: string, root: string): Json {
  const path = isObject(value) ? value : {};
  return { cwd: asString(path.cwd) ?? cwd, root: asString(path.root) ?? root };
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
