import { asDoctorError } from "../errors.js";
import type { MirroredTable } from "../files/postgres/mirror.js";
import { selected } from "../files/postgres/mirror.js";
import type { TextRow } from "../files/postgres/session.js";
import { breather } from "../interrupts.js";
import { append } from "../model/numbers.js";
import type { InputReport } from "../model/report.js";
import type { OrphanRow } from "../stores/reader.js";
import { keyOf, loadOrphans, orderOf, ownerOf, READING, type Server, withServer } from "../stores/server.js";
import { type BatchContext, type BatchResult, contextOf, scanBatch, termsOf } from "./batch.js";
import { Collector } from "./collector.js";
import { failedInput, type InputScan, unopenedError, unownedRows } from "./database.js";
import type { ScanOptions } from "./options.js";
import { chooseOnServer } from "./server-choice.js";
import type { StreamOptions } from "./sink.js";

/** Conversations that a cursor hands over at once. */
const FETCH = 200;
/** Bytes of content that are judged at once, besides those of one conversation. */
const FULL = 4 << 20;

/** Scans a PostgreSQL database in one read-only transaction. Errors are part of the result; it does not throw them. */
export async function scanServer(name: string, options: StreamOptions): Promise<InputScan> {
  try {
    return await withServer(name, READING, (server) => scanOpened(server, options));
  } catch (error) {
    return { input: failedInput(name, asDoctorError(error, name)), findings: [] };
  }
}

/** Scans within the transaction of the server. */
export async function scanOpened(server: Server, options: StreamOptions): Promise<InputScan> {
  const { name, reader, store } = server;
  const recorded = reader.hostVersion();
  const hostVersion = options.hostVersion ?? recorded ?? reader.host.newest;
  const context = contextOf(name, hostVersion, options, true);
  const wanted = options.sessions?.length ? await chooseOnServer(server, options.sessions) : null;
  const collector = new Collector(name, options);
  const sessions = await judgeAll(server, wanted?.ids ?? null, context, collector, {
    kind: store.id,
    hostVersion,
  });
  const { total } = collector;
  const orphans = wanted ? [] : await orphansOnServer(server);
  await collector.add(unownedRows(store, orphans, total, termsOf(store, reader.host, context), context));
  const notes = [...store.database.server.notes(hostVersion), ...untold(options)];
  return {
    input: {
      path: name,
      kind: store.id,
      hostVersion,
      hostVersionFrom: options.hostVersion ? "option" : recorded ? "file" : "newest-known",
      status: total.unopened > 0 ? "partial" : "ok",
      ...(total.unopened > 0 && { error: unopenedError(total.unopened) }),
      ...(notes.length > 0 && { notes }),
      counts: { sessions, messages: total.messages + orphans.length, parts: total.parts },
      sessions: total.sessions,
    },
    findings: collector.findings,
    missing: wanted?.missing ?? [],
  };
}

function untold({ integrity, size }: ScanOptions): string[] {
  const asked = [...(integrity ? ["--integrity"] : []), ...(size ? ["--size"] : [])];
  return asked.map(
    (flag) => `${flag} tells about the pages of SQLite files; a server has its own tools for that`,
  );
}

/** Judges all conversations, or those of these ids. Returns their number. */
async function judgeAll(
  server: Server,
  ids: readonly string[] | null,
  context: BatchContext,
  collector: Collector,
  input: Pick<InputReport, "kind" | "hostVersion">,
): Promise<number> {
  const { session, store, reader, mirror, conversations, messages } = server;
  const where = ids === null ? "" : ` where t.${keyOf(conversations)} = any($1)`;
  const values = ids === null ? [] : [ids];
  const counted = await session.query(`select count(*) from ${conversations.name} t${where}`, values);
  const sessions = Number(counted.rows[0]?.[0]);
  collector.begin(input, sessions);
  let batches: BatchResult[] = [];
  const feed = new Feed(server, (handles) => {
    mirror.commit();
    batches.push(scanBatch({ db: mirror.db, store, reader, context }, handles));
    mirror.clear();
  });
  await session.query(
    `declare conversations no scroll cursor for select ${selected(conversations, "t")} from ${conversations.name} t${where}`,
    values,
  );
  const owned = `select ${selected(messages, "t")} from ${messages.name} t where t.${ownerOf(messages)} = any($1) order by ${orderOf(messages)}`;
  const breathe = breather();
  for (let done = 0; ; ) {
    const { rows } = await session.query(`fetch forward ${FETCH} from conversations`);
    if (rows.length === 0) break;
    await session.stream(owned, [feed.begin(rows)], (row) => feed.add(row));
    feed.end();
    done += rows.length;
    for (const batch of batches) await collector.take(batch, done);
    batches = [];
    if (collector.isOver()) break;
    await breathe();
  }
  return sessions;
}

/** Puts conversations into the mirror, with one or few in memory at a time. Messages come conversation by conversation. */
class Feed {
  readonly #server: Server;
  readonly #judge: (handles: readonly number[]) => void;
  readonly #owner: number;
  readonly #key: number;
  readonly #content: number;
  #waiting = new Map<string, TextRow>();
  #current: string | null = null;
  #handles: number[] = [];
  #bytes = 0;

  /** `judge`: gets the handles of the conversations in the mirror, and empties it. */
  constructor(server: Server, judge: (handles: readonly number[]) => void) {
    const { conversations, messages } = server;
    this.#server = server;
    this.#judge = judge;
    this.#key = indexOf(conversations, keyOf(conversations));
    this.#owner = indexOf(messages, ownerOf(messages));
    this.#content = indexOf(messages, messages.declared.content);
  }

  /** Takes the rows of conversations. Returns their ids. */
  begin(rows: readonly TextRow[]): string[] {
    this.#waiting = new Map(rows.map((row) => [row[this.#key] ?? "", row]));
    this.#current = null;
    return [...this.#waiting.keys()];
  }

  add(message: TextRow): void {
    const owner = message[this.#owner] ?? "";
    if (owner !== this.#current) {
      if (this.#bytes > FULL) this.#flush();
      this.#open(owner);
      this.#current = owner;
    }
    this.#server.mirror.add(this.#server.messages, message);
    this.#bytes += message[this.#content]?.length ?? 0;
  }

  /** Also takes the conversations without a message. */
  end(): void {
    for (const id of this.#waiting.keys()) this.#open(id);
    this.#flush();
  }

  #open(id: string): void {
    const row = this.#waiting.get(id);
    if (row) this.#handles.push(this.#server.mirror.add(this.#server.conversations, row));
    this.#waiting.delete(id);
  }

  #flush(): void {
    this.#judge(this.#handles);
    this.#handles = [];
    this.#bytes = 0;
  }
}

function indexOf({ columns }: MirroredTable, wanted: string | undefined): number {
  return columns.findIndex(({ name }) => name === wanted);
}

/** Messages without a conversation; a server with its foreign key in force has none. */
async function orphansOnServer(server: Server): Promise<OrphanRow[]> {
  const { reader, mirror } = server;
  const found: OrphanRow[] = [];
  const take = () => {
    append(found, reader.orphans());
    mirror.clear();
  };
  await loadOrphans(server, (number) => {
    if (number >= FETCH) take();
  });
  take();
  return found;
}
