import { count, plural } from "../model/numbers.js";
import type { Picture, PictureTurn } from "../scan/picture.js";
import { type DrawnArc, layoutOf, type PictureRow } from "../scan/picture-rows.js";
import { createColors } from "./colors.js";
import { blockWords } from "./picture-words.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { titleOf } from "./wording.js";

/** Columns of the number of a turn, of the user's lane, and of the channel between the lanes, in which arcs run. */
const GUTTER = 7;
const LANE = 19;
const CHANNEL = 14;
/** The least room that a title of a rule gets. */
const LEAST = 12;

/** The directions in which a line leaves a cell of the channel. */
const UP = 1;
const DOWN = 2;
const LEFT = 4;
const RIGHT = 8;
const LINES = " ╵╷│╴┘┐┤╶└┌├─┴┬┼";
const ZIGZAG = "/\\/\\/\\ torn";

type Cell = { lines: number; isHurt: boolean; end?: string };

/** Draws the picture in characters: a row for each block, the user on the left, the assistant on the right. */
export function* pictureText(picture: Picture, options: ReporterOptions): Generator<string> {
  const { dim } = createColors(options.color);
  const { rows, arcs } = layoutOf(picture);
  const grid: Cell[][] = rows.map(() => Array.from({ length: CHANNEL }, () => ({ lines: 0, isHurt: false })));
  for (const { arc, track } of tracksOf(arcs)) drawArc(grid, rows, arc, track);
  yield `${dim(`${" ".repeat(GUTTER)}${"user".padEnd(LANE + CHANNEL)}assistant`)}\n`;
  for (const [at, row] of rows.entries()) {
    const channel = grid[at] ?? [];
    if (row.kind === "turns") yield `${gapLine(row.hidden, row.hurt, channel, options)}\n`;
    else {
      if (row.kind === "block" && row.block.isTorn) yield `${tornLine(channel, options)}\n`;
      yield `${line(row, channel, options)}\n`;
    }
  }
}

/**
 * Gives each arc a column of the channel in which no other one runs over its rows. Arcs for which there is none are left out:
 * damaged ones come first.
 */
function tracksOf(arcs: readonly DrawnArc[]): { arc: DrawnArc; track: number }[] {
  const taken: [number, number][][] = Array.from({ length: CHANNEL - 4 }, () => []);
  const placed: { arc: DrawnArc; track: number }[] = [];
  for (const arc of [...arcs].sort((one, other) => Number(other.isHurt) - Number(one.isHurt))) {
    const from = Math.min(arc.from, arc.to ?? arc.from);
    const to = Math.max(arc.from, arc.to ?? arc.from);
    const isFree = (track: [number, number][]) => track.every(([low, high]) => high < from || low > to);
    // Every second column first: neighbouring lines are hard to tell apart.
    const order = [...taken.keys()].sort((one, other) => (one % 2) - (other % 2) || other - one);
    const track = order.find((column) => isFree(taken[column] ?? []));
    if (track === undefined) continue;
    taken[track]?.push([from, to]);
    placed.push({ arc, track: track + 2 });
  }
  return placed;
}

/** Draws the line from the lane of one end to that of the other. A hanging arc ends in a question mark. */
function drawArc(grid: readonly Cell[][], rows: readonly PictureRow[], arc: DrawnArc, track: number): void {
  const { from, to, isHurt } = arc;
  const add = (row: number, column: number, lines: number, end?: string) => {
    const cell = grid[row]?.[column];
    if (!cell) return;
    cell.lines |= lines;
    cell.isHurt ||= isHurt;
    if (end) cell.end = end;
  };
  const isLeft = (row: number) => laneOf(rows[row]) === "user";
  const across = (row: number) => {
    const [first, last] = isLeft(row) ? [1, track - 1] : [track + 1, CHANNEL - 2];
    for (let column = first; column <= last; column++) add(row, column, LEFT | RIGHT);
    return isLeft(row) ? LEFT : RIGHT;
  };
  const start = across(from);
  if (to === null) {
    add(from, track, 0, "?");
    return;
  }
  const isDown = to > from;
  add(from, track, start | (isDown ? DOWN : UP));
  for (let row = Math.min(from, to) + 1; row < Math.max(from, to); row++) add(row, track, UP | DOWN);
  add(to, track, across(to) | (isDown ? UP : DOWN));
  add(to, isLeft(to) ? 1 : CHANNEL - 2, 0, isLeft(to) ? "◀" : "▶");
}

