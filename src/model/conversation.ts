/** What a conversation is: one shape for every store, each piece knowing the row that it came from. */

import type { DocumentFacts } from "./pdf.js";
import type { ItemFacts, RequestSettings } from "./request-settings.js";

export type Store = "opencode" | "instatic" | "request";
export type Role = "system" | "user" | "assistant" | "tool";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A stored row (or, in a JSON file, the object that stands for one). Times are ms since 1970, sizes bytes. */
export interface Row {
  readonly table: "project" | "session" | "message" | "part" | "ai_conversations" | "ai_messages" | "request";
  readonly id: string;
  /** SQLite rowid, where ids cannot be trusted to be unique or text. */
  readonly rowid?: number;
  readonly created: number | null;
  readonly updated: number | null;
  readonly size: number;
  /** The owner that the row itself names, where it differs from the owner under which it was read. */
  readonly strayOwner?: string;
}

/** Why the content of a row could not be read. */
export type Unreadable = "json" | "not-text" | "too-large" | "shape";

/** `unquoted`: no text where the format has JSON text. */
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
  /** Captured requests: the name of its kind in their format, such as `input_text`; absent for content that is one string. */
  readonly form?: string;
  /** Half a character stands in it. */
  readonly loneSurrogate?: boolean;
}

/** What providers left at a piece of a reply, to be sent back with it. */
interface Traced extends Piece {
  /** Keys of it that hold no record: no provider wrote them, and the AI SDK refuses the whole prompt for them. */
  readonly foreignKeys?: readonly string[];
}

export interface TextBlock extends Traced {
  readonly kind: "text";
  /** In UTF-16 units. */
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
  readonly signature: "signed" | "redacted" | "none";
  readonly text?: string;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  /** Whose thinking it is, where the store tells. */
  readonly model?: string;
  /** Came to its end with the encrypted content that the item is sent back by. */
  readonly sealed?: boolean;
}

export interface CallBlock extends Traced {
  readonly kind: "call";
  readonly id: string;
  readonly name: string;
  readonly input: InputKind;
  readonly inputEmpty: boolean;
  /** Runs at the provider, or waits for a person: nobody owes a result here. */
  readonly exempt?: boolean;
  /** Stores that keep call and result in one row: the state of that row. */
  readonly state?: CallState;
  readonly interrupted?: boolean;
  readonly error?: string;
  readonly output?: "text" | "empty" | "object" | "missing";
  readonly arguments?: Json;
  /** What the tool handed over besides its output. */
  readonly media?: readonly MediaBlock[];
  /** Some of that is no file. */
  readonly brokenFiles?: boolean;
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  /** Of the call at the provider whose program made this call. */
  readonly callerId?: string;
}

export interface ResultBlock extends Piece {
  readonly kind: "result";
  readonly id: string;
  /** Its call may stand where only the provider sees it. */
  readonly exempt?: boolean;
  readonly ok: boolean;
  readonly blank?: boolean;
  readonly nestedBlank?: boolean;
  readonly name?: string;
  readonly text?: string;
  readonly media?: readonly MediaBlock[];
  /** Captured requests: the kinds of content in it, by the names of their format. */
  readonly inner?: readonly string[];
  /** Tools that it names for the model to load. */
  readonly references?: readonly string[];
}

/** What an image's own bytes say. Sides in pixels, absent where the header does not tell. */
export interface ImageFacts {
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
  /** Its end is missing. */
  readonly cut?: true;
}

