/** The shape of a conversation, the same for every store. Each piece names the row that it came from. */

import type { DocumentFacts } from "./pdf.js";
import type { ItemFacts, RequestSettings } from "./request-settings.js";

export type Role = "system" | "user" | "assistant" | "tool";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The kind of thing that a row holds. `context`: something that belongs to no conversation, such as a project. */
export type Holds = "conversation" | "message" | "piece" | "context";

/** A stored row (or, in a JSON file, the object that stands for one). Times are ms since 1970, sizes bytes. */
export interface Row {
  /** Name of its table. Only fingerprints, journals and reports use the name; code asks `holds`. */
  readonly table: string;
  readonly holds: Holds;
  readonly id: string;
  /** The SQLite rowid, for rows of a database: their ids may be doubled, or no text. */
  readonly rowid?: number;
  readonly created: number | null;
  readonly updated: number | null;
  readonly size: number;
  /** The owner that the row names, if it is not the one under which the row was read. */
  readonly strayOwner?: string;
}

/** The reason why the content of a row could not be read. */
export type Unreadable = "json" | "not-text" | "too-large" | "shape";

/** The kind of value found as a tool input. `unquoted`: a value where the format wants JSON text. */
export type InputKind =
  | "object"
  | "unquoted"
  | "array"
  | "string"
  | "number"
  | "boolean"
  | "null"
  | "missing";
export type CallState = "pending" | "running" | "completed" | "error" | "unknown";

interface Piece {
  readonly row: Row;
  /**
   * Captured requests: the name of its kind in their format, such as `input_text`; absent for content that is one
   * string.
   */
  readonly form?: string;
  /** True if it contains an unpaired UTF-16 surrogate. */
  readonly loneSurrogate?: boolean;
}

/** A piece of a reply that may carry metadata of a provider, which the host sends back with it. */
export interface Traced extends Piece {
  /** Keys of the metadata whose value is not an object. The AI SDK refuses the whole prompt because of them. */
  readonly foreignKeys?: readonly string[];
  /**
   * Metadata that is no record: null, a value that becomes an empty record when it is copied, or another value.
   */
  readonly noRecord?: "null" | "empty" | "other";
}

export interface TextBlock extends Traced {
  readonly kind: "text";
  /** In UTF-16 code units. */
  readonly length: number;
  readonly blank: "empty" | "space" | false;
  readonly endsInSpace?: boolean;
  readonly synthetic?: boolean;
  readonly ignored?: boolean;
  readonly text?: string;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
}

export interface ThinkingBlock extends Traced {
  readonly kind: "thinking";
  readonly length: number;
  readonly blank: "empty" | "space" | false;
  /**
   * `empty`: it is sent back with a signature of no characters. `foreign`: the signature is not of the form that the
   * service which takes thinking back gives out.
   */
  readonly signature: "signed" | "redacted" | "empty" | "none" | "foreign";
  readonly text?: string;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  /** The model that thought it, where the store tells. */
  readonly model?: string;
  /** True if the encrypted content has arrived with which the item can be sent back. */
  readonly sealed?: boolean;
}

export interface CallBlock extends Traced {
  readonly kind: "call";
  readonly id: string;
  readonly name: string;
  readonly input: InputKind;
  readonly inputEmpty: boolean;
  /** True if the signature of the thinking before the call stands at it. */
  readonly signed?: boolean;
  /** True if no result is due: the tool runs at the provider, or the call waits for a person. */
  readonly exempt?: boolean;
  /** The state of the call, in stores that keep a call and its result in one row. */
  readonly state?: CallState;
  readonly interrupted?: boolean;
  readonly error?: string;
  /** `scalar`: a number or a boolean, which the host sends as a text. */
  readonly output?: "text" | "empty" | "object" | "scalar" | "missing";
  readonly arguments?: Json;
  /** Files that the tool returned besides its output. */
  readonly media?: readonly MediaBlock[];
  /** True if one of the attachments is not a file. */
  readonly brokenFiles?: boolean;
  /** Stores that keep call and result in one row: true if the output contains an unpaired surrogate. */
  readonly brokenOutput?: boolean;
  /** The same for the error. */
  readonly brokenError?: boolean;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  /** The id of the call whose program, running at the provider, made this call. */
  readonly callerId?: string;
}

