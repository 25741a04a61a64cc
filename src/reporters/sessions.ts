import { count, plural } from "../model/numbers.js";
import type { SessionEntry } from "../scan/sessions.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { shortAge } from "./units.js";

/** The conversations that are listed unless all are asked for. */
const LISTED = 20;

/** Columns of a terminal that has room for every fact. */
const NARROW = 72;

/** Lists conversations, one line each. */
export function* sessionTable(entries: readonly SessionEntry[], options: ReporterOptions): Generator<string> {
  const { bold, red, yellow, dim } = createColors(options.color);
  const paint = { dead: red, limping: yellow, well: (text: string) => text };
  const shown = options.all ? entries : entries.slice(0, LISTED);
  const idWidth = Math.max(2, ...shown.map(({ id }) => Math.min(id.length, 40))) + 2;
  // On a narrow terminal the number of messages makes way for the name.
  const counted = options.width >= NARROW;
  const messages = (text: string) => (counted ? `${text.padStart(8)}  ` : "");
  const name = (entry: SessionEntry) => (options.titles ? entry.title : entry.folder) ?? "";
  if (shown.length === 0) yield "No conversation.\n";
  else
    yield bold(
      `${"state".padEnd(9)}${"id".padEnd(idWidth)}${"last used".padEnd(11)}${messages("messages")}${options.titles ? "title" : "folder"}\n`,
    );
  for (const entry of shown) {
    const id = shorten(safeText(entry.id), 40).padEnd(idWidth);
    const facts = `${shortAge(entry.updated, options.now).padEnd(11)}${messages(count(entry.messages))}`;
    const left = Math.max(8, options.width - 9 - idWidth - (counted ? 21 : 11));
    yield `${paint[entry.state](entry.state.padEnd(9))}${id}${facts}${shorten(safeText(name(entry)), left)}\n`;
  }
  const more = entries.length - shown.length;
  if (more > 0) yield dim(`… and ${plural(more, "more conversation")} (--all)\n`);
}
