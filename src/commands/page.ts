import { DoctorError } from "../errors.js";
import type { ReportStream } from "../model/report.js";
import type { PageParts } from "../reporters/html/parts.js";
import type { CommonFlags } from "./flags.js";

/** @throws DoctorError USAGE if texts are asked for in a format that shows none */
export function refuseTexts(flags: CommonFlags): void {
  if (flags.showContent && flags.format !== "html")
    throw new DoctorError("USAGE", "--show-content: a scan shows texts with --format html only");
}

/** Reads what an HTML page shows besides the report; undefined for other formats. */
export async function pageParts(
  report: ReportStream,
  flags: CommonFlags,
  now: number,
): Promise<PageParts | undefined> {
  if (flags.format !== "html") return undefined;
  const [{ partsOf, picturedOf }, { sessionsOf }, { drawBeforeAfter }] = await Promise.all([
    import("../reporters/html/parts.js"),
    import("../scan/sessions.js"),
    import("../repair/before-after.js"),
  ]);
  const parts = partsOf(report);
  const isPart = flags.session ?? flags.rule ?? flags.severity;
  return {
    ...parts,
    sessions: isPart ? [] : sessionsOf(report),
    pictures: await drawBeforeAfter(picturedOf(parts.triage), {
      hostVersion: flags.hostVersion,
      providers: flags.provider,
      model: flags.model,
      showContent: flags.showContent,
      now,
    }),
  };
}
