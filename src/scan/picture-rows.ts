import type { Picture, PictureBlock, PictureTurn } from "./picture.js";
import type { Arc, Spot } from "./picture-arcs.js";

/** One row of a drawn picture: a block, a turn without blocks, or what is left out. */
export type PictureRow =
  | {
      readonly kind: "block";
      readonly turn: PictureTurn;
      readonly block: PictureBlock;
      /** True for the first shown block of its turn. */
      readonly isFirst: boolean;
    }
  | { readonly kind: "empty"; readonly turn: PictureTurn }
  | { readonly kind: "blocks"; readonly turn: PictureTurn; readonly hidden: number }
  | { readonly kind: "turns"; readonly hidden: number; readonly hurt: number };

/** An arc between rows. `from`: the row of the call, or of the result that has no call. */
export interface DrawnArc extends Pick<Arc, "kind" | "isHurt"> {
  readonly from: number;
  /** Null for an arc that hangs. */
  readonly to: number | null;
}

/** A picture of which only the rows that are drawn are kept. */
export interface PictureLayout extends Omit<Picture, "turns" | "arcs"> {
  /** The number of turns in the request. */
  readonly turns: number;
  readonly rows: readonly PictureRow[];
  readonly arcs: readonly DrawnArc[];
}

/** The most turns and blocks of a turn that are drawn, and the most damaged turns among them. */
const TURNS = 20;
const BLOCKS = 8;
const HURT = 8;
/** The turns around a damaged one, and at both ends, that are drawn with it. */
const AROUND = 1;
const LAST = 2;

/** Lays a picture out in rows. Of a long conversation the healthy middle is left out, and counted. */
export function layoutOf(picture: Picture): PictureLayout {
  const { turns, arcs, ...rest } = picture;
  const shown = turns.length <= TURNS ? new Set(turns.keys()) : chosenTurns(picture);
  const rows: PictureRow[] = [];
  const rowAt = new Map<string, number>();
  let hidden: PictureTurn[] = [];
  const closeGap = () => {
    if (hidden.length > 0)
      rows.push({ kind: "turns", hidden: hidden.length, hurt: hidden.filter(isHurt).length });
    hidden = [];
  };
  for (const [at, turn] of turns.entries()) {
    if (!shown.has(at)) {
      hidden.push(turn);
      continue;
    }
    closeGap();
    addTurn(turn, at, rows, rowAt);
  }
  closeGap();
  const rowOf = (spot: Spot | null) => (spot ? rowAt.get(`${spot.turn} ${spot.block}`) : undefined);
  return {
    ...rest,
    turns: turns.length,
    rows,
    arcs: arcs.flatMap(({ call, result, kind, isHurt }) => {
      const [from, to] = call ? [rowOf(call), rowOf(result)] : [rowOf(result), undefined];
      const isWhole = from !== undefined && (kind === "hanging" || to !== undefined);
      return isWhole ? [{ from, to: to ?? null, kind, isHurt }] : [];
    }),
  };
}

function addTurn(turn: PictureTurn, at: number, rows: PictureRow[], rowAt: Map<string, number>): void {
  const { blocks } = turn;
  if (blocks.length === 0) rows.push({ kind: "empty", turn });
  const chosen = chosenBlocks(blocks);
  let isFirst = true;
  for (const [index, block] of blocks.entries()) {
    if (!chosen.has(block)) continue;
    rowAt.set(`${at} ${index}`, rows.length);
    rows.push({ kind: "block", turn, block, isFirst });
    isFirst = false;
  }
  if (chosen.size < blocks.length) rows.push({ kind: "blocks", turn, hidden: blocks.length - chosen.size });
}

function chosenBlocks(blocks: readonly PictureBlock[]): ReadonlySet<PictureBlock> {
  if (blocks.length <= BLOCKS) return new Set(blocks);
  const hurt = blocks.filter(({ damage, isRefused }) => damage || isRefused);
  const whole = blocks.filter((block) => !hurt.includes(block));
  return new Set([...hurt, ...whole].slice(0, BLOCKS));
}

/** The turns at both ends, the damaged ones with their neighbours, and those at the other end of their arcs. */
function chosenTurns({ turns, arcs }: Picture): ReadonlySet<number> {
  const refused = turns.findIndex(({ isRefused }) => isRefused);
  const hurt = [...turns.entries()].filter(([, turn]) => isHurt(turn)).map(([at]) => at);
  const worst = [...new Set([...(refused < 0 ? [] : [refused]), ...hurt])].slice(0, HURT);
  const shown = new Set([0, ...Array.from({ length: LAST }, (_, back) => turns.length - 1 - back)]);
  for (const at of worst)
    for (let near = at - AROUND; near <= at + AROUND; near++)
      if (near >= 0 && near < turns.length) shown.add(near);
  const isShownPair = ({ isHurt, call, result }: Arc) =>
    isHurt && [call, result].some((spot) => spot !== null && worst.includes(spot.turn));
  for (const { call, result } of arcs.filter(isShownPair).slice(0, HURT)) {
    if (call) shown.add(call.turn);
    if (result) shown.add(result.turn);
  }
  // The result of a call stands in the next turn.
  for (const { call, result } of arcs)
    if (call && result && shown.has(call.turn) !== shown.has(result.turn))
      if (Math.abs(call.turn - result.turn) <= 1) shown.add(call.turn).add(result.turn);
  return shown;
}

function isHurt({ damage, isRefused, blocks }: PictureTurn): boolean {
  return Boolean(damage ?? isRefused) || blocks.some((block) => block.damage ?? block.isRefused);
}
