import { commandLine, DoctorError } from "../errors.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { isSqlite } from "../scan/inputs.js";
import { openLines } from "../scan/lines.js";
import { idOf } from "../scan/session-choice.js";
import { identifyDatabase } from "../stores/index.js";
import type { LeftOut } from "../stores/store.js";
import { exportLines } from "./export-lines.js";
import { checkOutput, type OutputFlags, write } from "./output.js";
import { talk } from "./talk.js";

export interface ExportFlags extends OutputFlags {
  session?: string[];
  redact?: boolean;
}

/** An export takes the place of an older one. */
const MAY = ["conversation"] as const;

/** Writes one session as an export file, as `opencode export` would. */
export async function runExport(path: string, flags: ExportFlags): Promise<number> {
  checkOutput(flags.output, [path], MAY);
  const lines = isSqlite(path) ? null : openLines(path);
  if (lines) return exportLines(lines, flags);
  const plan = planRead(path);
  const db = openForReading(plan);
  try {
    const { database, title } = identifyDatabase(db, path);
    const { exporter } = database;
    if (!exporter)
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: ${title} has no export format`,
        commandLine("inspect", path),
      );
    const reader = database.open(db, path);
    const wanted = flags.session?.[0];
    const id =
      wanted === undefined
        ? onlySession(reader.handles().slice(0, 2).map(reader.idOf), path)
        : idOf(reader, wanted, path);
    const left: LeftOut[] = [];
    const body = exporter.build(db, path, id, (row) => left.push(row));
    const text = JSON.stringify(flags.redact ? exporter.redact(body) : body, null, 2);
    await write([`${text}\n`], flags.output, { isPrivate: true, may: MAY });
    for (const { table, id: row, reason } of left) talk(`left out: ${table} ${row} (${reason})`);
    return left.length > 0 ? 2 : 0;
  } finally {
    db.close();
    plan.dispose();
  }
}

function onlySession([id, ...more]: readonly string[], path: string): string {
  if (id !== undefined && more.length === 0) return id;
  throw new DoctorError(
    "USAGE",
    `${path}: holds ${id === undefined ? "no" : "several"} sessions: name one with --session`,
    commandLine("scan", path),
  );
}
