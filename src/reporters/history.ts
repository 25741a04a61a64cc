import { count } from "../model/numbers.js";
import type { PastRepair } from "../repair/history.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { bytes, shortAge } from "./units.js";

/** Lists the repairs of a file, the newest first. */
export function* historyTable(repairs: readonly PastRepair[], options: ReporterOptions): Generator<string> {
  const { bold } = createColors(options.color);
  if (repairs.length === 0) {
    yield "No journal of a repair beside this file.\n";
    return;
  }
  const kept = ({ backup }: PastRepair) => (backup ? `backup ${bytes(backup.size)} + journal` : "journal");
  const mended = options.width - 48;
  yield bold(
    `${"#".padStart(3)}  ${"when".padEnd(11)}${"mended".padEnd(mended)}${"rows".padStart(6)}  kept\n`,
  );
  for (const repair of repairs) {
    const rules = shorten(safeText(repair.rules.join(", ")), mended - 1).padEnd(mended);
    yield `${String(repair.number).padStart(3)}  ${shortAge(repair.written, options.now).padEnd(11)}${rules}${count(repair.rows).padStart(6)}  ${kept(repair)}\n`;
  }
}