export interface ResultBlock extends Piece {
  readonly kind: "result";
  readonly id: string;
  /** True if the call may be stored at the provider and so be missing here. */
  readonly exempt?: boolean;
  readonly ok: boolean;
  readonly blank?: boolean;
  readonly nestedBlank?: boolean;
  readonly name?: string;
  readonly text?: string;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  readonly media?: readonly MediaBlock[];
  /** Captured requests: the kinds of content in it, by the names of their format. */
  readonly inner?: readonly string[];
  /** Tools that it names for the model to load. */
  readonly references?: readonly string[];
}

/** Type and sides (pixels) of an image, read from its bytes. The sides are absent if the header does not hold them. */
export interface ImageFacts {
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
  /** True if the end of the image is missing. */
  readonly cut?: true;
}

export interface MediaBlock extends Piece {
  readonly kind: "media";
  readonly mime: string;
  /** The file name, where the store has it. */
  readonly name?: string;
  /** True if the host tells its content in texts, and never sends the file. */
  readonly isTold?: boolean;
  /** Of a text file whose data stands in the row. */
  readonly text?: string;
  /** The size of the decoded content; null if the content is not in the row. */
  readonly bytes: number | null;
  readonly problem?: string;
  /** The kind that the row names, where its URL names another one (`mime`). */
  readonly label?: string;
  /** Its data stands in the row, behind a `data:` and a comma. */
  readonly inline?: boolean;
  /** Its URL cannot be read, whoever does. */
  readonly unfetchable?: boolean;
  /** Images whose data stands in the row; null: their bytes are no image. */
  readonly image?: ImageFacts | null;
  /** PDF documents whose data stands in the row. */
  readonly document?: DocumentFacts;
  /** The provider has to fetch it from the web. */
  readonly isUrl?: true;
  /** Captured requests: the kind of content that carries it. */
  readonly as?: "image" | "file";
  /** Place in the row's list, where a row may hold several. */
  readonly at?: number;
}

/** A step boundary, a piece of a kind that is never sent, or a piece of an unknown kind. */
export interface OtherBlock extends Piece {
  readonly kind: "step-start" | "step-finish" | "subtask" | "ignored" | "unknown";
  readonly type: string;
  readonly reason?: string;
  /** A subtask that the host cannot begin: it names no agent, or its model is none. */
  readonly broken?: boolean;
  /** For the result of a tool that ran at the provider: the id of its call. */
  readonly answers?: string;
}

/** A request to the host to summarise all earlier messages, and to keep those from `tail` (a message id) on. */
export interface CompactionBlock extends Piece {
  readonly kind: "compaction";
  readonly tail?: string;
  /** True if the host itself asked for it: the host then goes on after the summary without a prompt. */
  readonly auto: boolean;
}

export type Block =
  | TextBlock
  | ThinkingBlock
  | CallBlock
  | ResultBlock
  | MediaBlock
  | CompactionBlock
  | OtherBlock;

/** A shape of a captured message that its format does not allow. */
export interface Misshapen {
  /** The key at fault, or a name of the shape: the provider's error text is `shape-` and this. */
  readonly key:
    | "content"
    | "output"
    | "input"
    | "tool_calls"
    | "role"
    | "text"
    | "call-type"
    | "summary"
    | "response"
    | "response-name"
    | "json"
    | "extra"
    | "marked-thinking"
    | "data-url"
    | "error-media"
    /** The whole message; an element of its content; a part that the AI SDK's schema refuses. */
    | "message"
    | "part"
    | "sdk";
  readonly found: InputKind;
}

