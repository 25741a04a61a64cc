/** The shape of a conversation, the same for every store. Each piece names the row that it came from. */

export type Role = "system" | "user" | "assistant" | "tool";
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** `context`: belongs to no conversation, such as a project. */
export type Holds = "conversation" | "message" | "piece" | "context";

/** A stored row (or, in a JSON file, the object that stands for one). Times are ms since 1970, sizes bytes. */
export interface Row {
  /** Name of its table. Only fingerprints, journals and reports use the name; code asks `holds`. */
  readonly table: string;
  readonly holds: Holds;
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
  /** `foreign`: not of the form that the service which takes thinking back gives out. */
  readonly signature: "signed" | "redacted" | "none" | "foreign";
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
  /** OpenAI Responses item id. */
  readonly itemId?: string;
  readonly media?: readonly MediaBlock[];
}

/** What an image's own bytes say. Sides in pixels, absent where the header does not tell. */
export interface ImageFacts {
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
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
  /** Place in the row's list, where a row may hold several. */
  readonly at?: number;
}

/** A step boundary, a kind that is never sent, or one that the reader does not know. */
export interface OtherBlock extends Piece {
  readonly kind: "step-start" | "step-finish" | "subtask" | "ignored" | "unknown";
  readonly type: string;
  readonly reason?: string;
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
  readonly key: "content" | "output" | "input" | "tool_calls";
  readonly found: InputKind;
}

/** A message of a request, or the row(s) that stand for one. `row` is null for what the host adds by itself. */
export interface Turn {
  readonly role: Role;
  readonly row: Row | null;
  readonly blocks: readonly Block[];
  readonly misshapen?: readonly Misshapen[];
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
}

/** A line of a file that holds no row that its reader can read. */
export interface BrokenLine {
  readonly row: Row;
  readonly problem: string;
  /**
   * `lost`: the program loses something by it that the file still holds; `half`: the row that was torn is gone;
   * `harmless`: it passes over the line and misses nothing.
   */
  readonly variant: "lost" | "half" | "harmless";
  /** Rows that stand whole in it. */
  readonly rescued: number;
}

/** A conversation that lies in the lines of a file. */
export interface LineConversation extends Conversation {
  readonly broken: readonly BrokenLine[];
}

export interface Conversation {
  readonly id: string;
  /** The id of the store that it was read from. */
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
  /** Absent where its rows have to be judged. */
  readonly plain?: Plain;
  readonly messages: readonly Message[];
  /** Bytes of all its rows. */
  readonly size: number;
  /** Captured requests: the request format. */
  readonly format?: string;
  /** Captured requests: the model that the body names. */
  readonly model?: string;
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
