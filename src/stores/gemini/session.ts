import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Conversation, JsonObject, Row } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import { parseTime } from "../reader.js";
import type { LineSource } from "../store.js";
import { type Chain, chainOf } from "./chain.js";
import { decodeMessage, type GeminiMessage, type Places } from "./decode.js";
import type { GeminiEntry } from "./entry.js";
import { isResumable, looksLikeMetadata, textOf } from "./records.js";

/** Why Gemini CLI finds no metadata in a file. */
export type HeaderProblem = "mark" | "torn" | "missing" | "hash";

export interface GeminiConversation extends Conversation {
  readonly messages: readonly GeminiMessage[];
  readonly entries: readonly GeminiEntry[];
  readonly chain: Chain;
  readonly places: Places;
  readonly path: string;
  /** Null where the session is listed under its id. */
  readonly header: HeaderProblem | null;
  /** Written by a sub-agent: nobody resumes it. */
  readonly isSubagent: boolean;
}

/** The conversation that the lines of one file make. */
export function assembleGemini(entries: readonly GeminiEntry[], source: LineSource): GeminiConversation {
  const chain = chainOf(entries.map(({ value }) => value));
  const places: Places = new Map();
  const messages = chain.kept.flatMap((kept, position) =>
    decodeMessage({ ...kept, origin: { ...kept.origin, line: entries[kept.origin.line]?.key ?? 0 } }, position, places),
  );
  const { metadata } = chain;
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
    places,
    path: source.path,
    header: headerProblem(entries, metadata),
    isSubagent: metadata.kind === "subagent",
  };
}

function headerProblem(entries: readonly GeminiEntry[], metadata: JsonObject): HeaderProblem | null {
  if (asString(metadata.sessionId) && asString(metadata.projectHash)) return null;
  if (entries[0]?.marked !== undefined) return "mark";
  if (entries.some(({ value }) => looksLikeMetadata(value))) return "hash";
  return entries.some(({ broken }) => broken?.text?.startsWith('{"sessionId"')) ? "torn" : "missing";
}

const UUID = /"sessionId":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/;

/** The id that the lines tell, else the one that the file's name begins; it is made whole as a UUID. */
function sessionIdOf(entries: readonly GeminiEntry[], metadata: JsonObject, path: string): string {
  const told = asString(metadata.sessionId) || entries.map(idIn).find((id) => id !== undefined);
  if (told) return told;
  const short = /-([0-9a-f]{8})\.jsonl$/.exec(path)?.[1];
  return short ? `${short}-0000-4000-8000-000000000000` : basename(path, ".jsonl");
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
export function projectRoot({ path, directory }: Pick<GeminiConversation, "path" | "directory">): string | null {
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
export function isListed({ header, chain, isSubagent }: GeminiConversation): boolean {
  return !isSubagent && header === null && chain.kept.some(({ message }) => isResumable(message));
}

