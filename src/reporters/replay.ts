import type { ReplayReport } from "../scan/replay.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { plural } from "./units.js";

/** Writes the request as a short list, then the verdict. */
export function* replayTable(report: ReplayReport, options: ReporterOptions): Generator<string> {
  const { bold, dim, green, red } = createColors(options.color);
  const host = report.hostVersion ? ` from host ${report.hostVersion}` : "";
  yield `${bold(safeText(report.session))}\n${dim(`next request to ${report.provider}${host}: ${plural(report.messages.length, "message")}`)}\n\n`;
  for (const [index, message] of report.messages.entries()) {
    for (const [at, block] of message.blocks.entries()) {
      const cause = block.row !== null && report.rows.includes(block.row);
      const said = [
        block.type,
        block.name,
        block.id && `#${block.id.slice(-10)}`,
        block.error && "error",
        block.length !== undefined && `${block.length} chars`,
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
  const verdict = report.verdict === "accepted" ? green("accepted") : red(report.verdict);
  yield `\n${bold("verdict:")} ${verdict}${report.rule ? ` [${report.rule}]` : ""}\n`;
  if (report.error) yield `${safeText(report.error)}\n`;
}
