import { createHash } from "node:crypto";
import type { CallBlock, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { isObject, wordOf } from "../../model/text.js";
import type { ChainEdits, LineEdits, ResultEdits } from "../../rules/edits.js";
import { ChainEditor } from "../chain.js";
import type { LineEditor } from "../line-editor.js";
import { lineEdits, type PieceShape, RowPieces } from "../line-edits.js";
import type { ClaudeConversation } from "./conversation.js";
import type { ClaudeEntry } from "./entry.js";
import { queuedBefore, queuedBetween } from "./losses.js";
import { rebuiltRow, timeOf } from "./rebuild.js";

export interface ClaudeEdits extends ResultEdits, LineEdits, ChainEdits {
  /** Takes a row out; the rows below it hang on the one above. */
  dropRow(row: Row): void;
  /** Gives a prompt the text that was queued before it. False for another row, and where none was queued. */
  restorePrompt(row: Row): boolean;
}

const SHAPE: PieceShape = {
  list: () => ["message", "content"],
  callId: ["id"],
  name: ["name"],
  input: ["input"],
  resultId: ["tool_use_id"],
  output: ["content"],
  text: (text) => ({ type: "text", text }),
};
const WITHOUT_CALL = "[The output of a tool whose call is lost:]";
const UNKNOWN = "[Content of an unknown kind stood here:]";
const LOST = "The result of this tool call was lost: the row that held it is missing.";
/** The keys that are the same in every row of a session. */
const COMMON = ["isSidechain", "userType", "entrypoint", "cwd", "sessionId", "version", "gitBranch"];

export function claudeEdits(conversation: ClaudeConversation, editor: LineEditor): ClaudeEdits {
  const { links, copies, entries } = conversation;
  const chain = new ChainEditor(editor, links, copies, "parentUuid");
  const linkOf = new Map(links.map((link) => [link.key, link]));
  const entryOf = ({ rowid }: Row): ClaudeEntry | undefined => linkOf.get(rowid ?? 0);
  const pieces = new RowPieces(editor, SHAPE);
  const dropRow = (row: Row) => {
    const link = entryOf(row);
    if (!link) {
      editor.remove(row);
      return;
    }
    const parent = chain.parentOf(link);
    for (const entry of entries)
      if (entry.leaf === link.id) editor.update(entry.row, (value) => ({ ...value, leafUuid: parent }));
    chain.remove(link);
  };
  const rowLike: RowLike = (link, keys) => {
    const value = (link && editor.value(link.row)) ?? {};
    const common = Object.entries(value).filter(([key]) => COMMON.includes(key));
    return { isSidechain: false, sessionId: conversation.id, ...Object.fromEntries(common), ...keys };
  };
  return {
    ...lineEdits(editor, SHAPE, {
      removeRow: dropRow,
      promptBefore() {},
      completeMessage: ({ row }) => dropRow(row),
    }),
    dropRow,
    restorePrompt(row) {
      const link = entryOf(row);
      if (link?.type !== "user") return false;
      const text = queuedBetween(entries, links[links.indexOf(link) - 1], link);
      if (text === undefined) return false;
      editor.update(row, (value) => ({ ...value, message: { role: "user", content: text } }));
      return true;
    },
    dropUnknown(_, row) {
      pieces.update(row, (piece) => SHAPE.text(`${UNKNOWN}\n${JSON.stringify(piece)}`));
    },
    insertResult(message: Message, call: CallBlock) {
      const link = entryOf(message.row);
      if (link) insertResult(link, call, conversation, chain, rowLike);
    },
    moveResult() {},
    nameResult: ({ row }, id) => pieces.update(row, (piece) => ({ ...piece, tool_use_id: id })),
    quoteResult({ row, text }) {
      if (!text?.trim()) return false;
      pieces.update(row, () => SHAPE.text(`${WITHOUT_CALL}\n${text}`));
      return true;
    },
    mendLine: (row) => mendLine(row, conversation, editor),
    relink(row, evidence) {
      const link = entryOf(row);
      if (!link) return;
      if (evidence.problem === "prompt") insertPrompt(link, evidence, conversation, chain, editor, rowLike);
      else relink(link, evidence, conversation, chain);
    },
  };
}

type Evidence = Readonly<Record<string, unknown>>;

/** A row with the keys that all rows of the session share. */
type RowLike = (link: ClaudeEntry | undefined, keys: JsonObject) => JsonObject;

/** Hangs a row on another one, or puts its branch before a prompt. */
function relink(
  link: ClaudeEntry,
  { to, before, end }: Evidence,
  { byId }: ClaudeConversation,
  chain: ChainEditor<ClaudeEntry>,
): void {
  const prompt = byId.get(String(before));
  // Another branch may have gone before the same prompt.
  chain.hang(link, prompt ? chain.parentOf(prompt) : (byId.get(String(to))?.id ?? null));
  if (prompt) chain.hang(prompt, String(end));
}

/** Puts the prompt that is gone before its answer, with the text that was queued. */
function insertPrompt(
  answer: ClaudeEntry,
  { parent, to }: Evidence,
  conversation: ClaudeConversation,
  chain: ChainEditor<ClaudeEntry>,
  editor: LineEditor,
  rowLike: RowLike,
): void {
  if (typeof parent !== "string" || !chain.claim(parent)) return;
  const { entries, byId } = conversation;
  const before = byId.get(String(to));
  const prompt = promptLike(
    parent,
    before,
    answer,
    queuedBefore(conversation, answer, before) ?? "",
    rowLike,
  );
  const at = entries.findIndex(({ key }) => key === answer.key);
  editor.insertBehind(entries[at - 1]?.row ?? null, parent, prompt);
}

/** A prompt with this id, whose answer is a row that is there. */
function promptLike(
  uuid: string,
  before: ClaudeEntry | undefined,
  answer: ClaudeEntry,
  content: Json,
  rowLike: RowLike,
): JsonObject {
  return rowLike(answer, {
    parentUuid: before?.id ?? null,
    type: "user",
    message: { role: "user", content },
    uuid,
    timestamp: timeOf(answer),
  });
}

function insertResult(
  link: ClaudeEntry,
  call: CallBlock,
  { id: session }: ClaudeConversation,
  chain: ChainEditor<ClaudeEntry>,
  rowLike: RowLike,
): void {
  const uuid = newId(`${session} ${call.id}`, chain);
  const { answer } = link.message ?? {};
  // The other pieces of the answer stay where they are: the result is a row beside them.
  const behind = chain.children(link.id).filter((child) => child.message?.answer !== answer);
  const content = [{ tool_use_id: call.id, type: "tool_result", content: LOST, is_error: true }];
  const value = rowLike(link, {
    parentUuid: link.id,
    type: "user",
    message: { role: "user", content },
    uuid,
    timestamp: timeOf(link),
    sourceToolAssistantUUID: link.id,
  });
  chain.insertBehind(link, uuid, value, behind);
}

/** An id that no row has, the same at every repair. */
function newId(seed: string, chain: ChainEditor<ClaudeEntry>): string {
  for (let number = 0; ; number++) {
    const hash = createHash("sha256").update(`${seed} ${number}`).digest("hex");
    const id = [
      hash.slice(0, 8),
      hash.slice(8, 12),
      `4${hash.slice(13, 16)}`,
      `8${hash.slice(17, 20)}`,
      hash.slice(20, 32),
    ].join("-");
    if (chain.claim(id)) return id;
  }
}

/** Puts the rows of a broken line in its place, and before them the row that its half still tells. */
function mendLine(row: Row, conversation: ClaudeConversation, editor: LineEditor): void {
  const entry = conversation.entries.find(({ key }) => key === row.rowid);
  if (!entry) return;
  if (entry.line.mark) {
    editor.dropMark();
    return;
  }
  const rebuilt = rebuiltRow(conversation, entry);
  const rows = [...(rebuilt ? [rebuilt] : []), ...(entry.line.rescued ?? [])];
  const [first, ...others] = rows;
  if (first === undefined) editor.remove(row);
  else editor.replace(row, first);
  for (const [at, added] of [...others.entries()].reverse())
    editor.insertBehind(row, isObject(added) ? wordOf(added.uuid) : `${row.id} ${at}`, added);
}
