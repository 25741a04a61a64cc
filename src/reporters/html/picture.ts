import { count, plural } from "../../model/numbers.js";
import type { PictureDamage } from "../../scan/picture-damage.js";
import type { DrawnArc, PictureLayout, PictureRow } from "../../scan/picture-rows.js";
import { blockWords, verdictSentence } from "../picture-words.js";
import { shorten } from "../safe-text.js";
import { titleOf } from "../wording.js";
import { html, type Markup } from "./markup.js";

/** Sides in units of the drawing. Lanes stand left and right of the channel in which arcs run. */
const WIDTH = 340;
const LANE = 122;
const LEFT = 30;
const RIGHT = WIDTH - LANE - 8;
const BLOCK = 24;
const TOP = 26;
/** Space between blocks, turns, and torn blocks. */
const GAP = 5;
const TURN_GAP = 12;
const TEAR = 12;
/** The most characters of a block's label. */
const LABEL = 17;

interface Placed {
  readonly row: PictureRow;
  readonly y: number;
}

/** Draws a picture as an SVG. `numbers`: the numbers of the rules in the list of findings beside it. */
export function pictureSvg(layout: PictureLayout, numbers: ReadonlyMap<string, number>, id: string): Markup {
  const placed = placedRows(layout.rows);
  const last = placed.at(-1);
  const height = (last?.y ?? TOP) + BLOCK + 8;
  return html`<svg class="picture" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${titleWords(layout)}</title><desc id="${id}-d">${descriptionOf(layout)}</desc><text class="lane" x="${LEFT}" y="14">user</text><text class="lane" x="${RIGHT}" y="14">assistant</text>${layout.arcs.map((arc) => arcPath(arc, placed))}${placed.map((one) => rowShape(one, numbers))}${pointer(placed)}</svg>`;
}

function titleWords({ provider, isStored, turns }: PictureLayout): string {
  return isStored
    ? `The conversation as it is stored, ${plural(turns, "message")}`
    : `The next request to ${provider}, ${plural(turns, "turn")}`;
}

/** The picture in words: its verdict, and each damaged block. */
function descriptionOf(layout: PictureLayout): string {
  const hurt = layout.rows.flatMap((row) => {
    if (row.kind === "turns") return row.hurt > 0 ? [`${count(row.hurt)} damaged turns are not drawn`] : [];
    const damage = row.kind === "block" ? row.block.damage : row.turn.damage;
    const what = row.kind === "block" ? blockWords(row.block) : "no content";
    return damage ? [`Turn ${row.turn.index}, ${row.turn.lane}, ${what}: ${titleOf(damage.rule)}`] : [];
  });
  const hanging = layout.arcs.filter(({ kind, isHurt }) => kind === "hanging" && isHurt).length;
  return [
    verdictSentence(layout),
    ...hurt.map((words) => `${words}.`),
    ...(hanging > 0 ? [`${plural(hanging, "call")} or result without the other half.`] : []),
    ...(hurt.length + hanging === 0 ? ["No damaged block."] : []),
  ].join(" ");
}

function placedRows(rows: readonly PictureRow[]): Placed[] {
  let y = TOP;
  return rows.map((row, at) => {
    const before = rows[at - 1];
    if (before) {
      const isSameTurn = before.kind !== "turns" && row.kind !== "turns" && before.turn === row.turn;
      y += BLOCK + (isSameTurn ? GAP : TURN_GAP);
      if (row.kind === "block" && row.block.isTorn) y += TEAR;
    }
    return { row, y };
  });
}

function laneX(row: PictureRow): number {
  return row.kind !== "turns" && row.turn.lane === "user" ? LEFT : RIGHT;
}

/** The side of a block that faces the channel. */
function portX(row: PictureRow): number {
  return laneX(row) === LEFT ? LEFT + LANE : RIGHT;
}

function arcPath({ from, to, kind, isHurt }: DrawnArc, placed: readonly Placed[]): Markup {
  const [start, end] = [placed[from], to === null ? undefined : placed[to]];
  if (!start) return html``;
  const [x, y] = [portX(start.row), start.y + BLOCK / 2];
  const look = `arc ${kind}${isHurt ? " hurt" : ""}`;
  const middle = (LEFT + LANE + RIGHT) / 2;
  if (!end) {
    const tip = x > middle ? x - 34 : x + 34;
    return html`<path class="${look}" d="M${x} ${y}C${(x + tip) / 2} ${y} ${(x + tip) / 2} ${y + 14} ${tip} ${y + 14}"/><circle class="${look}" cx="${tip > x ? tip + 5 : tip - 5}" cy="${y + 14}" r="5"/>`;
  }
  const [endX, endY] = [portX(end.row), end.y + BLOCK / 2];
  const tip = endX < middle ? endX + 7 : endX - 7;
  const bend = x === endX ? (x > middle ? x - 46 : x + 46) : middle;
  return html`<path class="${look}" d="M${x} ${y}C${bend} ${y} ${bend} ${endY} ${tip} ${endY}"/><path class="tip ${look}" d="M${endX + (endX < middle ? 1 : -1)} ${endY}L${tip} ${endY - 4}V${endY + 4}Z"/>`;
}

