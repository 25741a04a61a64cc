import Table from "cli-table3";

/** A table without borders. */
const BARE = {
  chars: {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
    "right-mid": "",
    middle: "",
  },
  style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
};

/** Writes rows in columns of these widths. Each column ends in a space; words are wrapped. */
export function inColumns(rows: readonly string[][], colWidths: number[]): string {
  const table = new Table({ ...BARE, colWidths, wordWrap: true, wrapOnWordBoundary: true });
  table.push(...rows);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Wraps prose into lines of at most this width, indent included. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines = inColumns([[text]], [width - indent.length + 1]).split("\n");
  return lines.map((line) => indent + line).join("\n");
}
