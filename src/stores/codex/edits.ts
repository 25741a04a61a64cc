import type {
  Block,
  CallBlock,
  Json,
  JsonObject,
  Message,
  ResultBlock,
  Row,
} from "../../model/conversation.js";
import type { PlacedResult } from "../../model/pairing.js";
import { isObject, plainId, wellFormed } from "../../model/text.js";
import type { HeaderEdits, LineEdits, ResultEdits } from "../../rules/edits.js";
import { LineCursor } from "../line-cursor.js";
import type { LineEditor } from "../line-editor.js";
import type { TextCopy } from "./copies.js";
import { ordinalOf } from "./entry.js";
import { endOfTurn, gapBetween, startOfTurn } from "./gaps.js";
import { changeImage, outputTypeOf, relabelled, textPart } from "./item-json.js";
import { completeRow, INTERRUPTED, mendLine, rebuildHeader, renumber } from "./line-mends.js";
import type { CodexMessage } from "./messages.js";
import { type CodexConversation, rowOfLine } from "./session.js";
import { shellCall } from "./shell-call.js";

const WITHOUT_CALL = "[The output of a tool whose call is lost:]";

/** Edits that only Codex's rollouts can have. */
export interface CodexEdits extends ResultEdits, LineEdits, HeaderEdits {
  /** Gives a row what Codex requires of it: U+FFFD for what is no text, the time of the row before. */
  completeRow(row: Row): void;
  /** Numbers the rows anew whose number is missing, or not behind the one before. */
  renumber(): void;
  /** Puts a message back whose text an event still tells. */
  restoreText(copy: TextCopy): void;
  /** Gives a call the arguments that an event still tells; false where none does. */
  restoreInput(call: CallBlock): boolean;
}

/** Changes the items of a rollout: one item a line, except in the history that a compaction wrote. */
export class CodexEditor implements CodexEdits {
  readonly claimed: Set<string>;
  readonly #session: CodexConversation;
  readonly #editor: LineEditor;
  readonly #cursor: LineCursor;

  constructor(session: CodexConversation, editor: LineEditor) {
    this.#session = session;
    this.#editor = editor;
    this.#cursor = new LineCursor(editor, session.paths);
    this.claimed = editor.claimed;
  }

  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void {
    this.#set(call.row, "call_id", id);
    if (result) this.#set(result.row, "call_id", id);
  }

  renameTool(call: CallBlock): void {
    this.#set(call.row, "name", plainId(call.name.trim()).slice(0, 64) || "unknown");
  }

  setInput(call: CallBlock, value: Json): void {
    this.#set(call.row, "arguments", JSON.stringify(value));
  }

  wrapInput(call: CallBlock): void {
    this.setInput(call, { unparsed: call.arguments ?? null });
  }

  unquoteInput(call: CallBlock): void {
    if (typeof call.arguments === "string") this.#set(call.row, "arguments", call.arguments);
  }

  restoreInput(call: CallBlock): boolean {
    const { messages, copies } = this.#session;
    const known = shellCall(messages, copies, call.id, call.name);
    if (known) this.setInput(call, known.input);
    return known !== undefined;
  }

  drop(block: Block): void {
    const message = this.#messageOf(block);
    if (!message) return;
    if (block.row === message.row || message.blocks.length === 1) this.removeMessage(message);
    else this.#cursor.remove(block.row);
  }

  removeBlock(message: Message, block: Block, placeholder: string): void {
    if (message.blocks.length > 1) this.drop(block);
    else this.putText(message, null, placeholder);
  }

