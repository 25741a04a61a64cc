import type { JsonObject, Row } from "../../model/conversation.js";
import { asString, isObject, wellFormed } from "../../model/text.js";
import type { LineEditor } from "../line-editor.js";
import { ordinalOf } from "./entry.js";
import { completed, headerOf, withOwnId } from "./header.js";
import { rowsIn } from "./rescue.js";
import { type CodexConversation, firstOf, rowOfLine } from "./session.js";

/** Gives the file a first line that Codex takes for its metadata. */
export function rebuildHeader(conversation: CodexConversation, editor: LineEditor): void {
  const { entries, header, id } = conversation;
  const first = firstOf(entries);
  if (header === "mark") editor.dropMark();
  else if (!first || header === "missing") editor.insertBehind(null, id, headerOf(conversation));
  else if (header === "incomplete")
    editor.update(rowOfLine(first, id), (line) => completed(conversation, line));
  else if (header === "other-id")
    editor.update(rowOfLine(first, id), (line) => withOwnId(conversation, line));
  else editor.replace(rowOfLine(first, id), headerOf(conversation));
}

/** Puts the rows that can be read of a broken line in its place; the line goes where none can. */
export function mendLine(conversation: CodexConversation, row: Row, editor: LineEditor): void {
  const line = conversation.entries.find(({ key }) => key === row.rowid)?.broken;
  const [first, ...others] = line ? rowsIn(conversation, line) : [];
  if (!first) {
    editor.remove(row);
    return;
  }
  // From the last to the first: each goes directly behind the line.
  for (const [at, added] of [...others.entries()].reverse())
    editor.insertBehind(row, `${row.id} ${at}`, added);
  editor.replace(row, first);
}

/** Stands for an output that was not recorded. */
export const INTERRUPTED = "The tool call was interrupted; no result was recorded.";

/** An item as Codex writes it: the content in a list, the output as a text, from the event that tells it if there is one. */
function shaped({ copies }: CodexConversation, item: JsonObject): JsonObject {
  const { type, role, content, output, call_id: id } = item;
  if (type === "message")
    return {
      ...item,
      content: [{ type: role === "assistant" ? "output_text" : "input_text", text: content ?? "" }],
    };
  const told = typeof id === "string" ? copies.commands.get(id)?.output : undefined;
  const stored = output === undefined || output === null ? INTERRUPTED : JSON.stringify(output);
  return { ...item, output: told ?? stored };
}

/** Gives a row what Codex requires of it. */
export function completeRow(conversation: CodexConversation, row: Row, editor: LineEditor): void {
  const { entries } = conversation;
  const at = entries.findIndex(({ key }) => key === row.rowid);
  const entry = entries[at];
  if (entry?.refusal === "utf8") editor.update(row, (line) => ({ ...line }));
  else if (entry?.refusal === "shape")
    editor.update(row, (line) =>
      isObject(line.payload) ? { ...line, payload: shaped(conversation, line.payload) } : line,
    );
  else if (entry?.refusal === "surrogate")
    editor.update(row, (line) => {
      const whole = wellFormed(line);
      return isObject(whole) ? whole : line;
    });
  else if (entry?.refusal === "timestamp") {
    const near = [...entries.slice(0, at).reverse(), ...entries.slice(at + 1)];
    const timestamp = near.map(({ value }) => asString(value?.timestamp)).find((time) => time !== undefined);
    editor.update(row, (line) => ({
      timestamp: timestamp ?? new Date(0).toISOString(),
      ...without(line, "timestamp"),
    }));
  }
}

function without(line: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = line;
  return rest;
}

/** Numbers the rows anew whose number is missing, or not behind the one before. Numbers that are left out stay left out. */
export function renumber({ entries }: CodexConversation, editor: LineEditor): void {
  let last = -1;
  for (const entry of entries) {
    if (!entry.value) continue;
    const own = ordinalOf(entry);
    const ordinal = own === undefined || own <= last ? last + 1 : own;
    last = ordinal;
    if (ordinal === own) continue;
    editor.update(rowOfLine(entry, `row ${entry.key}`), (line) => numbered(line, ordinal));
  }
}

/** The number stands behind the time, as Codex writes it. */
function numbered(line: JsonObject, ordinal: number): JsonObject {
  if (line.ordinal !== undefined) return { ...line, ordinal };
  const { timestamp, ...rest } = line;
  return { ...(timestamp !== undefined && { timestamp }), ordinal, ...rest };
}