function laneOf(row: PictureRow | undefined): PictureTurn["lane"] {
  return row && row.kind !== "turns" ? row.turn.lane : "assistant";
}

function channelText(cells: readonly Cell[], { color }: ReporterOptions): string {
  const { red, dim } = createColors(color);
  return cells
    .map(({ lines, end, isHurt }) => {
      const drawn = end ?? LINES[lines] ?? " ";
      return drawn === " " ? drawn : isHurt ? red(drawn) : dim(drawn);
    })
    .join("");
}

/** The lines that run on from the row above. */
function passing(cells: readonly Cell[]): Cell[] {
  return cells.map(({ lines, isHurt }) => ({ lines: lines & UP ? UP | DOWN : 0, isHurt }));
}

function line(
  row: Exclude<PictureRow, { kind: "turns" }>,
  channel: readonly Cell[],
  options: ReporterOptions,
): string {
  const { red, bold } = createColors(options.color);
  const { turn } = row;
  const isBlock = row.kind === "block";
  const isFirst = row.kind === "empty" || (isBlock && row.isFirst);
  const number = isFirst ? `${turn.isRefused ? "▶" : " "}${String(turn.index).padStart(4)}` : "";
  const gutter = number.padEnd(GUTTER);
  const damage = (isBlock && row.block.damage) || (isFirst && turn.damage) || undefined;
  const isRefused = isBlock ? row.block.isRefused : false;
  const said = rowWords(row);
  const excerpt = isBlock && row.block.text ? ` ${safeText(JSON.stringify(row.block.text))}` : "";
  const sign = damage || isRefused ? " ✖" : "";
  const title = damage ? titleOf(damage.rule) : "";
  const rest = options.width - GUTTER - LANE - CHANNEL;
  const paint = sign ? red : (text: string) => text;
  const told = (words: string) => (words ? red(words) : "");
  const left = turn.isRefused && isFirst ? red(gutter) : gutter;
  if (turn.lane === "user") {
    const label = shorten(`${said}${excerpt}`, LANE - sign.length) + sign;
    return `${left}${paint(label.padEnd(LANE))}${channelText(channel, options)}${told(title && `✖ ${shorten(title, rest - 2)}`)}`.trimEnd();
  }
  const label = shorten(
    `${said}${excerpt}`,
    Math.max(LEAST, rest - sign.length - (title ? title.length + 1 : 0)),
  );
  const more = shorten(title, Math.max(1, rest - label.length - sign.length - 1));
  return `${left}${" ".repeat(LANE)}${channelText(channel, options)}${paint(bold(label) + sign)} ${told(more)}`.trimEnd();
}

function tornLine(channel: readonly Cell[], options: ReporterOptions): string {
  const { red } = createColors(options.color);
  return `${" ".repeat(GUTTER + LANE)}${channelText(passing(channel), options)}${red(ZIGZAG)}`;
}

function gapLine(hidden: number, hurt: number, channel: readonly Cell[], options: ReporterOptions): string {
  const { dim } = createColors(options.color);
  const words = `… ${plural(hidden, "turn")}${hurt > 0 ? `, ${count(hurt)} damaged` : ""}`;
  return `${dim(`   ${words}`.padEnd(GUTTER + LANE))}${channelText(channel, options)}`.trimEnd();
}

function rowWords(row: Exclude<PictureRow, { kind: "turns" }>): string {
  if (row.kind === "block") return blockWords(row.block);
  return row.kind === "empty" ? "(empty)" : `… ${plural(row.hidden, "block")} more`;
}
