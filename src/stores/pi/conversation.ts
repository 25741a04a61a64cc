import { basename } from "node:path";
import type { BrokenLine, LineConversation, Message, Model, Row } from "../../model/conversation.js";
import { linksById, pathTo } from "../chain.js";
import type { LineSource } from "../store.js";
import type { PiEntry } from "./entry.js";

/** The state of the header, as pi finds it: `torn` and `mark` name the line that can be mended, `missing` none. */
export type HeaderState = "whole" | "torn" | "mark" | "missing";

export interface PiConversation extends LineConversation {
  readonly header: { readonly state: HeaderState; readonly entry?: PiEntry };
  /** Every entry of the tree, in the order of the file; of an id that stands twice, pi knows the last one only. */
  readonly links: readonly PiEntry[];
  /** Entries whose id stands again behind them. */
  readonly copies: readonly PiEntry[];
  readonly byId: ReadonlyMap<string, PiEntry>;
  /** From the root to the entry after which the next prompt is appended. */
  readonly path: readonly PiEntry[];
  /** The entry whose chain of parents leads back to it; absent where the chain ends at a root. */
  readonly loop?: PiEntry;
  /** Every line of the file. */
  readonly entries: readonly PiEntry[];
  /** The model that answers next, by the last one that answered or was chosen. */
  readonly next: (Model & { readonly api: string }) | null;
  /** The path of the file. */
  readonly source: string;
}

/** The session as pi resumes it: the leaf is the last line, its ancestors are the history. */
export function assemblePi(entries: readonly PiEntry[], source: LineSource): PiConversation {
  const header = headerOf(entries);
  const named = headerNamed(header.entry);
  const all = linksOf(entries, named?.version ?? 3);
  const byId = linksById(all);
  const isKnown = (link: PiEntry) => byId.get(link.id) === link;
  const links = all.filter(isKnown);
  const { path, loop } = pathTo(links.at(-1), ({ parent }) =>
    parent === null ? undefined : byId.get(parent),
  );
  const id = named?.id ?? idInName(source.path);
  const times = links.flatMap(({ time }) => time ?? []);
  const row: Row = {
    table: "line",
    holds: "conversation",
    id,
    rowid: header.state === "missing" ? undefined : header.entry?.key,
    created: named?.time ?? null,
    updated: times.at(-1) ?? null,
    size: source.bytes,
  };
  return {
    id,
    store: "pi",
    row,
    title: links.findLast(({ note }) => note?.name)?.note?.name ?? "",
    directory: named?.cwd ?? links.find(({ note }) => note?.cwd)?.note?.cwd ?? null,
    version: null,
    created: named?.time ?? times[0] ?? null,
    updated: times.at(-1) ?? null,
    size: source.bytes,
    messages: path
      .flatMap((entry) => messageOf(entry) ?? [])
      .map((message, position) => ({ ...message, position })),
    broken: entries.filter((entry) => entry !== header.entry).flatMap(brokenOf),
    header,
    entries,
    links,
    copies: all.filter((link) => !isKnown(link)),
    byId,
    path,
    ...(loop && { loop }),
    next: nextModel(path),
    source: source.path,
  };
}

/** The first line that pi can parse must be the header; one that is torn or marked shows itself by how it begins. */
function headerOf(entries: readonly PiEntry[]): PiConversation["header"] {
  for (const entry of entries) {
    const { type, header, line } = entry;
    if (line.mark) return header ? { state: "mark", entry } : { state: "missing" };
    if (header) return { state: header.id === null ? "torn" : "whole", entry };
    if (type === "broken" && isHeaderLike(line.half ?? "")) {
      const whole = entries.find((other) => other.type !== "broken" && other.type !== "blank");
      return whole?.header?.id ? { state: "whole", entry: whole } : { state: "torn", entry };
    }
    if (type !== "broken" && type !== "blank") return { state: "missing" };
  }
  return { state: "missing" };
}

const BEGINNING = '{"type":"session","';

function isHeaderLike(half: string): boolean {
  return half !== "" && (half.startsWith(BEGINNING) || BEGINNING.startsWith(half));
}

function headerNamed(entry: PiEntry | undefined) {
  return entry?.header;
}

/** `<time>_<id>.jsonl`; any other name is the id. */
export function idInName(path: string): string {
  const name = basename(path).replace(/\.jsonl$/i, "");
  return /_([0-9a-f-]{36})$/i.exec(name)?.[1] ?? name;
}

/** Entries of version 1 follow each other: pi gives them ids when it loads the file. */
function linksOf(entries: readonly PiEntry[], version: number): readonly PiEntry[] {
  const links = entries.filter(({ type }) => !["session", "broken", "blank", "stray"].includes(type));
  if (version >= 2) return links;
  return links.map((entry, index) => ({ ...entry, parent: links[index - 1]?.id ?? null }));
}

function messageOf({ row, message, time }: PiEntry): Omit<Message, "position"> | null {
  if (!message) return null;
  const { role, blocks, model, stopReason, error } = message;
  const isWhole = role === "assistant" && stopReason !== undefined;
  return {
    role,
    row,
    blocks,
    created: time,
    ...(role === "assistant" && { completed: isWhole ? time : null }),
    ...(stopReason && { finish: stopReason === "toolUse" ? "tool-calls" : stopReason }),
    ...(model && { model: { provider: model.provider, id: model.id } }),
    ...(error !== undefined && { error: { name: stopReason ?? "error", message: error } }),
  };
}

/** pi misses every entry that it cannot read; of a run of NUL bytes nothing is left to miss. */
function brokenOf({ type, row, line }: PiEntry): BrokenLine[] {
  if (type !== "broken") return [];
  const problem = line.problem ?? "torn";
  const rescued = line.rescued?.length ?? 0;
  return [{ row, problem, rescued, variant: problem === "nul" && rescued === 0 ? "harmless" : "lost" }];
}

function nextModel(path: readonly PiEntry[]): PiConversation["next"] {
  let next: PiConversation["next"] = null;
  let api = "";
  for (const { note, message } of path) {
    if (message?.model) {
      next = message.model;
      api = message.model.api;
    } else if (note?.model) next = { ...note.model, api };
  }
  return next;
}
