import fc from "fast-check";
import { openForWriting } from "../../src/files/sqlite.js";
import type { Wire } from "../../src/providers/providers.js";
import { damagedCopy } from "./fixtures.js";

export interface InstaticRow {
  readonly role: "user" | "assistant" | "tool";
  /** As stored, whether it is JSON or not. */
  readonly content: string;
  readonly callId: string | null;
}

type Block = Record<string, unknown> & { kind: string };

const id = fc.constantFrom("a", "b", "c");
const words = fc.constantFrom("x", "y");
const stored = (role: InstaticRow["role"], content: unknown, callId: string | null = null): InstaticRow => ({
  role,
  content: typeof content === "string" ? content : JSON.stringify(content),
  callId,
});
const call = (toolCallId: string, rest: object = { input: {} }) =>
  stored("assistant", [{ kind: "toolCall", toolCallId, toolName: "read", ...rest }], toolCallId);
const result = (callId: string, block: object = { ok: true }) =>
  stored("tool", [{ kind: "toolResult", ...block }], callId);

const ordinary = fc.oneof(
  words.map((text) => stored("user", [{ kind: "text", text }])),
  words.map((text) => stored("assistant", [{ kind: "text", text }])),
  id.map((callId) => call(callId)),
  id.map((callId) => result(callId)),
);
const odd = fc.constantFrom(
  stored("user", []),
  stored("user", "[{"),
  stored("user", [{ kind: "text", text: "" }]),
  stored("user", [{ kind: "weird" }]),
  stored("user", [{ kind: "image", data: "iVBORw0KGgo=" }]),
  stored("assistant", []),
  stored("assistant", "{}"),
  stored("assistant", [{ kind: "text", text: "" }]),
  stored("assistant", [{ kind: "text", text: " " }]),
  stored("assistant", [{ kind: "text", text: "z" }, { kind: "text" }]),
  stored("assistant", [
    { kind: "text", text: "z" },
    { kind: "toolCall", toolCallId: "a", toolName: "read", input: {} },
  ]),
  call("a", {}),
  call("a", { input: null }),
  call("b", { input: [1] }),
  call("d.1"),
  call(""),
  call("x".repeat(65)),
  stored("assistant", [{ kind: "toolCall", toolCallId: "a", toolName: "read a file", input: {} }], "a"),
  stored(
    "assistant",
    [{ kind: "toolCall", toolCallId: "a", toolName: "read", input: { path: "\ud800" } }],
    "b",
  ),
  stored("assistant", [
    { kind: "toolCall", toolCallId: "a", toolName: "read", input: {} },
    { kind: "toolCall", toolCallId: "b", toolName: "read", input: {} },
  ]),
  stored("user", [{ kind: "text", text: "half \ud83d" }]),
  stored("user", [{ kind: "image", mimeType: "image/jpeg", data: "iVBORw0KGgo=" }]),
  stored("user", [
    { kind: "image", mimeType: "image/png", data: "iVBORw0KGgo=" },
    { kind: "text", text: "" },
  ]),
  result("a", { ok: false, error: "failed" }),
  result("a", { ok: false, error: null }),
  result("b", { ok: false, error: "" }),
  stored("tool", [{ kind: "text", text: "" }], "a"),
  stored("tool", "[", "b"),
  stored("tool", [{ kind: "toolResult", ok: true }], null),
);
/** What a conversation may hold after a crash, a foreign writer or a double submit. */
export const instaticRows = fc.array(fc.oneof({ arbitrary: ordinary, weight: 4 }, odd), {
  minLength: 1,
  maxLength: 9,
});

/** Rows that are whole, each call and each result at most once: in any order, and not always both. */
export const instaticPairs = fc
  .array(ordinary, { minLength: 1, maxLength: 9 })
  .map((rows) =>
    rows.filter(
      ({ role, callId }, at) =>
        callId === null || rows.findIndex((other) => other.role === role && other.callId === callId) === at,
    ),
  );

/** Stores them as the only conversation of an Instatic database. */
export function writeInstatic(path: string, rows: readonly InstaticRow[]): void {
  damagedCopy(path, "instatic", "delete from ai_messages");
  const db = openForWriting(path);
  const [conversation, ...others] = db.prepare("select id from ai_conversations").pluck().all() as string[];
  for (const other of others) db.prepare("delete from ai_conversations where id = ?").run(other);
  const add = db.prepare(
    "insert into ai_messages (id, conversation_id, position, role, content_json, tool_call_id, tool_name) values (?, ?, ?, ?, ?, ?, ?)",
  );
  rows.forEach(({ role, content, callId }, at) => {
    add.run(`row${at}`, conversation, at, role, content, callId, role === "user" ? null : "read");
  });
  db.close();
}

/** The rows as they stand now. */
export function readInstatic(path: string): InstaticRow[] {
  const db = openForWriting(path);
  const sql =
    "select role, content_json as content, tool_call_id as callId from ai_messages order by position";
  const rows = db.prepare(sql).all() as InstaticRow[];
  db.close();
  return rows;
}

type Sent =
  | { role: "user" | "assistant"; blocks: Block[] }
  | { role: "tool"; id: string; ok: boolean; text: string };

/**
 * The body that Instatic would send for one more prompt. Written from the description of the program alone, without the
 * model of `src`: a second opinion. `dropsUnmatched`: as from 0.0.11 on.
 */
