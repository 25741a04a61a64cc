import { existsSync } from "node:fs";
import type { Database } from "../files/sqlite.js";
import { linkRejections } from "../judge/evidence.js";
import { damagedSession } from "../judge/file-findings.js";
import { isPlain, judge, judgeInPlace } from "../judge/judge.js";
import type { JudgeTerms } from "../judge/terms.js";
import type { Conversation, Row } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import { append } from "../model/numbers.js";
import { type Finding, rank, type SessionNote, type Severity } from "../model/report.js";
import { lastFolder } from "../model/text.js";
import { generationOf, type Host } from "../stores/host.js";
import { type DatabaseStore, hostOf, storeOf } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import type { AnyStore } from "../stores/store.js";
import type { Attendant } from "./attendant.js";
import { type PackedFindings, pack } from "./findings.js";
import type { ScanOptions } from "./options.js";
import { addLosses, type Losses, noLosses } from "./readiness.js";

/** All that a thread needs to judge conversations, as plain data. */
export interface BatchContext {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly model?: string;
  readonly rules: readonly string[] | null;
  readonly ignore: readonly string[];
  readonly severity: Severity;
  readonly now: number;
  readonly live: boolean;
  readonly checkDirectories: boolean;
  readonly moves?: readonly Move[];
  readonly showTitles: boolean;
  readonly target?: string;
}

/** Makes the context of one input. `live`: another process may be at work on the newest turn. */
export function contextOf(
  input: string,
  hostVersion: string,
  options: ScanOptions,
  live = false,
): BatchContext {
  return {
    input,
    hostVersion,
    live,
    providers: options.providers ?? [],
    model: options.model,
    rules: options.rules ?? null,
    ignore: options.ignore ?? [],
    severity: options.severity ?? "info",
    now: options.now ?? Date.now(),
    checkDirectories: options.checkDirectories ?? false,
    moves: options.moves,
    showTitles: options.showTitles ?? false,
    ...(options.target && { target: options.target }),
  };
}

export interface BatchResult {
  findings: PackedFindings[];
  sessions: SessionNote[];
  messages: number;
  parts: number;
  /** Number of rows that were too large to open. */
  unopened: number;
  /** Number of conversations that SQLite could not read. */
  damaged: number;
  losses: Losses;
  /** The number of conversations by a directory that does not exist. */
  gone: Map<string, number>;
  /** The answers of the attendant. */
  attended: unknown[];
}

export function emptyResult(): BatchResult {
  return {
    findings: [],
    sessions: [],
    messages: 0,
    parts: 0,
    unopened: 0,
    damaged: 0,
    losses: noLosses(),
    gone: new Map(),
    attended: [],
  };
}

/** A database that a thread judges. */
export interface Desk {
  readonly db: Database;
  readonly store: DatabaseStore;
  readonly reader: Reader;
  readonly context: BatchContext;
  readonly attendant?: Attendant;
  /** The number of conversations with damage that were judged last, one directly after the other. */
  damagedInRow?: number;
}

/**
 * Judges the conversations of these handles, with one in memory at a time. All queries run in one read transaction, so
 * that they see the same rows even while a host writes.
 */
export function scanBatch(desk: Desk, handles: readonly number[]): BatchResult {
  desk.db.exec("begin");
  try {
    return judgeAll(desk, handles);
  } finally {
    desk.db.exec("rollback");
  }
}

/** A conversation behind this many damaged ones is probably damaged too: it is read whole without a quick look. */
const READ_AT_ONCE_AFTER = 3;

function judgeAll(desk: Desk, handles: readonly number[]): BatchResult {
  const { store, reader, context, attendant } = desk;
  const result = emptyResult();
  const found: Finding[] = [];
  const terms = termsOf(store, reader.host, context);
  for (const handle of handles) {
    let conversation: Conversation;
    try {
      const skimmed = (desk.damagedInRow ?? 0) < READ_AT_ONCE_AFTER ? reader.skim?.(handle) : undefined;
      if (skimmed && isPlain(skimmed, terms)) {
        result.messages += skimmed.messages;
        result.parts += skimmed.parts;
        desk.damagedInRow = 0;
        continue;
      }
      const isFull = attendant !== undefined;
      conversation = skimmed?.read(isFull) ?? reader.read(handle, isFull);
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith("SQLITE_CORRUPT")) throw error;
      result.damaged++;
      found.push(damagedSession(conversationTable(store), handle, error as Error, terms));
      continue;
    }
    result.messages += conversation.messages.length;
    for (const message of conversation.messages) {
      result.parts += countParts(message);
      result.unopened += message.unreadableRows?.filter(({ reason }) => reason === "too-large").length ?? 0;
    }
    if (conversation.directory && terms.directoryExists?.(conversation.directory) === false)
      result.gone.set(conversation.directory, (result.gone.get(conversation.directory) ?? 0) + 1);
    const judged = judgeInPlace(conversation, terms);
    addLosses(result.losses, store, conversation, judged);
    const findings = linkRejections(
      conversation,
      judged.map(({ finding }) => finding),
    ).filter((finding) => passes(finding, context));
    desk.damagedInRow = judged.length > 0 ? (desk.damagedInRow ?? 0) + 1 : 0;
    if (findings.length === 0) continue;
    append(found, findings);
    result.sessions.push(noteOf(conversation, context.showTitles));
    if (attendant) result.attended.push(attendant.attend({ handle, conversation, judged, findings }));
  }
  return { ...result, findings: pack(found) };
}

/** The findings of a conversation that pass the user's filters. */
export function judgeOne(conversation: Conversation, host: Host | null, context: BatchContext): Finding[] {
  const terms = termsOf(storeOf(conversation), host, context);
  return judge(conversation, terms).filter((finding) => passes(finding, context));
}

/** `told`: the program that the file tells. */
export function termsOf(store: AnyStore, told: Host | null, context: BatchContext): JudgeTerms {
  const host = hostOf(store, told, context.hostVersion);
  const generation = host && generationOf(host, context.hostVersion);
  return {
    ...context,
    store,
    host,
    generation,
    features: generation?.features ?? {},
    ...(context.checkDirectories && { directoryExists: askedOnce(existsSync) }),
  };
}

/** Conversations share few directories. */
function askedOnce(exists: (path: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const before = known.get(path) ?? exists(path);
    known.set(path, before);
    return before;
  };
}

/** The name of the table that holds the store's conversations. */
export function conversationTable({ database, id }: DatabaseStore): string {
  return database.tables.find(({ holds }) => holds === "conversation")?.name ?? id;
}

/** True if the user's filters let the finding through. */
export function passes({ severity, rule }: Finding, context: BatchContext): boolean {
  if (context.ignore.includes(rule)) return false;
  return rank[severity] <= rank[context.severity] && (context.rules?.includes(rule) ?? true);
}

/** Counts the pieces that are rows of their own, unreadable ones included. */
function countParts({ blocks, unreadableRows = [] }: Conversation["messages"][number]): number {
  const isPart = ({ row }: { row: Row }) => row.holds === "piece";
  return blocks.filter(isPart).length + unreadableRows.filter(isPart).length;
}

/** Notes are listed by the ids of their conversations. */
export function byId({ id: one }: SessionNote, { id: other }: SessionNote): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function noteOf(conversation: Conversation, showTitles: boolean): SessionNote {
  return {
    id: conversation.id,
    folder: conversation.directory ? lastFolder(conversation.directory) : null,
    updated: conversation.updated,
    size: conversation.size,
    messages: conversation.messages.length,
    ...(showTitles && { title: conversation.title }),
  };
}
