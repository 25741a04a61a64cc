import { basename } from "node:path";
import type { BrokenLine, LineConversation, Message, Row } from "../../model/conversation.js";
import { withRests } from "../line-bench.js";
import type { LineSource } from "../store.js";
import type { ClaudeEntry } from "./entry.js";
import { leafOf, wayOf } from "./way.js";

export interface ClaudeConversation extends LineConversation {
  /** Every row of the tree, in the order of the file. */
  readonly links: readonly ClaudeEntry[];
  /** Rows whose id stands again behind them. */
  readonly copies: readonly ClaudeEntry[];
  readonly byId: ReadonlyMap<string, ClaudeEntry>;
  readonly entries: readonly ClaudeEntry[];
  /** The row behind which the next prompt is appended. */
  readonly leaf: ClaudeEntry | undefined;
  /** The path of the file. */
  readonly source: string;
}

/** The session as Claude Code resumes it: the branch of the last prompt, up to its root. */
export function assembleClaude(read: readonly ClaudeEntry[], source: LineSource): ClaudeConversation {
  const entries = read.map((entry, at) => (entry.at === at ? entry : { ...entry, at }));
  const all = entries.filter(({ isLink }) => isLink);
  // Sub-agents once wrote into the same file; a file of theirs holds nothing else.
  const main = all.filter(({ isSidechain }) => !isSidechain);
  const rows = main.length > 0 ? main : all;
  const byId = byFirstPlace(rows);
  const links = [...byId.values()];
  const leaf = leafOf(entries, links, byId);
  const id = basename(source.path).replace(/\.jsonl$/i, "");
  const times = links.flatMap(({ time }) => time ?? []);
  const created = times[0] ?? null;
  const updated = times.at(-1) ?? null;
  const row: Row = { table: "line", holds: "conversation", id, created, updated, size: source.bytes };
  const tree = { entries, links, byId, leaf };
  return {
    ...tree,
    copies: rows.filter(({ id, key }) => byId.get(id)?.key !== key),
    id,
    store: "claude",
    row,
    title: entries.findLast(({ facts }) => facts.title)?.facts.title ?? "",
    directory: links.findLast(({ facts }) => facts.cwd)?.facts.cwd ?? null,
    version: links.findLast(({ facts }) => facts.version)?.facts.version ?? null,
    created,
    updated,
    size: source.bytes,
    messages: wayOf(tree, true)
      .flatMap((entry) => messageOf(entry) ?? [])
      .map((message, position) => ({ ...message, position })),
    broken: withRests(brokenIn(entries)),
    source: source.path,
  };
}

/** Rows by id, as Claude Code keeps them: of an id that stands twice the last row counts, at the place of the first. */
function byFirstPlace(rows: readonly ClaudeEntry[]): Map<string, ClaudeEntry> {
  const byId = new Map<string, ClaudeEntry>();
  for (const row of rows) {
    const before = byId.get(row.id);
    byId.set(row.id, before ? { ...row, at: before.at } : row);
  }
  return byId;
}

function messageOf({ row, message, time }: ClaudeEntry): Omit<Message, "position"> | null {
  if (!message) return null;
  const { role, blocks, model, stopReason, isError } = message;
  const isAnswer = role === "assistant";
  return {
    role,
    row,
    blocks,
    created: time,
    ...(isAnswer && {
      completed: stopReason === undefined ? null : time,
      model: { provider: "anthropic", id: model },
    }),
    ...(stopReason && { finish: stopReason === "tool_use" ? "tool-calls" : stopReason }),
    ...(isError && { error: { name: "API Error", message: errorIn(message.blocks) } }),
  };
}

function errorIn(blocks: Message["blocks"]): string {
  return blocks.flatMap((block) => (block.kind === "text" ? [block.text ?? ""] : [])).join(" ");
}

/** Claude Code passes over what it cannot read: a row that is missing hides only itself. */
function brokenIn(entries: readonly ClaudeEntry[]): BrokenLine[] {
  return entries.flatMap(({ type, row, line }, at): BrokenLine[] => {
    if (line.mark) return [{ row, problem: "mark", variant: "harmless", rescued: 1 }];
    if (type !== "broken" || line.problem === "too-large") return [];
    const rescued = line.rescued?.length ?? 0;
    const isLast = at === entries.length - 1;
    const variant = rescued > 0 ? "lost" : isLast ? "harmless" : "half";
    return [{ row, problem: line.problem ?? "torn", variant, rescued }];
  });
}
