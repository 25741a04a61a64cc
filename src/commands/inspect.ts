import { exitCode } from "../exit-code.js";
import type { Severity } from "../model/report.js";
import { providerById } from "../providers/providers.js";
import { timeline } from "../reporters/timeline.js";
import { readOne } from "../scan/one.js";
import { pictureOf } from "../scan/picture.js";
import { playNext, usualProvider } from "../scan/replay.js";
import { timelineOf } from "../scan/timeline.js";
import type { CommonFlags } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";
import { termsOf } from "./terms.js";

export interface InspectFlags extends Omit<CommonFlags, "failOn"> {
  all?: boolean;
  showContent?: boolean;
  failOn?: Severity;
}

/** Prints one conversation as a timeline. Exit 0 if it could be read; with --fail-on, 1 if it has such findings. */
export async function runInspect(input: string, flags: InspectFlags): Promise<number> {
  checkOutput(flags.output, [input]);
  const now = flags.now ?? Date.now();
  const { conversation, findings, note, hostVersion, store, host } = await readOne(
    input,
    flags.session?.[0],
    {
      ...termsOf(flags),
      rules: flags.rule,
      severity: flags.severity,
      now,
      showTitles: flags.showTitles,
    },
    flags.showContent,
  );
  const entries = timelineOf(conversation, findings, flags.showContent ?? false);
  const named = providerById(flags.provider?.[0] ?? "");
  const provider = named ?? usualProvider(host, conversation, flags.model);
  const asked = { store, host, conversation, provider, hostVersion, now, model: flags.model };
  const shown = reporterOptions(flags, now, "info");
  const pieces =
    flags.format === "table"
      ? timeline(note, pictureOf(playNext(asked), asked, findings), entries, flags.all ?? false, shown)
      : [`${JSON.stringify({ schemaVersion: 1, session: note, hostVersion, entries, findings }, null, 2)}\n`];
  await write(pieces, flags.output, { color: shown.color, isPrivate: flags.showContent });
  return flags.failOn ? exitCode({ findings, incomplete: false }, flags.failOn) : 0;
}
