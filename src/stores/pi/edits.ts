import { createHash } from "node:crypto";
import { DoctorError } from "../../errors.js";
import type { CallBlock, JsonObject, Message, ResultBlock, Row } from "../../model/conversation.js";
import type { PlacedResult } from "../../model/pairing.js";
import { isObject } from "../../model/text.js";
import type { ChainEdits, HeaderEdits, LineEdits, ResultEdits } from "../../rules/edits.js";
import { ChainEditor } from "../chain.js";
import type { LineEditor } from "../line-editor.js";
import { lineEdits, type PieceShape, RowPieces } from "../line-edits.js";
import type { PiConversation } from "./conversation.js";
import { hasId, type PiEntry } from "./entry.js";
import { mendLine } from "./mend-line.js";
import { rebuiltHeader } from "./rebuild.js";

export interface PiEdits extends ResultEdits, LineEdits, ChainEdits, HeaderEdits {
  /** Makes an answer that ended in an error one that pi sends again. */
  finishAnswer(message: Message): void;
  /** Gives a call without id and name those of its result. */
  nameCall(call: CallBlock, result: ResultBlock): void;
  /** Takes a signature off thinking, which is then said as a text. */
  unsign(row: Row): void;
  /** Takes an edit of the context back, or gives it the form that pi writes. */
  mendEdit(row: Row, how: "remove" | "wrap"): void;
}

const SHAPE: PieceShape = {
  list: ({ type }) =>
    type === "message"
      ? ["message", "content"]
      : type === "context_edit"
        ? ["replacement", "content"]
        : ["content"],
  callId: ["id"],
  name: ["name"],
  input: ["arguments"],
  resultId: ["message", "toolCallId"],
  output: ["message", "content"],
  text: (text) => ({ type: "text", text }),
};
const WITHOUT_CALL = "[The output of a tool whose call is lost:]";
const NO_RESULT = "No result provided";

export function piEdits(conversation: PiConversation, editor: LineEditor): PiEdits {
  const chain = new ChainEditor(editor, conversation.links, conversation.copies, "parentId");
  const linkOf = new Map(conversation.links.map((link) => [link.key, link]));
  const entryOf = ({ rowid }: Row): PiEntry | undefined => linkOf.get(rowid ?? 0);
  const pieces = new RowPieces(editor, SHAPE);
  const removeRow = (row: Row) => {
    const link = entryOf(row);
    if (!link) {
      editor.remove(row);
      return;
    }
    keepFirstKept(link, conversation, editor);
    chain.remove(link);
  };
  /** Puts a message behind a row, before what stands on the path behind it. */
  const insert = (link: PiEntry, seed: string, message: JsonObject) => {
    refuseNameless(link, conversation);
    const id = newId(`${conversation.id} ${seed}`, chain);
    const timestamp = editor.value(link.row)?.timestamp ?? null;
    chain.insertBehind(link, id, { type: "message", id, parentId: link.id, timestamp, message });
  };
  return {
    ...lineEdits(editor, SHAPE, {
      removeRow,
      promptBefore(message, text) {
        const first = entryOf(message.row);
        const parent = first && conversation.byId.get(chain.parentOf(first) ?? "");
        const content = [{ type: "text", text }];
        if (parent) insert(parent, "prompt", { role: "user", content, timestamp: first.time ?? 0 });
      },
      completeMessage({ row }) {
        if (!isObject(editor.value(row)?.message)) return removeRow(row);
        editor.update(row, (value) =>
          isObject(value.message) ? { ...value, message: readable(value.message) } : value,
        );
      },
    }),
    insertResult(message, call) {
      const link = entryOf(message.row);
      if (!link) return;
      insert(lastResultBehind(link, conversation), `result ${call.id}`, interruptedResult(call, link));
    },
    moveResult: (placed) => moveResult(placed, conversation, chain, editor, entryOf),
    nameResult: ({ row }, id) => pieces.update(row, (value) => withMessage(value, { toolCallId: id })),
    quoteResult: ({ row, text }) => quoteResult(row, text, editor),
    mendLine: (row) => mendLine(row, conversation, editor, chain),
    relink(row, evidence) {
      if (evidence.problem === "stray") return editor.remove(row);
      const link = entryOf(row);
      if (link) relink(link, evidence, conversation, chain, editor);
    },
    rebuildHeader: () => rebuildHeader(conversation, editor),
    finishAnswer: ({ row }) => editor.update(row, finished),
    nameCall: (call, { id, name = "" }) =>
      pieces.update(call.row, (piece) => ({ ...piece, id, name: call.name || name || "unknown" })),
    unsign: (row) => pieces.update(row, ({ thinkingSignature: _, ...piece }) => piece),
    mendEdit: (row, how) => (how === "remove" ? removeRow(row) : editor.update(row, withWholeReplacement)),
  };
}

