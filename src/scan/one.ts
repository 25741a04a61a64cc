import { DoctorError, noSession } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { HOSTS, recordedVersion } from "../hosts/hosts.js";
import type { Conversation } from "../model/conversation.js";
import { append } from "../model/numbers.js";
import type { Finding, SessionNote } from "../model/report.js";
import { readDatabase } from "../sources/database.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import { isSqlite } from "./inputs.js";
import { conversationsIn, decodeJson } from "./json.js";
import type { ScanOptions } from "./options.js";

export interface OneConversation {
  readonly conversation: Conversation;
  readonly findings: Finding[];
  readonly note: SessionNote;
  readonly hostVersion: string;
}

/**
 * Reads and judges one conversation of a database, an export or a captured request; without an id, its only one.
 * `full`: every row whole.
 * @throws DoctorError NOT_FOUND, USAGE, UNSUPPORTED, and what opening throws
 */
export async function readOne(
  path: string,
  sessionId: string | undefined,
  options: ScanOptions,
  full = false,
): Promise<OneConversation> {
  const { conversation, recorded } =
    path !== "-" && isSqlite(path) ? fromDatabase(path, sessionId, full) : await fromJson(path, sessionId);
  const hostVersion = options.hostVersion ?? recorded ?? HOSTS[conversation.store].newest;
  const context = contextOf(path, hostVersion, options);
  return {
    conversation,
    findings: judgeOne(conversation, context),
    note: noteOf(conversation, context.showTitles),
    hostVersion,
  };
}

/** So many ids are named where one has to be chosen. */
const SOME = 3;

interface Found {
  conversation: Conversation;
  /** The host version that the input records. */
  recorded: string | null;
}

function fromDatabase(path: string, sessionId: string | undefined, full: boolean): Found {
  const plan = planRead(path);
  try {
    const db = openForReading(plan);
    try {
      const reader = readDatabase(db, path);
      const handle =
        sessionId === undefined
          ? only(reader.handles(), path, (handle) => reader.idOf(handle))
          : reader.handleOf(sessionId);
      if (handle === null) throw noSession(path, sessionId!);
      return { conversation: reader.read(handle, full), recorded: reader.hostVersion() };
    } finally {
      db.close();
    }
  } finally {
    plan.dispose();
  }
}

async function fromJson(path: string, sessionId: string | undefined): Promise<Found> {
  const found: Conversation[] = [];
  for await (const item of readJsonItems(path)) {
    if (item.error) throw item.error;
    const here = conversationsIn(item.value!, item.line).map((one) => decodeJson(one, item.bytes));
    append(
      found,
      here.filter(({ id }) => sessionId === undefined || id === sessionId),
    );
  }
  if (found.length === 0 && sessionId === undefined)
    throw new DoctorError("UNSUPPORTED", `${path}: neither an export nor a request`);
  if (found.length === 0) throw noSession(path, sessionId!);
  const conversation = only(found, path, ({ id }) => id);
  return { conversation, recorded: recordedVersion(conversation.version) };
}

function only<Item>(items: readonly Item[], path: string, idOf: (item: Item) => string): Item {
  if (items.length === 1) return items[0]!;
  const newest = items.slice(-SOME).reverse().map(idOf);
  throw new DoctorError(
    "USAGE",
    items.length === 0
      ? `${path} holds no conversation`
      : `${path} holds ${items.length} conversations: name one with --session ID, such as ${newest.join(", ")}`,
    `doctor scan ${path}`,
  );
}
