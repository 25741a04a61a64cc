import type { Block, CallBlock, Json, Message, ResultBlock, Row } from "../model/conversation.js";
import type { PlacedResult } from "../model/pairing.js";

/** What a mending does to a conversation, in the words of the model; each store writes it in its own way. */
export interface Edits {
  /** Call ids that repairs gave out: the model that a rule sees may still show the old ones. */
  readonly claimed: Set<string>;
  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void;
  renameTool(call: CallBlock): void;
  setInput(call: CallBlock, value: Json): void;
  /** Wraps the input, or takes it out of the string that holds it, without reading its numbers. */
  wrapInput(call: CallBlock): void;
  unquoteInput(call: CallBlock): void;
  /** Takes a piece out, whatever is left. */
  drop(block: Block): void;
  /** Takes a block out; where its message would then be empty and must not be, `placeholder` takes its place. */
  removeBlock(message: Message, block: Block, placeholder: string): void;
  removeMessage(message: Message): void;
  /** Puts a text in the place of a block, or of all that a message holds. */
  putText(message: Message, block: Block | null, text: string): void;
  /** Puts a text where a tool said nothing. */
  fillOutput(block: Block, text: string): void;
  /** Gives an attachment its true type. `at`: which one, where the row may hold several. */
  relabelMedia(row: Row, at: number | undefined, type: string): void;
  /** Takes attachments out of a tool's result, and leaves a note for each. */
  dropAttachments(row: Row, at: readonly number[], notes: readonly string[]): void;
  /** Gives the keys of a message that are of another type than its format has the type that they must have. */
  reshape(message: Message): void;
  /** What is sent begins with a prompt, before this message: its own where that is kept but left out, else a new one. */
  beginWithPrompt(before: Message, text: string): void;
  replaceSurrogates(row: Row): void;
  /** Takes white space off the end of a text. */
  trimEnd(row: Row): void;
  /** Closes a call as interrupted, behind it. */
  insertResult(message: Message, call: CallBlock): void;
  /** Puts a result directly behind its call. */
  moveResult(result: PlacedResult): void;
  /** Gives a result without an id the id of its call. */
  nameResult(result: ResultBlock, id: string): void;
  /** Gives a result its lost call back; false where nothing is known of it. */
  restoreCall(result: ResultBlock): boolean;
  /** Ends the step before `next`, with the results of its calls, and begins another one. */
  splitStep(message: Message, next: Block, results: readonly PlacedResult[]): void;
  /** Joins a message to the one before it, of the same role. */
  mergeIntoPrevious(message: Message): void;
}

/** For what a store cannot hold: no rule of it asks for this. */
export function impossible(): never {
  throw new Error("this store has no such damage");
}
