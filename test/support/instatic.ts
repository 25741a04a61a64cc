import fc from "fast-check";
import { openForWriting } from "../../src/files/sqlite.js";
import { damagedCopy } from "./fixtures.js";

export interface InstaticRow {
  readonly role: "user" | "assistant" | "tool";
  /** As stored, whether it is JSON or not. */
  readonly content: string;
  readonly callId: string | null;
}

const id = fc.constantFrom("a", "b", "c");
const words = fc.constantFrom("x", "y");
export const stored = (
  role: InstaticRow["role"],
  content: unknown,
  callId: string | null = null,
): InstaticRow => ({
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
/** The damage that a conversation may hold after a crash, a foreign writer or a double submit. */
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
