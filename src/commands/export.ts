import { DoctorError } from "../errors.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { identifyDatabase } from "../stores/index.js";
import { checkOutput, type OutputFlags, write } from "./output.js";

export interface ExportFlags extends OutputFlags {
  session?: string;
  redact?: boolean;
}

/** Writes one session as an export file, as `opencode export` would. */
export async function runExport(path: string, flags: ExportFlags): Promise<number> {
  checkOutput(flags.output, [path]);
  const plan = planRead(path);
  const db = openForReading(plan);
  try {
    const { database, title } = identifyDatabase(db, path);
    const { exporter } = database;
    if (!exporter)
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: ${title} has no export format`,
        `doctor inspect ${path}`,
      );
    const reader = database.open(db, path);
    const id = flags.session ?? onlySession(reader.handles().slice(0, 2).map(reader.idOf), path);
    const body = exporter.build(db, path, id);
    await write([`${JSON.stringify(flags.redact ? exporter.redact(body) : body, null, 2)}\n`], flags.output);
    return 0;
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
    `doctor scan ${path}`,
  );
}