const NO_USAGE = {
  ...{ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, totalTokens: 0 },
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** The message with the pieces that pi reads; an answer whose tokens are not known counts none. */
function readable(message: JsonObject): JsonObject {
  const { role, content, usage } = message;
  const pieces = Array.isArray(content) ? content : isObject(content) ? [content] : [];
  return {
    ...message,
    content: typeof content === "string" ? [{ type: "text", text: content }] : pieces.filter(isObject),
    ...(role === "assistant" && { usage: isObject(usage) ? usage : NO_USAGE }),
  };
}

function relink(
  link: PiEntry,
  { problem, to, kept }: Readonly<Record<string, unknown>>,
  conversation: PiConversation,
  chain: ChainEditor<PiEntry>,
  editor: LineEditor,
): void {
  if (problem === "twice") removeCopy(link, conversation, editor);
  else if (typeof kept === "string")
    editor.update(link.row, (value) => ({ ...value, firstKeptEntryId: kept }));
  else chain.hang(link, typeof to === "string" ? to : null);
}

/** In a session whose rows have ids, no row can hang on one without. @throws DoctorError REFUSED */
function refuseNameless(link: PiEntry, { links }: PiConversation): void {
  if (!hasId(link) && links.some(hasId))
    throw new DoctorError("REFUSED", "the row on which another would hang has no id");
}

/** Removes an entry that stands before it in the same words. @throws DoctorError REFUSED where the words differ */
function removeCopy(link: PiEntry, { copies }: PiConversation, editor: LineEditor): void {
  const same = copies.some(({ id, row }) => id === link.id && editor.text(row) === editor.text(link.row));
  if (!same) throw new DoctorError("REFUSED", "the entry stands twice, in different words");
  editor.remove(link.row);
}

/** An id that no row has, the same at every repair. */
function newId(seed: string, chain: ChainEditor<PiEntry>): string {
  for (let number = 0; ; number++) {
    const id = createHash("sha256").update(`${seed} ${number}`).digest("hex").slice(0, 8);
    if (chain.claim(id)) return id;
  }
}

/** The result that the program itself sends for a call without one. */
function interruptedResult({ id, name }: CallBlock, { time }: PiEntry): JsonObject {
  const content = [{ type: "text", text: NO_RESULT }];
  return { role: "toolResult", toolCallId: id, toolName: name, content, isError: true, timestamp: time ?? 0 };
}

/** Keeps the output of a tool whose call is lost as a text. False where there is nothing to keep. */
function quoteResult(row: Row, text: string | undefined, editor: LineEditor): boolean {
  if (!text?.trim()) return false;
  editor.update(row, ({ type: _, message: __, ...base }) => ({
    type: "custom_message",
    ...base,
    customType: "lost-call",
    content: `${WITHOUT_CALL}\n${text}`,
    display: true,
  }));
  return true;
}

/** The row of an answer that ended with its tool calls. */
function finished(value: JsonObject): JsonObject {
  if (!isObject(value.message)) return value;
  const { errorMessage: _, ...message } = value.message;
  return { ...value, message: { ...message, stopReason: "toolUse" } };
}

/** The row of an edit whose replacement is a list of pieces. */
function withWholeReplacement(value: JsonObject): JsonObject {
  const { replacement } = value;
  const content = typeof replacement === "string" ? [{ type: "text", text: replacement }] : replacement;
  return Array.isArray(content) ? { ...value, replacement: { content } } : value;
}

function withMessage(value: JsonObject, changes: JsonObject): JsonObject {
  return isObject(value.message) ? { ...value, message: { ...value.message, ...changes } } : value;
}

/** A compaction that keeps what follows from a row on keeps from the next row on when that one goes. */
function keepFirstKept(gone: PiEntry, { path, links }: PiConversation, editor: LineEditor): void {
  const next = path[path.indexOf(gone) + 1];
  for (const { row, kept } of links)
    if (kept === gone.id && next) editor.update(row, (value) => ({ ...value, firstKeptEntryId: next.id }));
}

/** The last of the results that stand directly behind an answer; the answer itself where there are none. */
function lastResultBehind(answer: PiEntry, { path }: PiConversation): PiEntry {
  let last = answer;
  for (const entry of path.slice(path.indexOf(answer) + 1)) {
    if (entry.message?.role !== "tool") break;
    last = entry;
  }
  return last;
}

/** Moves a result directly behind its call: what stood between hangs on the result then. */
function moveResult(
  { block, call }: PlacedResult,
  conversation: PiConversation,
  chain: ChainEditor<PiEntry>,
  editor: LineEditor,
  entryOf: (row: Row) => PiEntry | undefined,
): void {
  const result = entryOf(block.row);
  const caller = call && entryOf(conversation.messages[call.turn]?.row ?? call.block.row);
  if (!result || !caller) return;
  const behind = lastResultBehind(caller, conversation);
  const { path } = conversation;
  const between = path[path.indexOf(behind) + 1];
  const value = editor.value(result.row);
  if (!between || !value || path.indexOf(result) <= path.indexOf(behind)) return;
  refuseNameless(behind, conversation);
  chain.remove(result);
  chain.insertBehind(behind, result.id, { ...value, parentId: behind.id }, [between]);
}

function rebuildHeader(conversation: PiConversation, editor: LineEditor): void {
  const { state, entry } = conversation.header;
  if (state === "mark") {
    editor.dropMark();
    return;
  }
  const header = rebuiltHeader(conversation, entry?.line.half ?? "", conversation.source);
  if (entry) editor.replace(entry.row, JSON.stringify(header));
  else editor.insertBehind(null, "session", JSON.stringify(header));
}