  removeMessage({ row }: Message): void {
    if (this.#isLine(row)) this.#editor.remove(row);
    else this.#cursor.remove(row);
  }

  putText(message: Message, block: Block | null, text: string): void {
    const part = textPart(message.role, text);
    if (block && block.row !== message.row) this.#cursor.change(block.row, () => part);
    else if (message.role === "tool") this.#set(message.row, "output", text);
    else this.#set(message.row, "content", [part]);
  }

  fillOutput({ row }: Block, text: string): void {
    this.#set(row, "output", text);
  }

  relabelMedia(row: Row, at: number | undefined, type: string): void {
    changeImage(this.#cursor, row, at, (image) => ({
      ...image,
      image_url: relabelled(image.image_url, type),
    }));
  }

  dropAttachments(row: Row, at: readonly number[], notes: readonly string[]): void {
    for (const [index, place] of at.entries())
      changeImage(this.#cursor, row, place, () => textPart("user", notes[index] ?? ""));
  }

  completeMessage({ row }: Message): void {
    this.completeRow(row);
  }

  completeRow(row: Row): void {
    completeRow(this.#session, row, this.#editor);
  }

  beginWithPrompt(): void {
    // The Responses API takes a history that begins with a reply.
  }

  replaceSurrogates(row: Row): void {
    this.#cursor.change(row, (item) => item && wellFormed(item));
  }

  insertResult(message: Message, call: CallBlock): void {
    const { copies, entries, messages } = this.#session;
    const output = copies.commands.get(call.id)?.output ?? INTERRUPTED;
    const type = outputTypeOf(messages.find(({ row }) => row === message.row)?.type ?? "");
    const item = { type, call_id: call.id, output };
    const at = this.#indexOf(call.row);
    const gap = this.#isLine(call.row) ? gapBetween(entries, at, endOfTurn(entries, at)) : undefined;
    if (gap) this.#insertLine(rowOfLine(gap, call.id), `output ${call.id}`, item);
    else this.#insertItem(call.row, `output ${call.id}`, item);
  }

  moveResult({ block, call }: PlacedResult): void {
    const item = this.#cursor.value(block.row);
    if (!call || !isObject(item)) return;
    this.drop(block);
    this.#insertItem(call.block.row, block.row.id, item);
  }

  nameResult(result: ResultBlock, id: string): void {
    this.#set(result.row, "call_id", id);
  }

  restoreCall(result: ResultBlock): boolean {
    const { copies, entries, messages } = this.#session;
    const known = shellCall(messages, copies, result.id);
    const at = this.#indexOf(result.row);
    const before = gapBetween(entries, startOfTurn(entries, at), at) ?? entries[at - 1];
    const isCommand = this.#messageOf(result)?.type === "function_call_output";
    if (!known || !before || !isCommand || !this.#isLine(result.row)) return false;
    const call = { name: known.name, arguments: JSON.stringify(known.input), call_id: result.id };
    this.#insertLine(rowOfLine(before, result.id), `call ${result.id}`, { type: "function_call", ...call });
    return true;
  }

  quoteResult({ row, text }: ResultBlock): boolean {
    if (!text?.trim()) return false;
    const content = [textPart("user", `${WITHOUT_CALL}\n${text}`)];
    this.#cursor.change(row, () => ({ type: "message", role: "user", content }));
    return true;
  }

  restoreText(copy: TextCopy): void {
    const event = this.#session.entries[copy.at];
    if (!event) return;
    const item = { type: "message", role: copy.role, content: [textPart(copy.role, copy.text)] };
    const own = copy.role === "assistant" ? { ...item, id: copy.id } : item;
    this.#insertLine(rowOfLine(event, copy.id), `text ${copy.id}`, own);
  }

  rebuildHeader(): void {
    rebuildHeader(this.#session, this.#editor);
  }

  mendLine(row: Row): void {
    mendLine(this.#session, row, this.#editor);
  }

  renumber(): void {
    renumber(this.#session, this.#editor);
  }

  #messageOf(block: Block): CodexMessage | undefined {
    return this.#session.messages.find(({ blocks }) => blocks.includes(block));
  }

  #indexOf(row: Row): number {
    return this.#session.entries.findIndex(({ key }) => key === row.rowid);
  }

  /** False for an item of the history that a compaction wrote. */
  #isLine(row: Row): boolean {
    return this.#session.paths.get(row)?.length === 1;
  }

  #set(row: Row, key: string, value: Json): void {
    this.#cursor.change(row, (item) => (isObject(item) ? { ...item, [key]: value } : item));
  }

  /** Puts an item behind another one: as a line, or into the history that a compaction wrote. */
  #insertItem(row: Row, id: string, item: JsonObject): void {
    if (this.#isLine(row)) this.#insertLine(row, id, item);
    else this.#cursor.insertBehind(row, id, item);
  }

  /** Puts an item behind a line, with its time and the next number. */
  #insertLine(row: Row, id: string, payload: JsonObject): void {
    const before = this.#session.entries[this.#indexOf(row)];
    const ordinal = before && ordinalOf(before);
    this.#editor.insertBehind(row, id, {
      timestamp: before?.value?.timestamp ?? new Date(row.created ?? 0).toISOString(),
      ...(ordinal !== undefined && { ordinal: ordinal + 1 }),
      type: "response_item",
      payload,
    });
  }
}
