import { type DoctorError, noSession } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { isServer } from "../files/postgres/name.js";
import { openForReading, planRead } from "../files/sqlite.js";
import type { Conversation } from "../model/conversation.js";
import { append } from "../model/numbers.js";
import type { Finding, SessionNote } from "../model/report.js";
import { type Host, recordedVersion } from "../stores/host.js";
import { hostOf, openDatabase, storeOf, usualHost } from "../stores/index.js";
import { readLines } from "../stores/line-bench.js";
import type { Reader } from "../stores/reader.js";
import type { AnyStore } from "../stores/store.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import { type Found, only } from "./found.js";
import { isSqlite } from "./inputs.js";
import { conversationsIn, decodeJson, NO_VERSION, unknownKind } from "./json-conversations.js";
import { openLines } from "./lines.js";
import type { ScanOptions } from "./options.js";
import { idOf, isMeant, isNamed, titled } from "./session-choice.js";

export interface OneConversation {
  readonly conversation: Conversation;
  readonly findings: Finding[];
  readonly note: SessionNote;
  readonly hostVersion: string;
  readonly store: AnyStore;
  readonly host: Host | null;
}

/**
 * Reads and judges one conversation of a database, an export or a captured request. Without an id, the input must hold
 * only one. `full`: long tool outputs are read whole.
 * @throws DoctorError NOT_FOUND, USAGE, UNSUPPORTED, and the errors of opening the file
 */
export async function readOne(
  path: string,
  sessionId: string | undefined,
  options: ScanOptions,
  full = false,
): Promise<OneConversation> {
  const { conversation, recorded, host } = await readFrom(path, sessionId, full);
  const hostVersion = options.hostVersion ?? recorded ?? host?.newest ?? NO_VERSION;
  const store = storeOf(conversation);
  const context = contextOf(path, hostVersion, options);
  return {
    conversation,
    findings: judgeOne(conversation, host, context),
    note: noteOf(conversation, context.showTitles),
    hostVersion,
    store,
    host: hostOf(store, host, hostVersion),
  };
}

async function readFrom(path: string, sessionId: string | undefined, full: boolean): Promise<Found> {
  if (isServer(path)) return (await import("./server-one.js")).fromServer(path, sessionId, full);
  if (path !== "-" && isSqlite(path)) return fromDatabase(path, sessionId, full);
  return fromLines(path, sessionId, full) ?? (await fromJson(path, sessionId));
}

function fromDatabase(path: string, sessionId: string | undefined, full: boolean): Found {
  const plan = planRead(path);
  try {
    const db = openForReading(plan);
    try {
      const { reader } = openDatabase(db, path);
      const handle =
        sessionId === undefined
          ? only(reader.handles(), path, (one) => reader.idOf(one))
          : handleOf(reader, path, sessionId);
      return { conversation: reader.read(handle, full), recorded: reader.hostVersion(), host: reader.host };
    } finally {
      db.close();
    }
  } finally {
    plan.dispose();
  }
}

function handleOf(reader: Reader, path: string, sessionId: string): number {
  const handle = reader.handleOf(idOf(reader, sessionId, path));
  if (handle === null) throw noSession(path, sessionId);
  return handle;
}

/** From a file of lines: its conversation, or a request that it holds beside it. Null for any other file. */
function fromLines(path: string, sessionId: string | undefined, full: boolean): Found | null {
  const open = path === "-" ? null : openLines(path);
  if (!open) return null;
  const { store, file } = open;
  try {
    const { conversation, entries } = readLines(store.lines, file, path, full);
    const recorded = recordedVersion(conversation.version);
    if (sessionId === undefined || isMeant(sessionId, titled(conversation)))
      return { conversation, recorded, host: usualHost(store) };
    for (const { name, value } of store.lines.requests?.(entries) ?? [])
      if (name === sessionId)
        for (const one of conversationsIn(value, 0))
          return { conversation: decodeJson({ ...one, id: name }, 0), recorded: null, host: null };
    throw noSession(path, sessionId);
  } finally {
    file.close();
  }
}

async function fromJson(path: string, sessionId: string | undefined): Promise<Found> {
  const found: Conversation[] = [];
  let unknown: DoctorError | undefined;
  for await (const item of readJsonItems(path)) {
    if (item.error) throw item.error;
    const here = conversationsIn(item.value, item.line).map((one) => decodeJson(one, item.bytes));
    if (here.length === 0) unknown ??= unknownKind(path, item.line, item.value);
    append(
      found,
      here.filter((one) => sessionId === undefined || isNamed(sessionId, titled(one))),
    );
  }
  if (found.length === 0)
    throw sessionId === undefined ? (unknown ?? unknownKind(path, 0)) : noSession(path, sessionId);
  const conversation = only(found, path, ({ id }) => id);
  const host = usualHost(storeOf(conversation));
  return { conversation, recorded: recordedVersion(conversation.version), host };
}