/** A message of a request, with the row that it came from. `row` is null for a message that the host adds. */
export interface Turn {
  readonly role: Role;
  readonly row: Row | null;
  readonly blocks: readonly Block[];
  readonly misshapen?: readonly Misshapen[];
  /** OpenAI Responses: the item that the message is. */
  readonly item?: ItemFacts;
}

/** The model of a reply. Its fields are empty if the row does not name them. */
export interface Model {
  readonly provider: string;
  readonly id: string;
}

export interface StoredError {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
}

/** A stored message with its pieces in the order in which the host reads them. */
export interface Message extends Turn {
  readonly row: Row;
  readonly blocks: readonly Block[];
  readonly position: number;
  /** The time in the content; `row.created` is the time in the column. */
  readonly created: number | null;
  readonly completed?: number | null;
  readonly parent?: string;
  readonly finish?: string;
  readonly error?: StoredError;
  readonly summary?: boolean;
  readonly model?: Model;
  readonly unreadable?: Unreadable;
  /** Rows of this message whose content cannot be read. */
  readonly unreadableRows?: readonly { row: Row; reason: Unreadable }[];
  readonly defects?: readonly Defect[];
}

/** A place in a row's JSON that the host's own strict reader refuses. */
export interface Defect {
  readonly row: Row;
  readonly path: string;
  readonly expected: string;
  /** The rule that reports it. */
  readonly rule: string;
  /** True if the place is empty, or holds null. */
  readonly isGone?: boolean;
  /** The feature of the host versions that refuse it; absent: all versions that read strictly. */
  readonly on?: string;
  /** True if it counts only where a version with that feature is in use. */
  readonly isOnlyInUse?: boolean;
}

/** A line of a file that holds no row that its reader can read. */
export interface BrokenLine {
  readonly row: Row;
  readonly problem: string;
  /**
   * `lost`: the program loses something by it that the file still holds; `half`: the row that was torn is gone;
   * `harmless`: the program passes over the line and misses nothing.
   */
  readonly variant: "lost" | "half" | "harmless";
  /** Number of rows that stand whole in it. */
  readonly rescued: number;
}

/** A conversation that lies in the lines of a file. */
export interface LineConversation extends Conversation {
  readonly broken: readonly BrokenLine[];
}

/** The status and the body of a provider's answer. */
export interface RecordedAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Conversation {
  readonly id: string;
  /** The id of the store from which it was read. */
  readonly store: string;
  readonly row: Row;
  readonly title: string;
  readonly directory: string | null;
  readonly version: string | null;
  readonly created: number | null;
  readonly updated: number | null;
  readonly parent?: string | null;
  /** Places in the conversation's own row that the host's strict reader refuses. */
  readonly defects?: readonly Defect[];
  /** Absent if the rules have to judge its rows. */
  readonly plain?: Plain;
  readonly messages: readonly Message[];
  /** Bytes of all its rows. */
  readonly size: number;
  /** Captured requests: the request format. */
  readonly format?: string;
  /** Captured requests: the model that the body names. */
  readonly model?: string;
  readonly settings?: RequestSettings;
  /** Captured requests: the answer that was recorded with the request. */
  readonly answer?: RecordedAnswer;
  /** Captured requests: the body carries Bedrock's own version key. */
  readonly isForBedrock?: boolean;
}

/** Features of a host version by name. */
export type Features = Readonly<Record<string, boolean>>;

/** True if no rule finds anything for a prompt sent at `now` (ms since 1970) by a host with these features. */
export type Plain = (now: number, features: Features) => boolean;

export function blocksOf<K extends Block["kind"]>(
  turns: readonly Turn[],
  kind: K,
): { block: Extract<Block, { kind: K }>; turn: number }[] {
  const found: { block: Extract<Block, { kind: K }>; turn: number }[] = [];
  turns.forEach((turn, index) => {
    for (const block of turn.blocks)
      if (block.kind === kind) found.push({ block: block as Extract<Block, { kind: K }>, turn: index });
  });
  return found;
}
