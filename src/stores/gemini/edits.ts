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
import { changedAt } from "../json-at.js";
import { LineCursor } from "../line-cursor.js";
import type { LineEditor } from "../line-editor.js";
import type { GeminiMessage } from "./decode.js";
import { answerOf } from "./known-result.js";
import { dropRepeats, earlierLinesOf, mendLine, rebuildHeader } from "./line-mends.js";
import type { GeminiConversation } from "./session.js";

const WITHOUT_CALL = "[The output of a tool whose call is lost:]";
const LOST = "[A damaged message stood here.]";

/** Edits that only Gemini CLI's sessions can have. */
export interface GeminiEdits extends ResultEdits, LineEdits, HeaderEdits {
  /** Takes a line out of the file, whatever it holds. */
  dropLine(row: Row): void;
}

/** Changes the rows of a session. The arguments and the name of a call may stand twice: in a part, and in the list of calls. */
export class GeminiEditor implements GeminiEdits {
  readonly claimed: Set<string>;
  readonly #session: GeminiConversation;
  readonly #editor: LineEditor;
  readonly #cursor: LineCursor;

  constructor(session: GeminiConversation, editor: LineEditor) {
    this.#session = session;
    this.#editor = editor;
    this.#cursor = new LineCursor(editor, session.paths);
    this.claimed = editor.claimed;
  }

  renameCall(call: CallBlock, result: ResultBlock | undefined, id: string): void {
    this.#changeCall(call, (found) => ({ ...found, id }));
    if (result) this.nameResult(result, id);
  }

  renameTool(call: CallBlock): void {
    const results = this.#resultsOf(call);
    const told = call.name.trim() || results.find(({ name }) => name)?.name || /^(.+?)__/.exec(call.id)?.[1];
    const name = plainId(told || "unknown")
      .slice(0, 63)
      .replace(/^[^a-zA-Z_]/, "_$&");
    this.#changeCall(call, (found) => ({ ...found, name }));
    for (const { row, name: own } of results) if (!own) this.#changeResult(row, { name });
  }

  setInput(call: CallBlock, value: Json): void {
    this.#changeCall(call, (found) => ({ ...found, args: value }));
  }

  wrapInput(call: CallBlock): void {
    const value = call.arguments ?? null;
    this.setInput(call, typeof value === "string" ? { unparsed: value } : { value });
  }

