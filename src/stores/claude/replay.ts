import type { Block, ResultBlock, Row, Turn } from "../../model/conversation.js";
import { textBlock } from "../../model/text.js";
import type { Replay, Stop } from "../host.js";
import { perVersion } from "../per-version.js";
import type { ClaudeConversation } from "./conversation.js";
import type { ClaudeEntry } from "./entry.js";
import type { ClaudeFeatures } from "./versions.js";
import { wayOf } from "./way.js";

/** The row of what the host adds by itself. */
const ADDED: Row = {
  table: "line",
  holds: "message",
  id: "next-prompt",
  created: null,
  updated: null,
  size: 0,
};
const INTERRUPTED = "[Tool call interrupted: the session ended before the tool returned a result.]";
const NO_CONTENT = "(no content)";
const NO_RESPONSE = "No response requested.";

/** The requests that Claude Code would build for a next prompt, by version. */
export function claudeReplays(conversation: ClaudeConversation): (features: ClaudeFeatures) => Replay {
  const replayOf = perVersion((_: null, features: ClaudeFeatures): Replay => {
    const stop = stopOf(conversation, features);
    return { turns: stop ? [] : claudeTurns(conversation, features), ...(stop && { stop }) };
  });
  return (features) => replayOf(null, features);
}

function stopOf(
  { links, row, id }: ClaudeConversation,
  { takesNoMessage }: ClaudeFeatures,
): Stop | undefined {
  if (links.length === 0) {
    const error = `No conversation found with session ID: ${id}`;
    return { verdict: "unreadable", rule: "hidden-session", rows: [row], error };
  }
  const bare = links.filter(({ message, type }) => type === "assistant" && message?.content === "missing");
  if (bare.length === 0 || takesNoMessage) return undefined;
  const error = "Failed to resume session: undefined is not an object";
  return { verdict: "unreadable", rule: "invalid-message", rows: bare.map((entry) => entry.row), error };
}

/** A message of the request on its way. */
interface Draft {
  readonly role: "user" | "assistant";
  readonly row: Row;
  readonly answer?: string;
  blocks: Block[];
}

function claudeTurns(conversation: ClaudeConversation, { bridgesParents }: ClaudeFeatures): Turn[] {
  const way = relevant(wayOf(conversation, bridgesParents));
  const drafts = draftsOf(way);
  withoutOrphans(drafts);
  const isOpen = closeCalls(drafts);
  const last = way.at(-1)?.message;
  const isUnanswered = last?.role === "user" && !last.isNote;
  const turns: Turn[] = drafts.filter(({ blocks }) => blocks.length > 0);
  if (isOpen || isUnanswered) turns.push(added("assistant", NO_RESPONSE));
  const prompt = added("user", "continue");
  const end = turns.at(-1);
  if (end?.role !== "user") return [...turns, prompt];
  return [...turns.slice(0, -1), { ...end, blocks: [...end.blocks, ...prompt.blocks] }];
}

function added(role: "user" | "assistant", text: string): Turn {
  return { role, row: null, blocks: [textBlock(ADDED, text)] };
}

/** The rows that are sent: answers without a message, blank ones, and those that only thought are passed over. */
function relevant(way: readonly ClaudeEntry[]): ClaudeEntry[] {
  const silent = silentRows(way);
  return way.filter((entry) => entry.message !== undefined && !silent.has(entry));
}

/** The rows of answers that say nothing: neither text nor a call. */
export function silentRows(way: readonly ClaudeEntry[]): Set<ClaudeEntry> {
  const isSaying = ({ message }: ClaudeEntry) =>
    message?.isError === true ||
    message?.blocks.some(({ kind }) => kind !== "thinking" && kind !== "text") ||
    message?.blocks.some((block) => block.kind === "text" && !block.blank);
  const saying = new Set(way.flatMap((entry) => (isSaying(entry) ? (entry.message?.answer ?? []) : [])));
  return new Set(
    way.filter(
      (entry) =>
        entry.message?.role === "assistant" && !isSaying(entry) && !saying.has(entry.message.answer ?? ""),
    ),
  );
}

/** Neighbouring user rows are one message, and so are the rows of one answer. */
function draftsOf(way: readonly ClaudeEntry[]): Draft[] {
  const drafts: Draft[] = [];
  for (const { row, message } of way) {
    if (!message || message.isError) continue;
    const { role, answer, blocks } = message;
    const before = drafts.at(-1);
    const joins =
      before?.role === role && (role === "user" || (answer !== undefined && before.answer === answer));
    if (before && joins) before.blocks.push(...blocks);
    else drafts.push({ role, row, blocks: [...blocks], ...(answer !== undefined && { answer }) });
  }
  return drafts;
}

/** A result without its call, or a second one, is left out. */
function withoutOrphans(drafts: readonly Draft[]): void {
  const open = new Set<string>();
  for (const draft of drafts) {
    for (const block of draft.blocks) if (block.kind === "call") open.add(block.id);
    if (draft.role !== "user") continue;
    const kept = draft.blocks.filter((block) => block.kind !== "result" || open.delete(block.id));
    if (kept.length === 0 && draft.blocks.length > 0) kept.push(textBlock(draft.row, NO_CONTENT));
    draft.blocks = kept;
  }
}

/** Leaves a call without a result out; in the last answer it gets one. Answers with whether there was such a call. */
function closeCalls(drafts: Draft[]): boolean {
  const results = new Set(
    drafts.flatMap(({ blocks }) => blocks.flatMap((one) => (one.kind === "result" ? [one.id] : []))),
  );
  const last = drafts.findLastIndex(({ role }) => role === "assistant");
  const closing: ResultBlock[] = [];
  for (const [at, draft] of drafts.entries()) {
    if (draft.role !== "assistant") continue;
    draft.blocks = draft.blocks.filter((block) => {
      if (block.kind !== "call" || results.has(block.id)) return true;
      if (at !== last) return false;
      closing.push({ kind: "result", row: block.row, id: block.id, ok: false, text: INTERRUPTED });
      return true;
    });
  }
  const end = drafts[last];
  if (closing.length === 0 || !end) return false;
  const next = drafts[last + 1];
  if (next)
    next.blocks = [
      ...next.blocks.filter(isResult),
      ...closing,
      ...next.blocks.filter((one) => !isResult(one)),
    ];
  else drafts.push({ role: "user", row: end.row, blocks: closing });
  return true;
}

function isResult({ kind }: Block): boolean {
  return kind === "result";
}
