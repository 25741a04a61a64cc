import { plural } from "../model/numbers.js";
import type { Picture } from "../scan/picture.js";
import type { Choice, ReplayReport } from "../scan/replay.js";
import { createColors } from "./colors.js";
import { pictureText } from "./picture-text.js";
import { verdictSentence } from "./picture-words.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";

const CHOSEN: Readonly<Record<Choice, string>> = {
  named: "",
  last: ", the provider that it used last",
  format: ", the provider of its request format",
  assumed: ", assumed: nothing tells its provider (--provider asks another one)",
};

/** Draws the request, and tells the verdict and the rows that cause it; `texts`: also lists its blocks with their texts. */
export function* replayTable(
  report: ReplayReport,
  picture: Picture,
  choice: Choice,
  texts: boolean,
  options: ReporterOptions,
): Generator<string> {
  const { bold, dim, green, red } = createColors(options.color);
  const host = report.hostVersion ? ` from host ${report.hostVersion}` : "";
  yield `${bold(safeText(report.session))}\n`;
  yield `${dim(`next request to ${report.provider}${host}${CHOSEN[choice]}`)}\n\n`;
  if (picture.isStored) yield `${dim("Nothing is sent. The messages as they are stored:")}\n`;
  yield* pictureText(picture, options);
  if (texts) yield* blockList(report, options);
  const verdict = report.verdict === "accepted" ? green("accepted") : red(report.verdict);
  yield `\n${bold("verdict:")} ${verdict}${report.rule ? ` [${report.rule}]` : ""}\n${verdictSentence(picture)}\n`;
  if (report.error) yield `${safeText(report.error)}\n`;
  if (report.rows.length > 0) yield `${dim(`caused by ${causes(report.rows)}`)}\n`;
}

/** The most rows that are named as causes. */
const CAUSES = 4;

function causes(rows: readonly string[]): string {
  const more = rows.length - CAUSES;
  return `${rows.slice(0, CAUSES).map(safeText).join(", ")}${more > 0 ? ` and ${plural(more, "more row")}` : ""}`;
}

function* blockList(report: ReplayReport, options: ReporterOptions): Generator<string> {
  const { dim, red } = createColors(options.color);
  yield "\n";
  for (const [index, message] of report.messages.entries()) {
    for (const [at, block] of message.blocks.entries()) {
      const cause = block.row !== null && report.rows.includes(block.row);
      const said = [
        block.type,
        block.name,
        block.id && `#${block.id.slice(-10)}`,
        block.error && "error",
        block.length !== undefined && plural(block.length, "char"),
      ]
        .filter(Boolean)
        .join(" ");
      const left = `${at === 0 ? String(index).padStart(4) : "    "} ${(at === 0 ? message.role : "").padEnd(9)} ${cause ? ">" : " "} ${safeText(said)}`;
      const id = safeText(block.row ?? "(host)");
      const line = `${shorten(left, options.width - id.length - 1).padEnd(options.width - id.length - 1)} ${id}`;
      yield `${cause ? red(line) : line}\n`;
      if (block.text !== undefined) yield `${dim(safeText(block.text))}\n`;
    }
    if (message.blocks.length === 0)
      yield `${String(index).padStart(4)} ${message.role.padEnd(9)}   (empty)\n`;
  }
}
