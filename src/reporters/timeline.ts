import { count, plural } from "../model/numbers.js";
import type { SessionNote } from "../model/report.js";
import type { Picture } from "../scan/picture.js";
import type { Entry } from "../scan/timeline.js";
import { createColors } from "./colors.js";
import { type Clock, clockOf } from "./local-time.js";
import { pictureText } from "./picture-text.js";
import { verdictSentence } from "./picture-words.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { age, bytes, duration } from "./units.js";
import { titleOf } from "./wording.js";

/** Longer stretches of rows without findings are folded. */
const FOLD_FROM = 24;
const KEPT_AROUND = 4;
const BRACKET = { open: "┌", inside: "│", close: "└" } as const;

/**
 * Draws the next request, then writes a line for each row: local time, bracket of its step, type, details and id; its
 * findings follow below.
 */
export function* timeline(
  note: SessionNote,
  picture: Picture,
  entries: readonly Entry[],
  all: boolean,
  options: ReporterOptions,
): Generator<string> {
  const { bold, dim } = createColors(options.color);
  const name = note.title ?? note.folder;
  yield `${bold([name && safeText(name), age(note.updated, options.now), plural(note.messages, "message"), bytes(note.size)].filter(Boolean).join(" · "))}\n${dim(safeText(note.id))}\n\n`;
  if (picture.turns.length > 0) yield* pictureText(picture, options);
  yield `${verdictSentence(picture)}\n${picture.error ? `${safeText(picture.error)}\n` : ""}\n`;
  const clock = clockOf(options.timeZone);
  yield `${dim(`local time, ${clock.zone}`)}\n`;
  let day = "";
  function* dated(entry: Entry): Generator<string> {
    const today = entry.time === null ? day : clock.day(entry.time);
    if (today !== day) yield `${dim(today)}\n`;
    day = today;
    yield* line(entry, clock, options);
  }
  let next = 0;
  for (const [at, entry] of entries.entries()) {
    if (at < next) continue;
    const quiet = all ? 0 : quietRun(entries, at);
    if (quiet > FOLD_FROM) {
      const skipped = quiet - KEPT_AROUND * 2;
      for (const quietEntry of entries.slice(at, at + KEPT_AROUND)) yield* dated(quietEntry);
      yield `${dim(`      … ${count(skipped)} rows without findings (--all shows them)`)}\n`;
      next = at + KEPT_AROUND + skipped;
      continue;
    }
    yield* dated(entry);
  }
}

function quietRun(entries: readonly Entry[], from: number): number {
  let until = from;
  while (entries[until]?.findings.length === 0) until++;
  return until - from;
}

function* line(entry: Entry, clock: Clock, options: ReporterOptions): Generator<string> {
  const { dim, red, yellow, cyan } = createColors(options.color);
  if (entry.gapMs !== undefined)
    yield `${dim(`         ${entry.gapMs < 0 ? "back by " : ""}${duration(Math.abs(entry.gapMs))}`)}\n`;
  const time = entry.time === null ? "--:--:--" : clock.time(entry.time);
  const said = [
    entry.type,
    entry.tool,
    entry.status,
    entry.length !== undefined && entry.status !== "empty" ? plural(entry.length, "char") : undefined,
    entry.error && `"${entry.error}"`,
    entry.joins && entry.joins !== entry.row ? `with ${entry.joins}` : undefined,
  ]
    .filter(Boolean)
    .join(" ");
  const place = entry.position === undefined ? "" : `${String(entry.position).padStart(4)} `;
  const indent = entry.table === "part" ? "  " : "";
  const bracket = entry.step ? BRACKET[entry.step] : " ";
  const id = safeText(entry.row);
  const left = `${time} ${place}${indent}${bracket} ${safeText(said)}`;
  const room = options.width - id.length - 1;
  yield left.length <= room
    ? `${left.padEnd(room)} ${dim(id)}\n`
    : `${shorten(left, options.width)}\n${dim(id.padStart(options.width))}\n`;
  if (entry.text !== undefined)
    yield `${entry.text
      .split("\n")
      .map((row) => `             ${safeText(row)}`)
      .join("\n")}\n`;
  for (const { rule, severity } of entry.findings) {
    const paint = severity === "error" ? red : severity === "warning" ? yellow : cyan;
    yield `           ${paint(`^ ${severity}: ${titleOf(rule)} [${rule}]`)}\n`;
  }
}
