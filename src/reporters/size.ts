import { count, plural } from "../model/numbers.js";
import type { SizeReport } from "../model/report.js";
import { safeText } from "./safe-text.js";
import { bytes } from "./units.js";

/** The most tables, and the most conversations or rows, that are listed. */
const TABLES = 8;
const NAMED = 5;

/** The sizes of a database as lines of at most `width` columns. */
export function* sizeLines(size: SizeReport, width: number): Generator<string> {
  const whole = size.pages * size.pageSize;
  const wal = size.wal > 0 ? `, and ${bytes(size.wal)} in its -wal` : "";
  yield `${bytes(size.file)} in ${plural(size.pages, "page")}, ${count(size.freePages)} of them free${wal}`;
  if (size.events) yield `  the event log is ${share(size.events.share, 1).trim()} of it`;
  const shown = size.tables.slice(0, TABLES);
  const rest = size.tables.slice(TABLES).reduce((sum, one) => sum + one.bytes + one.indexes, 0);
  for (const { name, bytes: own, indexes } of shown)
    yield `  ${safeText(name).slice(0, 26).padEnd(26)} ${share(own + indexes, whole)}  ${bytes(own).padStart(8)}${indexes > 0 ? ` and ${bytes(indexes)} of indexes` : ""}`;
  if (rest > 0)
    yield `  ${`${size.tables.length - TABLES} more`.padEnd(26)} ${share(rest, whole)}  ${bytes(rest).padStart(8)}`;
  if (size.largestSessions.length > 0) yield "Largest conversations";
  for (const { session, bytes: own } of size.largestSessions.slice(0, NAMED))
    yield `  ${bytes(own).padStart(8)}  ${safeText(session)}`;
  if (size.largestRows.length > 0) yield "Largest rows";
  for (const { table, id, bytes: own } of size.largestRows.slice(0, NAMED))
    yield `  ${bytes(own).padStart(8)}  ${table} ${safeText(id)}`;
  if (size.reclaimable.length > 0) yield "To have back (doctor changes none of it)";
  for (const { what, bytes: own, safe, how } of size.reclaimable) {
    yield `  ${bytes(own).padStart(8)}  ${NAMES[what]}${safe ? "" : ": not safe to delete"}`;
    yield* wrapped(how, width - 12).map((line) => `${" ".repeat(12)}${line}`);
  }
}

const NAMES = { "free-pages": "free pages", wal: "the -wal", events: "event log" } as const;

function share(part: number, whole: number): string {
  return `${Math.round((100 * part) / Math.max(1, whole))} %`.padStart(5);
}

function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