  unquoteInput(call: CallBlock): void {
    if (typeof call.arguments === "string") this.setInput(call, this.#editor.parsed(call.arguments));
  }

  drop(block: Block): void {
    const message = this.#messageOf(block);
    if (typeof this.#session.paths.get(block.row)?.at(-1) === "number") this.#cursor.remove(block.row);
    else this.#cursor.change(block.row, () => "");
    if (message?.role !== "user") return;
    const left = this.#cursor.value(message.row);
    if (isObject(left) && isList(left.content) && left.content.length === 0) this.removeMessage(message);
  }

  removeBlock(message: Message, block: Block, placeholder: string): void {
    if (message.blocks.length > 1) this.drop(block);
    else this.putText(message, null, placeholder);
  }

  removeMessage({ row }: Message): void {
    this.#cursor.remove(row);
    for (const line of earlierLinesOf(this.#session, row)) this.#editor.remove(line);
  }

  putText(message: Message, block: Block | null, text: string): void {
    if (block) this.#cursor.change(block.row, (old) => (typeof old === "string" ? text : { text }));
    else this.#cursor.change(message.row, (old) => (isObject(old) ? { ...old, content: [{ text }] } : old));
  }

  fillOutput({ row }: Block, text: string): void {
    this.#changeResult(row, { response: { error: text } });
  }

  relabelMedia(row: Row, _at: number | undefined, type: string): void {
    const relabel = (media: Json | undefined) => (isObject(media) ? { ...media, mimeType: type } : media);
    this.#cursor.change(row, (part) => {
      const key = isObject(part) && isObject(part.fileData) ? "fileData" : "inlineData";
      return changedAt(part, [key], relabel);
    });
  }

  completeMessage(message: Message): void {
    this.putText(message, null, LOST);
  }

  beginWithPrompt(): void {
    // Every request begins with a context of Gemini CLI's own.
  }

  replaceSurrogates(row: Row): void {
    this.#cursor.change(row, (part) => part && wellFormed(part));
  }

  insertResult(message: Message, call: CallBlock): void {
    const { part, isKnown } = answerOf(this.#session, message, call);
    this.#putResult(message, call, part, isKnown);
  }

  moveResult({ block, call }: PlacedResult): void {
    const part = this.#cursor.value(block.row);
    const message = call && this.#messageOf(call.block);
    if (!call || !message || !isObject(part)) return;
    this.drop(block);
    this.#putResult(message, call.block, part, true);
  }

  nameResult({ row }: ResultBlock, id: string): void {
    this.#changeResult(row, { id });
  }

  quoteResult(result: ResultBlock): boolean {
    const { row, text } = result;
    if (!text?.trim() || this.#messageOf(result)?.role !== "user") return false;
    this.#cursor.change(row, () => ({ text: `${WITHOUT_CALL}\n${text}` }));
    return true;
  }

  dropLine(row: Row): void {
    this.#editor.remove(row);
    dropRepeats(this.#session, row, this.#editor);
  }

  mendLine(row: Row): void {
    mendLine(this.#session, row, this.#editor);
  }

  rebuildHeader(): void {
    rebuildHeader(this.#session, this.#editor);
  }

  #messageOf(block: Block): GeminiMessage | undefined {
    return this.#session.messages.find(({ blocks }) => blocks.includes(block));
  }

  #resultsOf(call: CallBlock): ResultBlock[] {
    return this.#session.messages
      .flatMap(({ blocks }) => blocks)
      .filter((block): block is ResultBlock => block.kind === "result" && block.id === call.id);
  }

  /** The stored row of a message: the results that a reply holds have no row of their own. */
  #storedRow({ row, role, position }: Message): Row | undefined {
    if (role !== "tool") return row;
    const { messages } = this.#session;
    return messages.find((other) => other.position === position && other.role === "assistant")?.row;
  }

  /** Changes a call at every place of its message where it stands. */
  #changeCall(call: CallBlock, change: (found: JsonObject) => JsonObject): void {
    const owner = this.#messageOf(call);
    const row = owner && this.#storedRow(owner);
    const isIt = (one: Json | undefined): one is JsonObject => isObject(one) && (one.id ?? "") === call.id;
    const inPart = (part: Json) =>
      isObject(part) && isIt(part.functionCall) ? { ...part, functionCall: change(part.functionCall) } : part;
    const inList = (one: Json) => (isIt(one) ? change(one) : one);
    if (!row) return;
    this.#cursor.change(row, (stored) => {
      const said = changedAt(stored, ["content"], (list) => (isList(list) ? list.map(inPart) : list));
      return changedAt(said, ["toolCalls"], (list) => (isList(list) ? list.map(inList) : list));
    });
  }

  #changeResult(row: Row, keys: JsonObject): void {
    this.#cursor.change(row, (part) =>
      changedAt(part, ["functionResponse"], (found) => (isObject(found) ? { ...found, ...keys } : found)),
    );
  }

  /** Puts the result of a call into the list of calls; where the message has none, as a row behind it. */
  #putResult(message: Message, call: CallBlock, part: JsonObject, isKnown: boolean): void {
    const row = this.#storedRow(message);
    const stored = row && this.#cursor.value(row);
    if (!row || !isObject(stored)) return;
    const calls = isList(stored.toolCalls) ? stored.toolCalls : [];
    const at = calls.findIndex((one) => isObject(one) && one.id === call.id);
    if (at < 0) {
      const id = `${row.id}-${call.id || "result"}`;
      const timestamp = stored.timestamp ?? null;
      this.#cursor.insertBehind(row, id, { id, timestamp, type: "user", content: [part] });
      return;
    }
    this.#cursor.change(row, (whole) =>
      changedAt(whole, ["toolCalls", at], (one) => {
        if (!isObject(one)) return one;
        const result = [...(isList(one.result) ? one.result : []), part];
        return { ...one, result, ...(!isKnown && { status: "error" }) };
      }),
    );
  }
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}
