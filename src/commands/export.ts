import { DoctorError } from "../errors.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { replaceFile } from "../files/whole-file.js";
import { safeText } from "../reporters/safe-text.js";
import { identifyDatabase } from "../stores/index.js";
import { buildExport, type LeftOut } from "../stores/opencode/export/build.js";
import { redactExport } from "../stores/opencode/export/redact.js";
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
    if (identifyDatabase(db, path).kind !== "opencode")
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: only opencode has an export format`,
        `doctor inspect ${path}`,
      );
    const id = flags.session ?? onlySession(db.prepare("select id from session limit 2").pluck().all(), path);
    const left: LeftOut[] = [];
    const body = buildExport(db, path, id, (row) => left.push(row));
    const text = `${JSON.stringify(flags.redact ? redactExport(body) : body, null, 2)}\n`;
    if (flags.output === undefined) await write([text]);
    else replaceFile(flags.output, text);
    for (const { table, id: row, reason } of left)
      process.stderr.write(`left out: ${table} ${safeText(row)} (${reason})\n`);
    return left.length > 0 ? 2 : 0;
  } finally {
    db.close();
    plan.dispose();
  }
}

function onlySession(ids: unknown[], path: string): string {
  if (ids.length === 1) return String(ids[0]);
  throw new DoctorError(
    "USAGE",
    `${path}: holds ${ids.length === 0 ? "no" : "several"} sessions: name one with --session`,
    `doctor scan ${path}`,
  );
}