function rowShape({ row, y }: Placed, numbers: ReadonlyMap<string, number>): Markup {
  const middle = y + BLOCK / 2 + 4;
  if (row.kind === "turns") {
    const hurt = row.hurt > 0 ? `, ${count(row.hurt)} damaged` : "";
    return html`<text class="gap" x="${(LEFT + WIDTH) / 2}" y="${middle}" text-anchor="middle">… ${plural(row.hidden, "turn")}${hurt} …</text>`;
  }
  const x = laneX(row);
  const isFirst = row.kind === "empty" || (row.kind === "block" && row.isFirst);
  const number = isFirst
    ? html`<text class="${row.turn.isRefused ? "index refused" : "index"}" x="${LEFT - 8}" y="${middle}" text-anchor="end">${row.turn.index}</text>`
    : html``;
  if (row.kind !== "block") {
    const words = row.kind === "empty" ? "no content" : `… ${plural(row.hidden, "block")} more`;
    const damage = row.kind === "empty" ? row.turn.damage : undefined;
    return html`${number}<text class="gap" x="${x + 10}" y="${middle}">${words}</text>${badge(damage, x, y, numbers)}`;
  }
  const { block } = row;
  const look = [
    "block",
    block.kind,
    block.isError && "failed",
    block.damage && "hurt",
    block.damage?.severity,
    block.isRefused && "refused",
  ];
  const damage = block.damage ?? (isFirst ? row.turn.damage : undefined);
  return html`${number}<g class="${look.filter(Boolean).join(" ")}"><path class="box" d="${boxPath(x, y, block.isTorn === true)}"/><path class="bar" d="M${x + 4} ${y + 6}v${BLOCK - 12}"/><text x="${x + 11}" y="${middle}">${shorten(blockWords(block), LABEL)}</text></g>${block.isTorn ? html`<path class="tear ${damage?.severity ?? ""}" d="${zigzag(x, y - TEAR / 2 - 2)}"/>` : html``}${badge(damage, x, y, numbers)}`;
}

/** The number of the finding at the corner of its block. */
function badge(
  damage: PictureDamage | undefined,
  x: number,
  y: number,
  numbers: ReadonlyMap<string, number>,
): Markup {
  if (!damage) return html``;
  const { rule, severity } = damage;
  return html`<circle class="badge ${severity}" cx="${x + LANE - 3}" cy="${y + 2}" r="8"/><text class="badge" x="${x + LANE - 3}" y="${y + 6}" text-anchor="middle">${numbers.get(rule) ?? "!"}</text>`;
}

/** The outline of a block. The upper edge of a torn one is jagged. */
function boxPath(x: number, y: number, isTorn: boolean): string {
  if (!isTorn)
    return `M${x + 4} ${y}h${LANE - 8}q4 0 4 4v${BLOCK - 8}q0 4 -4 4h${8 - LANE}q-4 0 -4 -4v${8 - BLOCK}q0 -4 4 -4z`;
  return `${zigzag(x, y)}V${y + BLOCK - 4}q0 4 -4 4h${8 - LANE}q-4 0 -4 -4z`;
}

function zigzag(x: number, y: number): string {
  const teeth = Array.from({ length: 12 }, (_, at) => `l${LANE / 12} ${at % 2 === 0 ? 5 : -5}`);
  return `M${x} ${y}${teeth.join("")}`;
}

/** An arrow from the number of the turn to the block for which the provider refuses the request. */
function pointer(placed: readonly Placed[]): Markup {
  const target = placed.find(({ row }) => row.kind === "block" && row.block.isRefused);
  if (!target || laneX(target.row) === LEFT) return html``;
  const y = target.y + 5;
  return html`<path class="pointer" d="M${LEFT} ${y}H${RIGHT - 9}"/><path class="pointer tip" d="M${RIGHT - 3} ${y}l-8 -4v8z"/>`;
}
