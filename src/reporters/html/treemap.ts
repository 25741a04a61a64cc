import { hierarchy, treemap } from "d3-hierarchy";
import type { InputReport, SizeReport } from "../../model/report.js";
import { sizeLines } from "../size.js";
import { tilde } from "../table.js";
import { bytes } from "../units.js";
import { html, type Markup } from "./markup.js";

const WIDTH = 1000;
const HEIGHT = 360;
/** The most tables with an area of their own. */
const TABLES = 12;
/** Units of the drawing for a letter of a label, and for its line. */
const LETTER = 9.2;
const LINE = 22;
/** Columns of the list below the picture. */
const COLUMNS = 100;

interface Area {
  readonly name: string;
  /** For the picture, where it is shorter. */
  readonly short?: string;
  readonly size: number;
  readonly kind: "rows" | "indexes" | "free" | "wal";
}

/** The sizes of the databases that were measured: a rectangle for each table and its indexes, as large as its bytes. */
export function treemaps(inputs: readonly InputReport[], home: string | undefined): Markup {
  const measured = inputs.flatMap(({ path, size }) => (size ? [{ path, size }] : []));
  if (measured.length === 0) return html``;
  return html`<section class="sizes" aria-labelledby="sizes-h"><h2 id="sizes-h">Sizes</h2>${measured.map(({ path, size }, at) => figure(tilde(path, home), size, `size-${at + 1}`))}
<p class="keys"><span class="key rows">rows of a table</span><span class="key indexes">its indexes</span><span class="key free">free pages</span><span class="key wal">the -wal</span></p></section>
`;
}

function figure(path: string, size: SizeReport, id: string): Markup {
  return html`<figure><figcaption><code>${path}</code> ${bytes(size.file)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}"><title id="${id}">${sentence(size)}</title>${placed(areasOf(size)).map(rectangle)}</svg>
<details><summary>Tables, largest conversations and rows</summary><pre>${[...sizeLines(size, COLUMNS)].join("\n")}</pre></details></figure>`;
}

/** A table and its indexes stand together. */
function areasOf(size: SizeReport): Area[][] {
  const rest = size.tables.slice(TABLES).reduce((sum, one) => sum + one.bytes + one.indexes, 0);
  return [
    ...size.tables.slice(0, TABLES).map(({ name, bytes: own, indexes }): Area[] => [
      { name, size: own, kind: "rows" },
      { name: `indexes of ${name}`, short: "indexes", size: indexes, kind: "indexes" },
    ]),
    [{ name: "other tables", size: rest, kind: "rows" }],
    [{ name: "free pages", size: size.freePages * size.pageSize, kind: "free" }],
    [{ name: "-wal", size: size.wal, kind: "wal" }],
  ];
}

interface Placed extends Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function placed(groups: readonly (readonly Area[])[]): Placed[] {
  type Node = { readonly area: Area | null; readonly children?: readonly Node[] };
  const children = groups.map(
    (group): Node => ({
      area: null,
      children: group.filter(({ size }) => size > 0).map((area): Node => ({ area })),
    }),
  );
  const root = hierarchy<Node>({ area: null, children })
    .sum(({ area }) => area?.size ?? 0)
    .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  return treemap<Node>()
    .size([WIDTH, HEIGHT])
    .paddingInner(2)(root)
    .leaves()
    .flatMap(({ data: { area }, x0, x1, y0, y1 }) =>
      area ? [{ ...area, x: x0, y: y0, width: x1 - x0, height: y1 - y0 }] : [],
    );
}

function rectangle({ name, short = name, size, kind, x, y, width, height }: Placed): Markup {
  const label = `${short} ${bytes(size)}`;
  const isLabelled = width > label.length * LETTER + 12 && height > LINE + 6;
  const at = (value: number) => value.toFixed(1);
  return html`<g class="${kind}"><rect x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"><title>${name} ${bytes(size)}</title></rect>${isLabelled && html`<text x="${at(x + 8)}" y="${at(y + LINE)}">${label}</text>`}</g>`;
}

/** "71 % of 1.3 GB are rows of part." */
function sentence(size: SizeReport): string {
  const [largest] = size.tables.toSorted((one, other) => other.bytes - one.bytes);
  const whole = size.pages * size.pageSize;
  if (!largest || whole === 0) return `${bytes(size.file)}.`;
  return `${Math.round((100 * largest.bytes) / whole)} % of ${bytes(size.file)} are rows of ${largest.name}.`;
}
