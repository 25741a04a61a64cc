import { openForWriting } from "../../src/files/sqlite.js";
import { damagedCopy } from "./fixtures.js";

export type Part = { readonly type: string } & Record<string, unknown>;
export interface StoredMessage {
  readonly role: "user" | "assistant";
  /** The keys that differ from an ordinary finished message. */
  readonly info?: Record<string, unknown>;
  readonly parts: readonly Part[];
}

const START = Date.parse("2026-11-01T08:00:00Z");
const tokens = { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } };

/** Stores the messages as the one session of an opencode 1.18 database, with ids and times in their order. */
export function writeRows(path: string, messages: readonly StoredMessage[]): void {
  damagedCopy(path, "opencode", "delete from part; delete from message");
  const db = openForWriting(path);
  const session = db.prepare("select id from session").pluck().get() as string;
  const addMessage = db.prepare("insert into message values (?, ?, ?, ?, ?)");
  const addPart = db.prepare("insert into part values (?, ?, ?, ?, ?, ?)");
  let clock = START;
  const id = (prefix: string) => {
    clock += 5;
    const time = (BigInt(clock) * 4096n) & 0xffffffffffffn;
    return `${prefix}_${time.toString(16).padStart(12, "0")}${"0".repeat(14)}`;
  };
  let prompt = "";
  for (const { role, info, parts } of messages) {
    const row = id("msg");
    if (role === "user") prompt = row;
    const usual = role === "user" ? userInfo(clock) : assistantInfo(clock, prompt, parts);
    addMessage.run(row, session, clock, clock, JSON.stringify({ ...usual, ...info }));
    for (const part of parts) addPart.run(id("prt"), row, session, clock, clock, JSON.stringify(part));
  }
  db.prepare("update session set time_updated = ?").run(clock);
  db.close();
}

function userInfo(created: number): object {
  const model = { providerID: "anthropic", modelID: "claude" };
  return { role: "user", time: { created }, agent: "build", model };
}

/** The keys that every stored reply carries besides its role, parent, times and end. */
const REPLY = {
  mode: "build",
  agent: "build",
  path: { cwd: "/d", root: "/d" },
  cost: 0,
  tokens,
  modelID: "claude",
  providerID: "anthropic",
};

function assistantInfo(created: number, parentID: string, parts: readonly Part[]): object {
  return {
    role: "assistant",
    time: { created, completed: created + 1 },
    parentID,
    ...REPLY,
    finish: parts.some(({ type }) => type === "tool") ? "tool-calls" : "stop",
  };
}

const time = { start: START, end: START };

export const user = (...parts: (Part | string)[]): StoredMessage => ({
  role: "user",
  parts: parts.map((part) => (typeof part === "string" ? text(part) : part)),
});
/** One reply of one step, as opencode stores it. */
export const reply = (...parts: Part[]): StoredMessage => ({
  role: "assistant",
  parts: [
    { type: "step-start" },
    ...parts,
    {
      type: "step-finish",
      reason: parts.some(({ type }) => type === "tool") ? "tool-calls" : "stop",
      cost: 0,
      tokens,
    },
  ],
});
export const text = (words: string): Part => ({ type: "text", text: words });
export const signed = (words: string): Part => ({
  type: "reasoning",
  text: words,
  time,
  metadata: { anthropic: { signature: "sig" } },
});
export const tool = (callID: string, change: Record<string, unknown> = {}, name = "read"): Part => ({
  type: "tool",
  tool: name,
  callID,
  state: {
    status: "completed",
    input: { path: `of ${callID}` },
    output: "out",
    title: "t",
    metadata: {},
    time,
    ...change,
  },
});
/** A call that ended in an error. */
export const failed = (callID: string, metadata?: Record<string, unknown>): Part => ({
  ...tool(callID),
  state: { status: "error", input: {}, error: "it failed", time, ...(metadata && { metadata }) },
});
export const image = (url = "data:image/png;base64,iVBORw0KGgo="): Part => ({
  type: "file",
  mime: "image/png",
  filename: "a.png",
  url,
});
