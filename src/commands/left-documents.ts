import { commandLine } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { plural } from "../model/numbers.js";
import { scanInputs } from "../scan/scan.js";
import { documentsIn } from "./discovered.js";
import type { RepairFlags } from "./flags.js";
import { talk } from "./talk.js";
import { termsOf } from "./terms.js";

/**
 * Tells the damaged exports and requests of folders: each is mended by itself, to a copy. Answers with the exit code for
 * what they hold.
 */
export async function tellLeftDocuments(
  named: readonly string[],
  flags: RepairFlags,
  now: number,
): Promise<number> {
  const documents = documentsIn(named);
  if (documents.length === 0) return 0;
  const report = await scanInputs(
    { files: documents, skipped: [] },
    { ...termsOf(flags), now, rules: flags.rule },
  );
  const code = exitCode({ findings: report.findings, incomplete: false }, flags.failOn);
  const damaged = [...new Set([...report.findings].map(({ input }) => input))];
  const [first] = damaged;
  if (code > 0 && first !== undefined)
    talk(
      `note: ${plural(damaged.length, "JSON file")} of the folder ${damaged.length === 1 ? "is" : "are"} damaged; each is mended by itself: ${commandLine("repair", first)}`,
    );
  return code;
}
