import { basename } from "node:path";
import type { BrokenLine, JsonObject, LineConversation, Row } from "../../model/conversation.js";
import { asString } from "../../model/text.js";
import { brokenId, withRests } from "../line-bench.js";
import type { RowPaths } from "../line-cursor.js";
import { parseTime } from "../reader.js";
import type { LineSource } from "../store.js";
import { type Copies, copiesIn } from "./copies.js";
import { type CodexEntry, isRead, ordinalOf, payloadOf, typeOf } from "./entry.js";
import { threadIdIn, timeIn } from "./home.js";
import { type CodexMessage, isPrompt, itemsOf } from "./messages.js";

/** Why Codex does not open a rollout: what is wrong with its first line. */
export type HeaderProblem = "empty" | "mark" | "torn" | "missing" | "incomplete" | "other-id";

/** Texts without which Codex does not read the metadata. */
export const HEADER_KEYS = ["timestamp", "cwd", "originator", "cli_version"] as const;

export interface NamedLine {
  readonly row: Row;
  readonly entry: CodexEntry;
}

export interface CodexConversation extends LineConversation {
  readonly messages: readonly CodexMessage[];
  /** The items that a resume sends, before calls and outputs are made whole. */
  readonly history: readonly CodexMessage[];
  readonly entries: readonly CodexEntry[];
  readonly copies: Copies;
  readonly paths: RowPaths;
  readonly path: string;
  readonly header: HeaderProblem | null;
  /** Rows whose place in the order is missing, or not behind the one before. */
  readonly misnumbered: readonly CodexEntry[];
  /** Rows that Codex passes over. */
  readonly refused: readonly NamedLine[];
}

/** The conversation that the lines of one rollout make. */
export function assembleCodex(entries: readonly CodexEntry[], source: LineSource): CodexConversation {
  const meta = metaOf(entries);
  const { all, history, paths } = itemsOf(entries);
  const id = threadIdIn(source.path) ?? asString(meta?.id) ?? basename(source.path, ".jsonl");
  const times = entries.map(({ value }) => parseTime(value?.timestamp)).filter((time) => time !== null);
  const created = parseTime(meta?.timestamp) ?? times[0] ?? parseTime(timeIn(source.path));
  const updated = times.at(-1) ?? null;
  const row: Row = { table: "line", holds: "conversation", id, created, updated, size: 0 };
  const itemRows = new Map(all.map((message) => [message.row.rowid, message.row]));
  return {
    id,
    store: "codex",
    row,
    title: titleOf(all),
    directory: asString(meta?.cwd) ?? asString(contextOf(entries)?.cwd) ?? null,
    version: asString(meta?.cli_version) ?? null,
    created,
    updated,
    messages: all,
    history,
    size: source.bytes,
    entries,
    copies: copiesIn(entries),
    paths,
    path: source.path,
    header: headerProblem(entries, source.path),
    misnumbered: isPaginated(entries) ? misnumberedIn(entries) : [],
    broken: withRests(brokenIn(entries)),
    refused: entries
      .filter(({ value, refusal }) => value && refusal)
      .map((entry) => ({ row: itemRows.get(entry.key) ?? rowOfLine(entry, nameOf(entry)), entry })),
  };
}

function metaOf(entries: readonly CodexEntry[]): JsonObject | undefined {
  const found = entries.find((entry) => typeOf(entry) === "session_meta");
  return found && payloadOf(found);
}

/** The payload of the last turn's context. */
export function contextOf(entries: readonly CodexEntry[]): JsonObject | undefined {
  const found = entries.findLast((entry) => typeOf(entry) === "turn_context");
  return found && payloadOf(found);
}

/** The line by which Codex knows the file; it passes blank ones over. */
export function firstOf(entries: readonly CodexEntry[]): CodexEntry | undefined {
  return entries.find(({ place }) => place.problem !== "blank");
}

function headerProblem(entries: readonly CodexEntry[], path: string): HeaderProblem | null {
  const first = firstOf(entries);
  if (!first) return "empty";
  if (first.isMarked) return "mark";
  if (!isRead(first)) return "torn";
  if (typeOf(first) !== "session_meta") return "missing";
  const meta = payloadOf(first);
  if (HEADER_KEYS.some((key) => typeof meta?.[key] !== "string")) return "incomplete";
  const named = threadIdIn(path);
  return named === undefined || meta?.id === named ? null : "other-id";
}

/** A torn first line is another damage: the metadata is rebuilt, and the line goes with it. */
function brokenIn(entries: readonly CodexEntry[]): BrokenLine[] {
  const first = firstOf(entries);
  return entries.flatMap((entry, at): BrokenLine[] => {
    const { broken: line } = entry;
    if (line?.problem === undefined || line.problem === "too-large" || entry === first) return [];
    const rescued = line.rescued?.length ?? 0;
    const variant = rescued > 0 ? "lost" : at === entries.length - 1 ? "harmless" : "half";
    return [{ row: rowOfBroken(entry), problem: line.problem, variant, rescued }];
  });
}

function rowOfBroken(entry: CodexEntry): Row {
  return rowOfLine(entry, brokenId(entry.broken?.text ?? null));
}

export function rowOfLine({ key, place }: CodexEntry, id: string): Row {
  return { table: "line", holds: "message", id, rowid: key, created: null, updated: null, size: place.size };
}

function nameOf({ value }: CodexEntry): string {
  return [asString(value?.type), asString(value?.timestamp) ?? ""].join(" ");
}

/** True for a rollout whose rows are numbered; older ones are not. */
export function isPaginated(entries: readonly CodexEntry[]): boolean {
  const meta = metaOf(entries);
  return meta?.history_mode === "paginated" || entries.some((entry) => ordinalOf(entry) !== undefined);
}

/** Numbers may leave out some; they never stay, nor go back. */
function misnumberedIn(entries: readonly CodexEntry[]): CodexEntry[] {
  let last = -1;
  return entries.filter((entry) => {
    if (!entry.value) return false;
    const ordinal = ordinalOf(entry);
    if (ordinal === undefined || ordinal <= last) return true;
    last = ordinal;
    return false;
  });
}

function titleOf(messages: readonly CodexMessage[]): string {
  const first = messages.find(isPrompt)?.blocks[0];
  return first?.kind === "text" ? (first.text ?? "").replace(/\s+/g, " ").trim().slice(0, 100) : "";
}
