import type { Block, CallBlock, Json, Message, ResultBlock, Row } from "../model/conversation.js";
import type { PlacedResult } from "../model/pairing.js";

/** The changes that a mend can make to a conversation. Each store implements them for its own rows. */
export interface Edits {
  /** Call ids that repairs have given out. The conversation that a rule sees may still hold the old ids. */
  readonly claimed: Set<string>;
  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void;
  renameTool(call: CallBlock): void;
  setInput(call: CallBlock, value: Json): void;
  /** Wraps the input as `{"value": …}`. Its numbers keep every digit. */
  wrapInput(call: CallBlock): void;
  /** Replaces an input that is JSON text by the JSON itself. Its numbers keep every digit. */
  unquoteInput(call: CallBlock): void;
  /** Removes a piece, even if its message is then empty. */
  drop(block: Block): void;
  /** Removes a block. Puts `placeholder` in its place if the message would be empty and must not be. */
  removeBlock(message: Message, block: Block, placeholder: string): void;
  removeMessage(message: Message): void;
  /** Replaces a block by a text. Without a block, replaces the whole content of the message. */
  putText(message: Message, block: Block | null, text: string): void;
  /** Gives a tool result without a text this text. */
  fillOutput(block: Block, text: string): void;
  /** Sets the declared type of an attachment. `at`: its index, if the row may hold several. */
  relabelMedia(row: Row, at: number | undefined, type: string): void;
  /** Replaces attachments of a tool result by notes. Absent in stores whose results hold no attachments. */
  dropAttachments?(row: Row, at: readonly number[], notes: readonly string[]): void;
  /** Gives a message the keys and types that its reader requires. `refused`: the places that the reader refuses now. */
  completeMessage(message: Message, refused: readonly RefusedPlace[]): void;
  /** Makes the request begin with a prompt: the stored prompt of the message if the host leaves it out, else a new one. */
  beginWithPrompt(before: Message, text: string): void;
  replaceSurrogates(row: Row): void;
  /** Takes content of an unknown kind out. Absent where it stays. */
  dropUnknown?(message: Message | undefined, row: Row): void;
}

/** A JSON path in a row that the host's reader refuses, with the value that it expects there. */
export interface RefusedPlace {
  readonly path: string;
  readonly expected: string;
}

/** For stores that keep rows in a database. */
export interface RowEdits extends Edits {
  /** Makes a row readable again: completes cut JSON, else writes a placeholder, else removes the row. */
  rebuild(message: Message | undefined, row: Row): void;
  /** Makes a column and the content of a message say the same. */
  align(message: Message, evidence: Readonly<Record<string, unknown>>): void;
}

/** For stores in which a tool result is a piece of its own. */
export interface ResultEdits extends Edits {
  /** Adds a result directly after the call that says it was interrupted. */
  insertResult(message: Message, call: CallBlock): void;
  /** Moves a result directly after its call. */
  moveResult(result: PlacedResult): void;
  /** Gives a result without an id the id of its call. */
  nameResult(result: ResultBlock, id: string): void;
  /** Adds the lost call of a result; false if nothing is known of the call. */
  restoreCall?(result: ResultBlock): boolean;
  /** Says what a result holds as a text, in its place; false where it holds no word. */
  quoteResult?(result: ResultBlock): boolean;
}

/** For stores in which a message may hold several steps. */
export interface StepEdits extends Edits {
  /** Ends the step before `next`, with the results of its calls, and begins a new step. */
  splitStep(message: Message, next: Block, results: readonly PlacedResult[]): void;
}

/** For stores in which rows are lines of a file. */
export interface LineEdits extends Edits {
  /** Puts the rows that a broken line still holds in its place, each on a line of its own; none where it holds none. */
  mendLine(row: Row): void;
}

/** For stores in which a row names the row before it. */
export interface ChainEdits extends Edits {
  /** Gives a row the parent that `evidence` names. */
  relink(row: Row, evidence: Readonly<Record<string, unknown>>): void;
}

/** For stores in which the first line tells what the file is. */
export interface HeaderEdits extends Edits {
  rebuildHeader(): void;
}
