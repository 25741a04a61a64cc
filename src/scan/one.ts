import { DoctorError } from "../errors.js";
import { HOSTS } from "../hosts/hosts.js";
import type { Conversation } from "../model/conversation.js";
import type { Finding, SessionNote } from "../model/report.js";
import { readDatabase } from "../sources/database.js";
import { openForReading, planRead } from "../sources/sqlite.js";
import { type BatchContext, judgeOne, noteOf } from "./batch.js";
import type { ScanOptions } from "./options.js";

export interface OneConversation {
  readonly conversation: Conversation;
  readonly findings: Finding[];
  readonly note: SessionNote;
  readonly hostVersion: string;
}

/**
 * Reads and judges one conversation of a database; without an id, its only one.
 * @throws DoctorError NOT_FOUND, USAGE, and what opening a database throws
 */
export function readOne(
  path: string,
  sessionId: string | undefined,
  options: ScanOptions,
  full = false,
): OneConversation {
  const plan = planRead(path);
  try {
    const db = openForReading(plan);
    try {
      const reader = readDatabase(db, path);
      const handle =
        sessionId === undefined ? onlyHandle(reader.handles(), path) : reader.handleOf(sessionId);
      if (handle === null)
        throw new DoctorError("NOT_FOUND", `${path}: no session ${sessionId}`, `doctor scan ${path}`);
      const conversation = reader.read(handle, full);
      const hostVersion = options.hostVersion ?? reader.hostVersion() ?? HOSTS[reader.kind].newest;
      const context: BatchContext = {
        input: path,
        hostVersion,
        providers: options.providers ?? [],
        rules: options.rules ?? null,
        severity: options.severity ?? "info",
        now: options.now ?? Date.now(),
        live: false,
        checkDirectories: false,
        showTitles: options.showTitles ?? false,
      };
      return {
        conversation,
        findings: judgeOne(conversation, context),
        note: noteOf(conversation, context.showTitles),
        hostVersion,
      };
    } finally {
      db.close();
    }
  } finally {
    plan.dispose();
  }
}

function onlyHandle(handles: number[], path: string): number {
  if (handles.length === 1) return handles[0]!;
  throw new DoctorError(
    "USAGE",
    `${path} holds ${handles.length} conversations: name one with --session ID`,
    `doctor scan ${path}`,
  );
}
