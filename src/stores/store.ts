import type { Editor } from "../files/editor.js";
import type { JsonPath } from "../files/json-places.js";
import type { OwnTexts } from "../files/json-text.js";
import type { LineOperation } from "../files/line-write.js";
import type { Line } from "../files/lines.js";
import type { Operation } from "../files/rows.js";
import type { Database } from "../files/sqlite.js";
import type { Table } from "../files/tables.js";
import type { Conversation, Json, Plain, Row } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import type { KnownError } from "../providers/errors.js";
import type { Edits } from "../rules/edits.js";
import type { AnyRule, Rule } from "../rules/rule.js";
import type { Host } from "./host.js";
import type { LineEditor } from "./line-editor.js";
import type { Reader } from "./reader.js";

/** A kind of place where conversations are kept: its folder knows everything about it, nothing else does. */
export interface Store<C extends Conversation = Conversation, E extends Edits = Edits> {
  readonly id: string;
  /** The name that sentences use. */
  readonly title: string;
  /** The programs that write it, the usual one first; empty for requests, which are sent as they are. */
  readonly hosts: readonly Host<C>[];
  /** Programs with the same tables and versions of their own. */
  readonly forks?: readonly Host<C>[];
  /** Every kind of damage that it can have, in the order of their ids. */
  readonly rules: readonly Rule<C, E>[];
  /** Texts of its hosts' errors, and the rules that explain them. */
  readonly errors?: readonly KnownError[];
  /** Forms in which it lies in SQLite, and in JSON. */
  readonly database?: DatabaseForm<C, E>;
  readonly document?: DocumentForm<C, E>;
  /** The form in which it lies in the lines of a file, one conversation a file. */
  readonly lines?: LinesForm<C, E>;
  /** Programs that import its files and drop damaged rows. */
  readonly targets?: readonly string[];
  /** True if findings tell the place of a message in its conversation: its id says little. */
  readonly showsPosition?: boolean;
  /** True if conversations and rows have no ids of their own: the name of the file and the call tell them apart. */
  readonly isAnonymous?: boolean;
  /** True if only refusals by the providers that a conversation was made for are mended: notes on others are not. */
  readonly isForItsReaders?: boolean;
  discover?(places: Places): Discovered;
}

/** Where a discovery looks. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Undefined for a user that the system does not know. */
  readonly home: string | undefined;
}

export interface Discovered {
  /** Places to look at, in order. */
  readonly looked: readonly string[];
  /** Places that an environment variable names, under the variable's name. */
  readonly named: Readonly<Record<string, readonly string[]>>;
  /** Tells where else conversations may be, once it is known which places exist. */
  hints?(found: readonly string[]): string[];
}

/** How a store lies in a SQLite database. */
export interface DatabaseForm<C extends Conversation = Conversation, E extends Edits = Edits> {
  readonly tables: readonly Table[];
  /** Names of other tables that are read where they exist. */
  readonly alsoReads?: readonly string[];
  /** True if a database that has the tables and columns is one of this store. */
  isIt?(db: Database): boolean;
  /** `path`: of the file, for a store that compares it with files beside it. */
  open(db: Database, path: string): Reader<C>;
  edits(conversation: C, editor: Editor): E;
  /** Final changes after the last mend, such as whole positions; true if there were any. */
  settle?(db: Database, editor: Editor): boolean;
  /** @throws DoctorError REFUSED where a repair of this file would be of no use */
  refuse?(db: Database, path: string): void;
  /** Tables that a reader needs besides the declared ones, as SQL for an empty working copy. */
  readonly working?: string;
  readonly exporter?: Exporter;
  readonly eventLog?: EventLog;
  /** Present if the same tables may lie on a PostgreSQL server. */
  readonly server?: ServerForm;
}

/** The differences of tables on a PostgreSQL server. */
export interface ServerForm {
  /** Takes the place of `settle`: another program may add a row while the repair is written. */
  settle(db: Database, editor: Editor): boolean;
  /** Sentences about a version of the host that fails on a server whatever its rows hold. */
  notes(hostVersion: string): string[];
}

/** A table that logs events. Its pages are counted, its rows never read. */
export interface EventLog {
  readonly table: string;
  /** How its pages could be freed. */
  readonly reclaim: string;
  /** When the usual host empties it. */
  readonly emptied: string;
  /** Why they must stay in a file that a newer program has imported. */
  readonly inUse: string;
}

/** How one conversation of a database becomes a file. */
export interface Exporter {
  /**
   * `leaveOut` is told of each row that the file cannot hold; without it every row is taken.
   * @throws DoctorError NOT_FOUND
   */
  build(db: Database, path: string, id: string, leaveOut?: (row: LeftOut) => void): object;
  redact(value: object): object;
}

/** A row that an export cannot hold, and why. */
export interface LeftOut {
  readonly table: string;
  readonly id: string;
  readonly reason: string;
}

