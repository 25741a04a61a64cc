import { createHash } from "node:crypto";
import { INTERRUPTED } from "../hosts/instatic/replay.js";
import type {
  Block,
  CallBlock,
  Conversation,
  Json,
  Message,
  ResultBlock,
  Row,
} from "../model/conversation.js";
import { isObject } from "../model/text.js";
import type { Editor } from "./editor.js";

/** What a repair does to a conversation, in the words of the model; each store writes it in its own rows. */
interface StoreEdits {
  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void;
  renameTool(call: CallBlock): void;
  setInput(call: CallBlock, value: Json): void;
  /** Wraps the input, or takes it out of the string that holds it, without reading its numbers. */
  wrapInput(call: CallBlock): void;
  unquoteInput(call: CallBlock): void;
  /** Takes a block out; where its message would then be empty and must not be, `placeholder` takes its place. */
  removeBlock(message: Message, block: Block, placeholder: string): void;
  /** Puts a text in the place of a block, or of all that a message holds. */
  putText(message: Message, block: Block | null, text: string): void;
  insertPrompt(before: Message, text: string): void;
  replaceSurrogates(row: Row): void;
}

export function editsFor(conversation: Conversation, editor: Editor): StoreEdits {
  return conversation.store === "opencode"
    ? opencodeEdits(conversation, editor)
    : instaticEdits(conversation, editor);
}

function opencodeEdits(conversation: Conversation, editor: Editor): StoreEdits {
  const textPart = (text: string) => JSON.stringify({ type: "text", text, synthetic: true });
  return {
    renameCall(call, _, id) {
      editor.set(call.row, "$.callID", id);
      if (call.itemId !== undefined) editor.unset(call.row, "$.metadata.openai.itemId");
    },
    renameTool: (call) => editor.set(call.row, "$.tool", "invalid"),
    setInput: (call, value) => editor.set(call.row, "$.state.input", value),
    wrapInput: (call) => editor.wrap(call.row, "$.state.input"),
    unquoteInput: (call) => editor.unquote(call.row, "$.state.input"),
    removeBlock(message, block, placeholder) {
      const others = message.blocks.filter(
        (other) => other !== block && (other.kind === "text" || other.kind === "media"),
      );
      if (message.role === "user" && others.length === 0) editor.replace(block.row, textPart(placeholder));
      else editor.remove(block.row);
    },
    putText(message, block, text) {
      if (block) editor.replace(block.row, textPart(text));
      else
        insertPart(
          conversation,
          message,
          message.blocks.at(-1)?.row.id ?? null,
          null,
          textPart(text),
          editor,
        );
    },
    insertPrompt(before, text) {
      const created = Math.max(0, (before.row.created ?? 1) - 1);
      const model = before.model ?? { provider: "", id: "" };
      const data = {
        role: "user",
        time: { created },
        agent: agentOf(before, editor),
        model: { providerID: model.provider, modelID: model.id },
      };
      const id = editor.freshId("message", null, lowestId(conversation, before));
      const row = editor.insert("message", {
        id,
        session_id: conversation.id,
        time_created: created,
        time_updated: created,
        data: JSON.stringify(data),
      });
      const part = editor.freshId(
        "part",
        null,
        before.blocks[0]?.row.id ?? before.row.id.replace(/^msg/, "prt"),
      );
      editor.insert("part", {
        id: part,
        message_id: row.id,
        session_id: conversation.id,
        time_created: created,
        time_updated: created,
        data: textPart(text),
      });
    },
    replaceSurrogates: (row) => wellForm(row, editor),
  };
}

/** Inserts a part between two neighbours of a message, by id and by time; answers with its id. */
export function insertPart(
  conversation: Conversation,
  message: Message,
  low: string | null,
  high: string | null,
  data: string,
  editor: Editor,
): string {
  const neighbour =
    message.blocks.find((block) => block.row.id === low) ??
    message.blocks.find((block) => block.row.id === high);
  const time = neighbour?.row.created ?? message.row.created ?? 0;
  const floor = low ?? (high === null ? message.row.id.replace(/^msg/, "prt") : null);
  const id = editor.freshId("part", floor, high);
  editor.insert("part", {
    id,
    message_id: message.row.id,
    session_id: conversation.id,
    time_created: time,
    time_updated: time,
    data,
  });
  return id;
}

function agentOf(message: Message, editor: Editor): string {
  const data = JSON.parse(editor.content(message.row) ?? "{}") as { agent?: unknown };
  return typeof data.agent === "string" ? data.agent : "build";
}

