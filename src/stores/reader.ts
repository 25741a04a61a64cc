import type { Conversation, Plain, Row } from "../model/conversation.js";
import type { Host } from "./host.js";

export { MAX_ROW_BYTES } from "../files/limits.js";

export interface Counts {
  sessions: number;
  messages: number;
  parts: number;
}

/** A quick look at a conversation, without its long outputs. */
export interface Skimmed<C extends Conversation = Conversation> extends Omit<Counts, "sessions"> {
  /** Null where its rows have to be judged. */
  readonly plain: Plain | null;
  /** The same as `Reader.read` within the same transaction; rows that were fetched are not fetched again. */
  read(full?: boolean): C;
}

/** A row whose owner is gone, and the owner that it names. */
export interface OrphanRow {
  readonly row: Row;
  readonly session: string | null;
  readonly owner: string;
}

/** A tool call as it is stored; `input` is JSON text. */
export interface FoundCall {
  readonly session: string;
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

/** A conversation as the host lists it. Times in ms since 1970. */
export interface Listed {
  readonly id: string;
  readonly title: string | null;
  /** The last folder name of its directory. */
  readonly folder: string | null;
  readonly updated: number | null;
  readonly messages: number;
}

/** Reads one database conversation by conversation, in the host's own order. A handle is a SQLite rowid. */
export interface Reader<C extends Conversation = Conversation> {
  /** The program that writes the file. */
  readonly host: Host<C>;
  handles(): number[];
  handleOf(sessionId: string): number | null;
  idOf(handle: number): string;
  /** Every conversation, the one that was used last first. */
  list(): Listed[];
  /** `full`: every row whole; otherwise long tool outputs are shortened, which no rule looks at. */
  read(handle: number, full?: boolean): C;
  /** Looks at a conversation quickly, instead of reading it. */
  skim?(handle: number): Skimmed<C>;
  counts(): Counts;
  /** `orphaned`: only conversations whose parent is gone. */
  orphans(orphaned?: "conversation"): OrphanRow[];
  /** The highest release version that the file records. */
  hostVersion(): string | null;
  notes(): string[];
  /** Tool calls whose input is an object, of all conversations, in their order. */
  findCalls(isWanted: (id: string) => boolean): FoundCall[];
  /** Files that a newer program imports: conversations that it has not imported yet. Null elsewhere. */
  notImported(): number | null;
}

/** Orders conversations by last use, the newest first. */
export function newestFirst(list: Listed[]): Listed[] {
  const time = ({ updated }: Listed) => updated ?? Number.NEGATIVE_INFINITY;
  return list.sort((one, other) => time(other) - time(one) || (one.id < other.id ? -1 : 1));
}

export function parseTime(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const iso = /^\d{4}-\d{2}-\d{2} \d/.test(value) ? `${value.replace(" ", "T")}Z` : value;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

/** Runs through a query of calls and keeps those that are asked for. */
export function keepCalls(rows: Iterable<unknown>, isWanted: (id: string) => boolean): FoundCall[] {
  const found: FoundCall[] = [];
  for (const row of rows) {
    const [session, id, name, input] = row as unknown[];
    if (typeof id === "string" && typeof name === "string" && isWanted(id))
      found.push({ session: String(session), id, name, input: String(input) });
  }
  return found;
}
