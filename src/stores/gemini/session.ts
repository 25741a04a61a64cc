import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import type { JsonPath } from "../../files/json-places.js";
import type { Line } from "../../files/lines.js";
import type { BrokenLine, JsonObject, LineConversation, Row } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import { brokenId, withRests } from "../line-bench.js";
import type { RowPaths } from "../line-cursor.js";
import { parseTime } from "../reader.js";
import type { LineSource } from "../store.js";
import { type Chain, type Cut, chainOf } from "./chain.js";
import { decodeMessage, type GeminiMessage } from "./decode.js";
import type { GeminiEntry } from "./entry.js";
import { isResumable, looksLikeMetadata, textOf } from "./records.js";

/** A line that is no message, where a rule names it. */
export interface NamedLine<Cause> {
  readonly row: Row;
  readonly cause: Cause;
}

/** A fault in the metadata of a file. */
export interface HeaderProblem {
  readonly problem: "mark" | "torn" | "missing" | "hash";
  /** False where another line still tells the metadata. */
  readonly isFatal: boolean;
}

export interface GeminiConversation extends LineConversation {
  readonly messages: readonly GeminiMessage[];
  readonly entries: readonly GeminiEntry[];
  readonly chain: Chain;
  readonly paths: RowPaths;
  readonly cuts: readonly NamedLine<Cut>[];
  readonly path: string;
  readonly header: HeaderProblem | null;
  /** Nobody resumes it: a sub-agent wrote it, or it is a document whose messages stand as lines beside it. */
  readonly isAside: boolean;
}

/** The conversation that the lines of one file make. */
export function assembleGemini(entries: readonly GeminiEntry[], source: LineSource): GeminiConversation {
  const chain = chainOf(entries.map(({ value }) => value));
  const paths = new Map<Row, JsonPath>();
  const messages = chain.kept.flatMap((kept, position) =>
    decodeMessage(
      { ...kept, origin: { ...kept.origin, line: entries[kept.origin.line]?.key ?? 0 } },
      position,
      paths,
    ),
  );
  const { metadata } = chain;
  const header = headerProblem(entries, metadata);
  const id = sessionIdOf(entries, metadata, source.path);
  const created = parseTime(metadata.startTime);
  const updated = parseTime(metadata.lastUpdated) ?? messages.at(-1)?.created ?? null;
  const row: Row = { table: "line", holds: "conversation", id, created, updated, size: 0 };
  return {
    id,
    store: "gemini",
    row,
    title: titleOf(chain),
    directory: rootIn(chain),
    version: null,
    created,
    updated,
    messages,
    size: source.bytes,
    entries,
    chain,
    paths,
    cuts: chain.cuts.map((cut) => ({ row: rowOfLine(entries[cut.line], cut.name), cause: cut })),
    broken: withRests(brokenIn(entries, header)),
    path: source.path,
    header,
    isAside: metadata.kind === "subagent" || (source.path.endsWith(".json") && existsSync(`${source.path}l`)),
  };
}

export function rowOfLine(entry: GeminiEntry | undefined, id: string): Row {
  const size = entry?.place.size ?? 0;
  return { table: "line", holds: "message", id, rowid: entry?.key, created: null, updated: null, size };
}

/** Torn metadata is another damage: what is left of it tells the id. */
function brokenIn(entries: readonly GeminiEntry[], header: HeaderProblem | null): BrokenLine[] {
  return entries.flatMap((entry, at): BrokenLine[] => {
    const { broken: line } = entry;
    if (line?.problem === undefined || line.problem === "too-large") return [];
    if (header?.problem === "torn" && isTornHeader(line)) return [];
    const rescued = line.rescued?.length ?? 0;
    const variant = rescued > 0 ? "lost" : at === entries.length - 1 ? "harmless" : "half";
    return [{ row: rowOfBroken(entry), problem: line.problem, variant, rescued }];
  });
}

export function isTornHeader({ text }: Line): boolean {
  return text?.startsWith('{"sessionId"') === true;
}

function rowOfBroken(entry: GeminiEntry): Row {
  return rowOfLine(entry, brokenId(entry.broken?.text ?? null));
}

function headerProblem(entries: readonly GeminiEntry[], metadata: JsonObject): HeaderProblem | null {
  const isFatal = !asString(metadata.sessionId) || !asString(metadata.projectHash);
  if (entries[0]?.marked !== undefined) return { problem: "mark", isFatal };
  if (entries.some(({ broken }) => broken && isTornHeader(broken))) return { problem: "torn", isFatal };
  if (!isFatal) return null;
  return { problem: entries.some(({ value }) => looksLikeMetadata(value)) ? "hash" : "missing", isFatal };
}

const UUID = /"sessionId":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/;

/** The id that the lines tell, else the one that the file's name begins; it is made whole as a UUID. */
function sessionIdOf(entries: readonly GeminiEntry[], metadata: JsonObject, path: string): string {
  const told = asString(metadata.sessionId) || entries.map(idIn).find((id) => id !== undefined);
  if (told) return told;
  const short = /-([0-9a-f]{8})\.jsonl?$/.exec(path)?.[1];
  return short ? `${short}-0000-4000-8000-000000000000` : basename(path, extname(path));
}

function idIn({ value, marked, broken }: GeminiEntry): string | undefined {
  const row = value ?? marked;
  if (looksLikeMetadata(row)) return asString(row.sessionId);
  return UUID.exec(broken?.text ?? "")?.[1];
}

function titleOf({ kept }: Chain): string {
  const first = kept.find(({ message }) => message.type === "user" && isResumable(message));
  return textOf(first?.message.content).replace(/\s+/g, " ").trim().slice(0, 100);
}

/** The folder that the context names: each start writes it into the session. */
function rootIn({ seen }: Chain): string | null {
  for (const { message } of seen.values()) {
    const found = /Workspace Directories:\*\*\n\s+- (.+)/.exec(textOf(message.content))?.[1];
    if (found) return found;
  }
  return null;
}

/** The root of the project, as Gemini CLI notes it beside the folder of the sessions, else as the session tells it. */
export function projectRoot({
  path,
  directory,
}: Pick<GeminiConversation, "path" | "directory">): string | null {
  for (const folder of [dirname(dirname(path)), dirname(dirname(dirname(path)))])
    try {
      return readFileSync(join(folder, ".project_root"), "utf8").trim();
    } catch {
      // Not every version writes it.
    }
  return directory;
}

/** The first time that a line tells, else the one in the file's name. */
export function firstTime({ entries, path }: Pick<GeminiConversation, "entries" | "path">): string | null {
  for (const { value } of entries) {
    const told = isObject(value) ? asString(value.timestamp) : undefined;
    if (told !== undefined) return told;
  }
  const named = /(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-/.exec(basename(path));
  return named ? `${named[1]}T${named[2]}:${named[3]}:00.000Z` : null;
}

/** True for a session that Gemini CLI lists, so that it can be resumed. */
export function isListed({ header, chain, isAside }: GeminiConversation): boolean {
  return !isAside && header?.isFatal !== true && chain.kept.some(({ message }) => isResumable(message));
}
