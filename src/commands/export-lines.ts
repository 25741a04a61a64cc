import { commandLine, DoctorError, noSession } from "../errors.js";
import type { LineFile } from "../files/lines.js";
import type { OpenLines } from "../scan/lines.js";
import { isMeant, titled } from "../scan/session-choice.js";
import type { LinesStore } from "../stores/index.js";
import { readLines } from "../stores/line-bench.js";
import { placeholder } from "../stores/placeholder.js";
import { type OutputFlags, write } from "./output.js";

interface LineExportFlags extends OutputFlags {
  session?: string[];
  redact?: boolean;
}

/** Writes a session as its file has it, line by line; with --redact, placeholders stand for everything that somebody wrote. */
export async function exportLines({ store, file }: OpenLines, flags: LineExportFlags): Promise<number> {
  const { path } = file;
  try {
    const [wanted] = flags.session ?? [];
    const known = titled(readLines(store.lines, file, path).conversation);
    if (wanted !== undefined && !isMeant(wanted, known)) throw noSession(path, wanted, known.id);
    if (flags.redact && !store.lines.redact)
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: sessions of ${store.title} cannot be redacted`,
        commandLine("inspect", path),
      );
    const pieces = flags.redact ? redactedLines(file, store) : storedLines(file);
    await write(pieces, flags.output, { isPrivate: true, may: ["conversation"] });
    return 0;
  } finally {
    file.close();
  }
}

function* storedLines(file: LineFile): Generator<string> {
  for (const { at, size, ending } of file.lines()) yield file.bytes(at, size).toString("utf8") + ending;
}

/** A line that cannot be read stays as broken as it was. */
export function* redactedLines(file: LineFile, { lines }: LinesStore): Generator<string> {
  for (const { value, text, ending } of file.lines((row) => lines.isRow(row)))
    yield (value === undefined ? placeholder(text ?? "") : JSON.stringify(lines.redact?.(value) ?? null)) +
      ending;
}
