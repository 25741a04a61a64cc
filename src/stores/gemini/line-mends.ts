import type { Json, JsonObject, Row } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";
import type { LineEditor } from "../line-editor.js";
import type { GeminiEntry } from "./entry.js";
import { headerOf } from "./header.js";
import { replacesList } from "./records.js";
import { rowsIn } from "./rescue.js";
import { type GeminiConversation, isTornHeader, rowOfLine } from "./session.js";

const rowOf = (entry: GeminiEntry) => rowOfLine(entry, `line ${entry.key}`);

/** Lines before a row that hold an older state of its message: without the row they would count again. */
export function earlierLinesOf({ entries, paths }: GeminiConversation, row: Row): Row[] {
  if (paths.get(row)?.length !== 0) return [];
  const until = entries.findIndex(({ key }) => key === row.rowid);
  const lists = entries.slice(0, until).findLastIndex(({ value }) => replacesList(value));
  return entries
    .slice(lists + 1, until)
    .filter(({ value }) => isObject(value) && value.id === row.id)
    .map(rowOf);
}

/** Takes out the lists behind a line that only repeat what counted there: rows that come back would not be in them. */
export function dropRepeats({ entries, chain }: GeminiConversation, row: Row, editor: LineEditor): void {
  const from = entries.findIndex(({ key }) => key === row.rowid);
  for (const [at, entry] of entries.entries())
    if (at > from && chain.repeats.includes(at)) editor.remove(rowOf(entry));
}

/** Puts the rows that can be read of a broken line in its place; the line goes where none can. */
export function mendLine(conversation: GeminiConversation, row: Row, editor: LineEditor): void {
  const { entries, chain } = conversation;
  const line = entries.find(({ key }) => key === row.rowid)?.broken;
  const [first, ...others] = line ? rowsIn(line, (id) => chain.seen.has(id)) : [];
  if (!first) {
    editor.remove(row);
    return;
  }
  // From the last to the first: each goes directly behind the line.
  for (const [at, added] of [...others.entries()].reverse())
    editor.insertBehind(row, `${row.id} ${at}`, added);
  editor.replace(row, first);
  dropRepeats(conversation, row, editor);
}

/** The keys of the metadata that a later line takes away: it sets them to no text. */
function spoiltIn(line: Json | undefined): string[] {
  const set = isObject(line) ? line.$set : undefined;
  if (!isObject(set)) return [];
  return ["sessionId", "projectHash"].filter((key) => key in set && typeof set[key] !== "string");
}

function unspoilt(line: JsonObject): JsonObject {
  const spoilt = spoiltIn(line);
  const set = isObject(line.$set) ? Object.entries(line.$set) : [];
  return { ...line, $set: Object.fromEntries(set.filter(([key]) => !spoilt.includes(key))) };
}

/** Gives the file metadata that Gemini CLI reads. */
export function rebuildHeader(conversation: GeminiConversation, editor: LineEditor): void {
  const { entries, header, id } = conversation;
  if (header?.problem === "mark") {
    editor.dropMark();
    return;
  }
  const spoiling = entries.filter(({ value }) => spoiltIn(value).length > 0);
  for (const entry of spoiling) editor.update(rowOf(entry), unspoilt);
  if (spoiling.length > 0) return;
  const { whole, incomplete } = headerOf(conversation);
  const { projectHash = "" } = whole;
  for (const entry of incomplete) editor.update(rowOf(entry), (line) => ({ ...line, projectHash }));
  if (incomplete.length > 0) return;
  const torn = entries.find(({ broken }) => broken && isTornHeader(broken));
  if (torn) editor.replace(rowOf(torn), whole);
  else editor.insertBehind(null, id, whole);
}
