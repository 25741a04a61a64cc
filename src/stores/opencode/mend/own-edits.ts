import type { Editor } from "../../../files/editor.js";
import type { Cell } from "../../../files/rows.js";
import type { Block, CallBlock, Message, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import type { Move } from "../../../model/move.js";
import { isObject } from "../../../model/text.js";
import type { RefusedPlace } from "../../../rules/edits.js";
import { A_NUMBER, type OpencodeConversation } from "../decode/session.js";
import { wholeTime } from "./complete.js";
import { completePart } from "./complete-part.js";
import { renumberMessages } from "./message-ids.js";
import { joinAcrossWrap } from "./part-order.js";
import { adoptProject, relinkSession } from "./projects.js";
import { documentOf } from "./rows.js";
import { closeMessage, closeStep, closeTool, insertPart, markInterrupted } from "./steps.js";

/** Edits that only opencode's own rules ask for. */
export interface OwnEdits {
  /** Removes the pointer of a compaction to the first message that it keeps. */
  dropTail(marker: Row): void;
  /** Makes a reply point to this prompt. */
  answerPrompt(reply: Message, prompt: Message): void;
  clearRevert(): void;
  clearCompacting(): void;
  /** Clears or normalises columns of the session row. */
  normaliseColumns(refused: readonly RefusedPlace[]): void;
  /** Moves the session to the project of its directory, or writes the project row again. */
  adoptProject(): void;
  /** Moves the session with its project to the place where its directory is now. */
  relink(moves: readonly Move[]): void;
  /** Sets a part's session to this one. */
  adoptPart(part: Row): void;
  dropFormat(message: Row): void;
  dropMetadata(part: Row, keys: readonly string[]): void;
  /** Sets both times of a message, in ms; `completed` where it changes too. */
  setTimes(message: Message, created: number, completed?: number): void;
  /** Gives parts on both sides of the id wrap ids on one side. */
  joinAcrossWrap(message: Message): void;
  /** Gives messages new ids in the order of their times, below those of the prompts to come. */
  renumberMessages(): void;
  completePart(message: Message, part: Row): void;
  markInterrupted(call: CallBlock): void;
  closeTool(call: CallBlock): void;
  /** Ends a reply as the host's own interrupt does. `aborted`: also where it has a finish. */
  closeMessage(message: Message, aborted: boolean): void;
  /** Ends the step before `next` and begins another one with it. */
  closeStep(message: Message, next: Block): void;
  /** Writes a compaction marker into a message. */
  markCompaction(message: Message): void;
  removePart(part: Row): void;
  /** Replaces a subtask by a text with the words of the subtask. */
  sayInstead(subtask: Row): void;
}

export function ownEdits(conversation: OpencodeConversation, editor: Editor): OwnEdits {
  const session = conversation.row;
  return {
    dropTail: (marker) => editor.unset(marker, "$.tail_start_id"),
    answerPrompt: ({ row }, prompt) => editor.set(row, "$.parentID", prompt.row.id),
    clearRevert: () => editor.column(session, "revert", null),
    clearCompacting: () => editor.column(session, "time_compacting", null),
    normaliseColumns: (refused) => normaliseColumns(session, refused, editor),
    adoptProject: () => adoptProject(conversation, editor),
    relink: (moves) => relinkSession(session, moves, editor),
    adoptPart: (part) => editor.column(part, "session_id", conversation.id),
    dropFormat: (message) => editor.unset(message, "$.format"),
    dropMetadata(part, keys) {
      for (const key of keys) editor.unset(part, `$.metadata.${JSON.stringify(key)}`);
    },
    setTimes({ row }, created, completed) {
      editor.column(row, "time_created", created);
      editor.set(row, "$.time.created", created);
      if (completed !== undefined) editor.set(row, "$.time.completed", completed);
    },
    joinAcrossWrap: (message) => joinAcrossWrap(message, editor),
    renumberMessages: () => renumberMessages(conversation, editor),
    completePart: (message, part) => completePart(conversation, message, part, editor),
    markInterrupted: (call) => markInterrupted(call, editor),
    closeTool: (call) => closeTool(call, editor),
    closeMessage: (message, aborted) => closeMessage(conversation, message, editor, aborted),
    closeStep: (message, next) => closeStep(conversation, message, next, editor),
    markCompaction(message) {
      const last = message.blocks.at(-1)?.row.id ?? null;
      const marker = JSON.stringify({ type: "compaction", auto: false });
      insertPart(conversation, message, last, null, marker, editor);
    },
    removePart: (part) => editor.remove(part),
    sayInstead(subtask) {
      const { prompt, description } = documentOf(subtask, editor);
      editor.replace(subtask, JSON.stringify({ type: "text", text: prompt || description }));
    },
  };
}

function normaliseColumns(row: Row, refused: readonly RefusedPlace[], editor: Editor): void {
  for (const { path, expected } of refused) {
    const column = path.slice(2);
    if (column !== "directory")
      editor.column(row, column, normalised(column, expected, editor.cell(row, column)));
  }
}

function normalised(column: string, expected: string, cell: Cell): string | number | null {
  if (column === "revert") return withoutNulls(cell);
  if (column === "time_created" || column === "time_updated")
    return (typeof cell === "number" || typeof cell === "string" ? wholeTime(cell) : undefined) ?? 0;
  return expected === A_NUMBER ? 0 : null;
}

/** The mark of a revert that names a message, without its empty keys; null for any other value. */
function withoutNulls(cell: Cell): string | null {
  const mark = parseJson(cell);
  if (!isObject(mark) || typeof mark.messageID !== "string" || mark.partID !== null) return null;
  return JSON.stringify(Object.fromEntries(Object.entries(mark).filter(([, value]) => value !== null)));
}