export interface MediaBlock extends Piece {
  readonly kind: "media";
  readonly mime: string;
  /** Of the file, where the store has it. */
  readonly name?: string;
  /** Of a text file whose data stands in the row. */
  readonly text?: string;
  /** Of the content, base64 taken off; null where it stands elsewhere. */
  readonly bytes: number | null;
  readonly problem?: string;
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

/** A step boundary, a kind that is never sent, or one that the reader does not know. */
export interface OtherBlock extends Piece {
  readonly kind: "step-start" | "step-finish" | "subtask" | "ignored" | "unknown";
  readonly type: string;
  readonly reason?: string;
  /** The result of a tool that ran at the provider: the id of its call. */
  readonly answers?: string;
}

/** The host shall summarise what stands before, and keep what stands from `tail` on. */
export interface CompactionBlock extends Piece {
  readonly kind: "compaction";
  readonly tail?: string;
  /** The host's own: it goes on by itself behind the summary. */
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

/** A key of a captured message whose value is none that the format has there. */
export interface Misshapen {
  /** `message`: the whole message; `part`: an element of its content; `sdk`: a part that the AI SDK's schema refuses. */
  readonly key: "content" | "output" | "input" | "tool_calls" | "message" | "part" | "sdk";
  readonly found: InputKind;
}

/** A message of a request, or the row(s) that stand for one. `row` is null for what the host adds by itself. */
export interface Turn {
  readonly role: Role;
  readonly row: Row | null;
  readonly blocks: readonly Block[];
  readonly misshapen?: readonly Misshapen[];
  /** OpenAI Responses: the item that the message is. */
  readonly item?: ItemFacts;
}

/** Empty where the row does not say. */
export interface Model {
  readonly provider: string;
  readonly id: string;
}

export interface StoredError {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
}

/** A stored message with its pieces in the host's own read order. */
export interface Message extends Turn {
  readonly row: Row;
  readonly blocks: readonly Block[];
  readonly position: number;
  /** What the content itself says; `row.created` is the column. */
  readonly created: number | null;
  readonly completed?: number | null;
  readonly parent?: string;
  readonly finish?: string;
  readonly error?: StoredError;
  readonly summary?: boolean;
  readonly model?: Model;
  /** Instatic: the copy of the call id that stands in the row's own column. */
  readonly callIdColumn?: string | null;
  readonly unreadable?: Unreadable;
  /** Parts of this message that name another session. */
  readonly strays?: readonly Row[];
  /** Rows of this message whose content cannot be read. */
  readonly unreadableRows?: readonly { row: Row; reason: Unreadable }[];
  readonly defects?: readonly Defect[];
}

/** The rules that tell of what a host's strict reader refuses. */
export type DefectRule =
  | "invalid-message"
  | "invalid-part"
  | "invalid-tool-input"
  | "stored-format"
  | "unknown-block"
  | "unlistable-session";

/** A place in a row's JSON that the host's own strict reader refuses. */
export interface Defect {
  readonly row: Row;
  readonly path: string;
  readonly expected: string;
  readonly rule: DefectRule;
}

export interface Conversation {
  readonly id: string;
  readonly store: Store;
  readonly row: Row;
  readonly title: string;
  readonly directory: string | null;
  readonly version: string | null;
  readonly created: number | null;
  readonly updated: number | null;
  readonly parent?: string | null;
  readonly revert?: { readonly message: string; readonly part?: string } | null;
  readonly project?: { readonly id: string; readonly known: boolean };
  readonly compacting?: number | null;
  /** opencode 2 has taken it over: what stands here is a leftover. */
  readonly imported?: boolean;
  /** From an export: its next prompt comes before the ids wrap, whenever it is read. */
  readonly exported?: boolean;
  readonly defects?: readonly Defect[];
  /** Absent where there may be something to judge in its rows. */
  readonly plain?: Plain;
  readonly messages: readonly Message[];
  /** Bytes of all its rows. */
  readonly size: number;
  /** Captured requests: which wire format they use. */
  readonly format?: string;
  /** Captured requests: the model that is asked. */
  readonly model?: string;
  readonly settings?: RequestSettings;
  /** Captured requests: the body carries Bedrock's own version key. */
  readonly isForBedrock?: boolean;
}

/** When there is nothing to judge in a conversation's rows. */
export interface Plain {
  /** From this time on, ms since 1970. */
  readonly since: number;
  /** Of its messages; hosts that go by ids need those of new ones to sort behind it. */
  readonly newestId: string;
  /** The next prompt comes now, but not after this; ms since 1970. */
  readonly until?: number;
}

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
