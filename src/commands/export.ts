import { commandLine, DoctorError } from "../errors.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { identifyDatabase } from "../stores/index.js";
import { buildExport } from "../stores/opencode/export/build.js";
import { redactExport } from "../stores/opencode/export/redact.js";
import { checkOutput, type OutputFlags, write } from "./output.js";

export interface ExportFlags extends OutputFlags {
  session?: string;
  redact?: boolean;
}

/** An export takes the place of an older one. */
const MAY = ["conversation"] as const;

/** Writes one session as an export file, as `opencode export` would. */
export async function runExport(path: string, flags: ExportFlags): Promise<number> {
  checkOutput(flags.output, [path], MAY);
  const plan = planRead(path);
  const db = openForReading(plan);
  try {
    if (identifyDatabase(db, path).kind !== "opencode")
      throw new DoctorError(
        "UNSUPPORTED",
        `${path}: only opencode has an export format`,
        commandLine("inspect", path),
      );
    const id = flags.session ?? onlySession(db.prepare("select id from session limit 2").pluck().all(), path);
    const body = buildExport(db, path, id);
    const text = JSON.stringify(flags.redact ? redactExport(body) : body, null, 2);
    await write([`${text}\n`], flags.output, { isPrivate: true, may: MAY });
    return 0;
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
    commandLine("scan", path),
  );
}
