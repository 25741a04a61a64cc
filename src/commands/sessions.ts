import { sessionTable } from "../reporters/sessions.js";
import { refuseServer } from "../scan/inputs.js";
import { scanStream } from "../scan/scan.js";
import { sessionsOf } from "../scan/sessions.js";
import { discoveredInputs } from "./discovered.js";
import type { TermFlags } from "./flags.js";
import { type OutputFlags, reporterOptions, write } from "./output.js";
import { startProgress } from "./progress.js";
import { talk } from "./talk.js";
import { termsOf } from "./terms.js";

export interface SessionsFlags extends OutputFlags, TermFlags {
  format: string;
  all?: boolean;
  showTitles?: boolean;
  now?: number;
}

/** Lists the conversations of the inputs, or of the databases of this machine, with their state. Exit 2 if one cannot be read. */
export async function runSessions(inputs: readonly string[], flags: SessionsFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  inputs.forEach(refuseServer);
  const bar = await startProgress(flags.quiet);
  const report = await scanStream(inputs.length > 0 ? inputs : discoveredInputs(flags.quiet), {
    ...termsOf(flags),
    now,
    onProgress: bar.update,
  }).finally(bar.stop);
  const entries = sessionsOf(report);
  const told = entries.map(({ title, ...entry }) => (flags.showTitles ? { ...entry, title } : entry));
  const shown = { ...reporterOptions(flags, now, "info"), all: flags.all, titles: flags.showTitles };
  const pieces =
    flags.format === "json"
      ? [`${JSON.stringify({ schemaVersion: 1, sessions: told }, null, 2)}\n`]
      : sessionTable(entries, shown);
  await write(pieces, flags.output, { color: shown.color });
  for (const { path, error } of report.inputs)
    if (error) talk(error.message.startsWith(path) ? error.message : `${path}: ${error.message}`);
  return report.incomplete ? 2 : 0;
}
