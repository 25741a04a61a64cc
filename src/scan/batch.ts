import { existsSync } from "node:fs";
import type { Database } from "../files/sqlite.js";
import { generationOf } from "../hosts/hosts.js";
import { linkRejections } from "../judge/evidence.js";
import { fingerprintOf } from "../judge/fingerprint.js";
import { isPlain, type JudgeOptions, judge, judgeInPlace } from "../judge/judge.js";
import type { Conversation, Store } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import { append } from "../model/numbers.js";
import { type Finding, rank, type SessionNote, type Severity } from "../model/report.js";
import type { Reader } from "../stores/reader.js";
import { type PackedFindings, pack } from "./findings.js";
import type { ScanOptions } from "./options.js";
import { addLosses, type Losses, noLosses } from "./readiness.js";
import type { Target } from "./targets.js";

/** What a thread needs to judge conversations; plain data. */
export interface BatchContext {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly rules: readonly string[] | null;
  readonly severity: Severity;
  readonly now: number;
  readonly live: boolean;
  readonly checkDirectories: boolean;
  readonly moves?: readonly Move[];
  readonly showTitles: boolean;
  readonly target?: Target;
}

/** The terms for one input; nothing is taken for a turn at work unless the caller says so. */
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
    rules: options.rules ?? null,
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
  /** Rows that were too large to open. */
  unopened: number;
  /** Conversations that SQLite could not read. */
  damaged: number;
  losses: Losses;
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
  };
}

/**
 * Judges the conversations behind the handles, one in memory at a time. In one read transaction: all queries of a
 * conversation see the same rows, also while a host writes.
 */
export function scanBatch(
  db: Database,
  reader: Reader,
  handles: readonly number[],
  context: BatchContext,
): BatchResult {
  db.exec("begin");
  try {
    return judgeAll(reader, handles, context);
  } finally {
    db.exec("rollback");
  }
}

function judgeAll(reader: Reader, handles: readonly number[], context: BatchContext): BatchResult {
  const result = emptyResult();
  const found: Finding[] = [];
  const terms = termsOf(reader.kind, context);
  for (const handle of handles) {
    let conversation: Conversation;
    try {
      const skimmed = reader.skim?.(handle);
      if (skimmed && isPlain(skimmed, terms)) {
        result.messages += skimmed.messages;
        result.parts += skimmed.parts;
        continue;
      }
      conversation = reader.read(handle);
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith("SQLITE_CORRUPT")) throw error;
      result.damaged++;
      found.push(damagedSession(reader, handle, context, error as Error));
      continue;
    }
    result.messages += conversation.messages.length;
    for (const message of conversation.messages) {
      result.parts += message.row.table === "message" ? countParts(message) : 0;
      result.unopened += message.unreadableRows?.filter(({ reason }) => reason === "too-large").length ?? 0;
    }
    const judged = judgeInPlace(conversation, terms);
    addLosses(result.losses, conversation, judged);
    const findings = linkRejections(
      conversation,
      judged.map(({ finding }) => finding),
    ).filter((finding) => passes(finding, context));
    if (findings.length === 0) continue;
    append(found, findings);
    result.sessions.push(noteOf(conversation, context.showTitles));
  }
  return { ...result, findings: pack(found) };
}

/** Findings of one conversation that pass the user's filters. */
export function judgeOne(conversation: Conversation, context: BatchContext): Finding[] {
  return judge(conversation, termsOf(conversation.store, context)).filter((finding) =>
    passes(finding, context),
  );
}

function termsOf(store: Store, context: BatchContext): JudgeOptions {
  const generation = generationOf(store, context.hostVersion);
  return { ...context, generation, ...(context.checkDirectories && { directoryExists: existsSync }) };
}

/** The user's filters. */
export function passes({ severity, rule }: Finding, context: BatchContext): boolean {
  return rank[severity] <= rank[context.severity] && (context.rules?.includes(rule) ?? true);
}

function countParts(message: Conversation["messages"][number]): number {
  const unread = message.unreadableRows?.filter(({ row }) => row.table === "part").length ?? 0;
  return message.blocks.length + unread;
}

export function noteOf(conversation: Conversation, showTitles: boolean): SessionNote {
  return {
    id: conversation.id,
    folder: conversation.directory?.split(/[\\/]/).findLast((part) => part !== "") ?? null,
    updated: conversation.updated,
    size: conversation.size,
    messages: conversation.messages.length,
    ...(showTitles && { title: conversation.title }),
  };
}

function damagedSession(reader: Reader, handle: number, context: BatchContext, error: Error): Finding {
  const table = reader.kind === "opencode" ? "session" : "ai_conversations";
  return {
    rule: "integrity",
    severity: "error",
    input: context.input,
    session: null,
    evidence: { rowid: handle, sqlite: error.message },
    effects: [{ target: reader.kind, effect: "unreadable", error: error.message }],
    repair: { safety: "none" },
    fingerprint: fingerprintOf("integrity", null, { table, id: String(handle) }),
  };
}