/** The smallest id from this message on: an inserted message must sort before it. */
function lowestId(conversation: Conversation, before: Message): string {
  const ids = conversation.messages.slice(before.position).map((message) => message.row.id);
  return ids.sort()[0] ?? before.row.id;
}

function instaticEdits(conversation: Conversation, editor: Editor): StoreEdits {
  const put = (row: Row, text: string) => editor.replace(row, JSON.stringify([{ kind: "text", text }]));
  const indexOf = (row: Row, kind: string, matches: (block: Record<string, Json>) => boolean) => {
    const blocks = JSON.parse(editor.content(row) ?? "[]") as Json[];
    return blocks.findIndex((block) => isObject(block) && block.kind === kind && matches(block));
  };
  const callPath = (call: CallBlock, key: string) =>
    `$[${indexOf(call.row, "toolCall", (block) => block.toolCallId === call.id)}].${key}`;
  return {
    renameCall(call, result, id) {
      editor.set(call.row, callPath(call, "toolCallId"), id);
      editor.column(call.row, "tool_call_id", id);
      if (result) editor.column(result.row, "tool_call_id", id);
    },
    renameTool(call) {
      const name = call.name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "invalid";
      editor.set(call.row, callPath(call, "toolName"), name);
      editor.column(call.row, "tool_name", name);
    },
    setInput: (call, value) => editor.set(call.row, callPath(call, "input"), value),
    wrapInput: (call) => editor.wrap(call.row, callPath(call, "input")),
    unquoteInput: (call) => editor.unquote(call.row, callPath(call, "input")),
    removeBlock(message, block, placeholder) {
      const single = message.blocks.length === 1;
      if (message.role === "assistant" && single && !hasUsage(message.row, editor))
        editor.remove(message.row);
      else if (single) put(message.row, placeholder);
      else editor.unset(message.row, `$[${message.blocks.indexOf(block)}]`);
    },
    putText(message, block, text) {
      if (block && message.blocks.length > 1)
        editor.set(message.row, `$[${message.blocks.indexOf(block)}]`, { kind: "text", text });
      else put(message.row, text);
    },
    insertPrompt(before, text) {
      insertInstatic(
        conversation,
        before.row,
        {
          role: "user",
          content: [{ kind: "text", text }],
          callId: null,
          toolName: null,
          at: before.position - 0.5,
          name: "prompt",
        },
        editor,
      );
    },
    replaceSurrogates: (row) => wellForm(row, editor),
  };
}

/** Usage of a turn is written to an assistant row; the audit page sums it, so such a row stays. */
export function hasUsage(row: Row, editor: Editor): boolean {
  return (
    Number(editor.cell(row, "prompt_tokens") ?? 0) > 0 ||
    Number(editor.cell(row, "completion_tokens") ?? 0) > 0
  );
}

interface NewInstaticRow {
  role: "user" | "tool";
  content: Json;
  callId: string | null;
  toolName: string | null;
  /** Between two positions; the plan numbers them anew in the end. */
  at: number;
  /** Makes the id: the same repair writes the same id. */
  name: string;
}

function insertInstatic(
  conversation: Conversation,
  neighbour: Row,
  row: NewInstaticRow,
  editor: Editor,
): void {
  const id = createHash("sha256")
    .update(`${conversation.id} ${neighbour.id} ${row.name}`)
    .digest("base64url")
    .slice(0, 21);
  editor.insert("ai_messages", {
    id,
    conversation_id: conversation.id,
    position: row.at,
    role: row.role,
    content_json: JSON.stringify(row.content),
    tool_call_id: row.callId,
    tool_name: row.toolName,
    created_at: editor.cell(neighbour, "created_at") as string,
  });
}

export function insertInterruptedResult(
  conversation: Conversation,
  message: Message,
  call: CallBlock,
  editor: Editor,
): void {
  insertInstatic(
    conversation,
    call.row,
    {
      role: "tool",
      content: [{ kind: "toolResult", ok: false, error: INTERRUPTED }],
      callId: call.id,
      toolName: call.name,
      at: message.position + 0.25,
      name: `result ${call.id}`,
    },
    editor,
  );
}

/** Replaces each unpaired surrogate escape in the JSON text by U+FFFD; no other byte changes. */
function wellForm(row: Row, editor: Editor): void {
  const text = editor.content(row);
  if (text !== null) editor.replace(row, replaceLoneSurrogates(text));
}

function replaceLoneSurrogates(json: string): string {
  const escapes =
    /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u([dD][89a-fA-F][0-9a-fA-F]{2})|\\./gs;
  return json.replace(escapes, (found, lone: string | undefined) => (lone === undefined ? found : "\\ufffd"));
}