export function sentByInstatic(rows: readonly InstaticRow[], wire: Wire, dropsUnmatched: boolean): object {
  const sent: Sent[] = [];
  const open = new Set<string>();
  const interrupt = () => {
    for (const one of open) sent.push({ role: "tool", id: one, ok: false, text: "interrupted" });
    open.clear();
  };
  const prompt: InstaticRow = stored("user", [{ kind: "text", text: "continue" }]);
  for (const { role, content, callId } of [...rows, prompt]) {
    const blocks = blocksOf(content);
    if (role === "user") interrupt();
    if (role !== "tool") sent.push({ role, blocks });
    if (role === "assistant")
      for (const block of blocks) if (block.kind === "toolCall") open.add(String(block.toolCallId));
    if (role !== "tool" || !callId || (dropsUnmatched && !open.has(callId))) continue;
    open.delete(callId);
    const outcome = blocks.find(({ kind }) => kind === "toolResult");
    const ok = outcome?.ok === true;
    const text = ok
      ? '{"ok":true}'
      : String(outcome ? (outcome.error ?? "Tool call failed.") : "interrupted");
    sent.push({ role, id: callId, ok, text });
  }
  if (wire === "openai-responses") return { input: sent.flatMap(responsesItems) };
  return { messages: wire === "anthropic" ? anthropicMessages(sent) : sent.map(chatMessage) };
}

const KEYS: Record<string, Record<string, (value: unknown) => boolean>> = {
  text: { text: isText },
  image: { mimeType: isText, data: isText },
  toolCall: { toolCallId: isText, toolName: isText, input: (value) => value !== undefined },
  toolResult: {
    ok: (value) => typeof value === "boolean",
    error: (value) => value === undefined || isText(value),
  },
};

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** One block that is not as it should be empties the row. */
function blocksOf(content: string): Block[] {
  try {
    const blocks = JSON.parse(content) as Block[];
    const areWhole = blocks.every((block) => {
      const keys = Object.entries(KEYS[block.kind] ?? {});
      return keys.length > 0 && keys.every(([key, isRight]) => isRight(block[key]));
    });
    return areWhole ? blocks : [];
  } catch {
    return [];
  }
}

function anthropicMessages(sent: readonly Sent[]): object[] {
  const messages: { role: string; content: object[] }[] = [];
  for (const one of sent) {
    const role = one.role === "assistant" ? "assistant" : "user";
    const content = one.role === "tool" ? [anthropicResult(one)] : one.blocks.flatMap(anthropicBlock);
    const spoken =
      one.role === "assistant" ? content.filter((block) => !("text" in block && block.text === "")) : content;
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...spoken);
    else messages.push({ role, content: spoken });
  }
  return messages;
}

function anthropicResult({ id: tool_use_id, ok, text }: Extract<Sent, { role: "tool" }>): object {
  return { type: "tool_result", tool_use_id, content: text, ...(!ok && { is_error: true }) };
}

function anthropicBlock(block: Block): object[] {
  if (block.kind === "text") return [{ type: "text", text: block.text }];
  if (block.kind === "image")
    return [{ type: "image", source: { type: "base64", media_type: block.mimeType, data: block.data } }];
  if (block.kind === "toolCall")
    return [{ type: "tool_use", id: block.toolCallId, name: block.toolName, input: block.input ?? {} }];
  return [];
}

function responsesItems(one: Sent): object[] {
  if (one.role === "tool") return [{ type: "function_call_output", call_id: one.id, output: one.text }];
  const { role, blocks } = one;
  const type = role === "user" ? "input_text" : "output_text";
  const content = blocks.flatMap(({ kind, text, mimeType, data }): object[] => {
    if (kind === "text") return role === "user" || text !== "" ? [{ type, text }] : [];
    return kind === "image" ? [{ type: "input_image", image_url: `data:${mimeType};base64,${data}` }] : [];
  });
  const calls = blocks.flatMap(({ kind, toolCallId, toolName, input }) =>
    kind === "toolCall"
      ? [
          {
            type: "function_call",
            call_id: toolCallId,
            name: toolName,
            arguments: JSON.stringify(input ?? {}),
          },
        ]
      : [],
  );
  return [...(role === "user" || content.length > 0 ? [{ type: "message", role, content }] : []), ...calls];
}

function chatMessage(one: Sent): object {
  if (one.role === "tool") return { role: "tool", tool_call_id: one.id, content: one.text };
  const said = one.blocks.filter(({ kind }) => kind === "text").map(({ text }) => String(text));
  if (one.role === "user") return { role: "user", content: chatPrompt(one.blocks, said) };
  const calls = one.blocks.filter(({ kind }) => kind === "toolCall");
  return {
    role: "assistant",
    content: said.join(""),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ toolCallId, toolName, input }) => ({
        id: toolCallId,
        type: "function",
        function: { name: toolName, arguments: JSON.stringify(input ?? {}) },
      })),
    }),
  };
}

function chatPrompt(blocks: readonly Block[], said: readonly string[]): string | object[] {
  if (!blocks.some(({ kind }) => kind === "image")) return said.filter((text) => text !== "").join(" ");
  return blocks.flatMap(({ kind, text, mimeType, data }): object[] => {
    if (kind === "text") return [{ type: "text", text }];
    return kind === "image"
      ? [{ type: "image_url", image_url: { url: `data:${mimeType};base64,${data}` } }]
      : [];
  });
}
