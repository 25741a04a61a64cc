import type { Block, CallBlock, Json, Message, ResultBlock, Row } from "../model/conversation.js";
import type { PlacedResult } from "../model/pairing.js";

/** What a mend does to a conversation, in the words of the model. Each store writes it in its own way. */
export interface Edits {
  /** Call ids that repairs gave out. The model that a rule sees may still show the old ids. */
  readonly claimed: Set<string>;
  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void;
  renameTool(call: CallBlock): void;
  setInput(call: CallBlock, value: Json): void;
  /** Wraps the input as `{"value": …}` without reading its numbers. */
  wrapInput(call: CallBlock): void;
  /** Replaces a string that holds JSON by that JSON, without reading its numbers. */
  unquoteInput(call: CallBlock): void;
  /** Takes a piece out, whatever is left of its message. */
  drop(block: Block): void;
  /** Takes a block out. Puts `placeholder` in its place where the message would be empty and must not be. */
  removeBlock(message: Message, block: Block, placeholder: string): void;
  removeMessage(message: Message): void;
  /** Puts a text in the place of a block, or of everything that a message holds. */
  putText(message: Message, block: Block | null, text: string): void;
  /** Puts a text where a tool said nothing. */
  fillOutput(block: Block, text: string): void;
  /** Declares an attachment's true type. `at`: index of the attachment, where the row may hold several. */
  relabelMedia(row: Row, at: number | undefined, type: string): void;
  /** Takes attachments out of a tool's result and leaves a note for each. Absent where results hold none. */
  dropAttachments?(row: Row, at: readonly number[], notes: readonly string[]): void;
  /** Gives a message the keys and types that its reader requires. `refused`: the places that the reader refuses. */
  completeMessage(message: Message, refused: readonly RefusedPlace[]): void;
  /** Makes the request begin with a prompt: the message's own prompt where it is kept but left out, else a new one. */
  beginWithPrompt(before: Message, text: string): void;
  replaceSurrogates(row: Row): void;
}

/** A JSON path in a row that a strict reader refuses, and what the reader expects there. */
export interface RefusedPlace {
  readonly path: string;
  readonly expected: string;
}

/** For stores that keep rows in a database. */
export interface RowEdits extends Edits {
  /** Makes a row readable again: closes cut JSON, else writes a placeholder, else removes the row. */
  rebuild(message: Message | undefined, row: Row): void;
  /** Takes content of an unknown kind out. */
  dropUnknown(message: Message | undefined, row: Row): void;
  /** Makes a column and the content of a message say the same. */
  align(message: Message, evidence: Readonly<Record<string, unknown>>): void;
}

/** For stores in which a tool result is a piece of its own. */
export interface ResultEdits extends Edits {
  /** Closes a call as interrupted, directly behind it. */
  insertResult(message: Message, call: CallBlock): void;
  /** Moves a result directly behind its call. */
  moveResult(result: PlacedResult): void;
  /** Gives a result without an id the id of its call. */
  nameResult(result: ResultBlock, id: string): void;
  /** Gives a result its lost call back; false where nothing is known of the call. */
  restoreCall?(result: ResultBlock): boolean;
}

/** For stores in which a message may hold several steps. */
export interface StepEdits extends Edits {
  /** Ends the step before `next`, with the results of its calls, and begins another step. */
  splitStep(message: Message, next: Block, results: readonly PlacedResult[]): void;
}

/** For stores in which rows are lines of a file. */
export interface LineEdits extends Edits {
  /** Puts the rows that a broken line still holds in its place, each on a line of its own; none where it holds none. */
  mendLine(row: Row): void;
}

/** For stores in which a row names the row before it. */
export interface ChainEdits extends Edits {
  /** Hangs a row where `evidence` says that it belongs. */
  relink(row: Row, evidence: Readonly<Record<string, unknown>>): void;
}

/** For stores in which the first line tells what the file is. */
export interface HeaderEdits extends Edits {
  rebuildHeader(): void;
}