/** How a store lies in a JSON value. */
export interface DocumentForm<C extends Conversation = Conversation, E extends Edits = Edits> {
  /** The kind of the input in reports. */
  readonly kind: string;
  /** The format of the value; null where it is none of this store. */
  recognise(value: Json): string | null;
  /** The name of a format that is known and not read; null for others. */
  foreign?(value: Json): string | null;
  /** `name`: tells it from others of the same file. */
  read(value: Json, name: string, bytes: number): C;
  /** A quick look at the value: answers when nothing in it needs judging; null where a rule may find something. */
  plain?(value: Json): Plain | null;
  /** From the value to the place of a finding. */
  pathOf(value: Json): (finding: Finding) => JsonPath;
  open(value: Json, name: string, recall?: Recall): DocumentBench<C, E>;
  /** Notes for the user about the value, besides its findings. */
  notes?(value: Json): string[];
  /** A rule whose damage may come to light at the end of the list, when what hid it is gone. */
  readonly mayUncover?: string;
}

/** A file of lines, as it is told to the store. */
export interface LineSource {
  readonly path: string;
  readonly bytes: number;
  /** ms since 1970. */
  readonly modified: number;
}

/** The part of one line that a store keeps. Every row that stands in the line has its `key` as `rowid`. */
export interface LineEntry {
  readonly key: number;
  readonly place: Pick<Line, "number" | "size" | "problem">;
}

/** How a store lies in a file of JSON Lines: one conversation a file. */
export interface LinesForm<
  C extends Conversation = Conversation,
  E extends Edits = Edits,
  N extends LineEntry = LineEntry,
> {
  /** True for a value that is a row of this store. */
  isRow(value: Json): boolean;
  /** How a file begins that holds the conversation as one JSON document. The document is then its only line. */
  readonly document?: RegExp;
  /** True if a file is of this store: by its first lines, and by its name only where none of them can be read. */
  isIt(first: readonly Line[], path: string): boolean;
  /** Returns the part of a line that the tool keeps. `full`: every text whole; otherwise long texts are shortened, which no rule looks at. */
  decode(line: Line, key: number, full: boolean): N;
  /** The conversation that the entries of a file make, given in the order of the file. */
  assemble(entries: readonly N[], source: LineSource): C;
  edits(conversation: C, editor: LineEditor): E;
  /** Programs that write such a file, as patterns of their command lines. */
  readonly programs: readonly RegExp[];
  /** A row of the file with its texts replaced by placeholders. */
  redact?(row: Json): Json;
  /** Requests that the file holds beside its conversation, by name. */
  requests?(entries: readonly N[]): Iterable<{ readonly name: string; readonly value: Json }>;
}

/** A tool call as a database knows it; `input` is JSON text. */
export interface KnownCall {
  readonly name: string;
  readonly input: string;
}
/** Answers with the next known call of an id. */
export type Recall = (id: string) => KnownCall | undefined;

export interface Mark {
  keep(): void;
  undo(): void;
}

/** A conversation that is being mended: all that the repair engine knows of a store. */
export interface Workbench<C extends Conversation = Conversation, E extends Edits = Edits> {
  /** Reads the conversation as it stands now. */
  look(): C;
  /** The edits for a rule. `conversation`: the result of the last look. */
  edits(conversation: C, rule: string): E;
  exists(row: Row): boolean;
  /** Remembers the present state, until the mark is kept or undone. */
  mark(): Mark;
  settle?(): boolean;
}

/** The same for rows of a database. */
export interface RowBench<C extends Conversation = Conversation, E extends Edits = Edits>
  extends Workbench<C, E> {
  /** The changes since the bench was opened. */
  operations(session: string | null): Operation[];
}

/** The same for a file of lines. */
export interface LineBench<C extends Conversation = Conversation, E extends Edits = Edits>
  extends Workbench<C, E> {
  /** The differences from the lines as they were, in the order of the file. */
  operations(session: string | null): LineOperation[];
}

/** The same for a document. */
export interface DocumentBench<C extends Conversation = Conversation, E extends Edits = Edits>
  extends Workbench<C, E> {
  /**
   * The given value itself if nothing changed; unchanged pieces are the given objects. Null if nothing is left.
   */
  result(): Json | null;
  /** The texts of values that edits parsed: the file gets them as they were. */
  readonly texts?: OwnTexts;
  close(): void;
  /** How many lost calls are known, and whether all are. */
  readonly recalled?: { readonly known: number; readonly isWhole: boolean };
}

/** A store whose types are erased, as the list of stores holds it. */
export interface AnyStore extends Omit<Store, "rules"> {
  readonly rules: readonly AnyRule[];
}

/** Checks that the store's edits can do what each of its rules asks for. */
export function defineStore<C extends Conversation, E extends Edits>(store: Store<C, E>): AnyStore {
  return store;
}

/** The exports of a module of rules, in the order of their ids. */
export function inOrder<R extends { readonly id: string }>(rules: Readonly<Record<string, R>>): R[] {
  return Object.values(rules).sort((one, other) => (one.id < other.id ? -1 : 1));
}
