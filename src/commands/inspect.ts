import { providerById } from "../providers/providers.js";
import { timeline } from "../reporters/timeline.js";
import { readOne } from "../scan/one.js";
import { pictureOf } from "../scan/picture.js";
import { playNext, usualProvider } from "../scan/replay.js";
import { timelineOf } from "../scan/timeline.js";
import { type CommonFlags, onlyOne } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";

export interface InspectFlags extends CommonFlags {
  all?: boolean;
}

/** Prints one conversation as a timeline. Exit 0 if it could be read, with or without findings. */
export async function runInspect(input: string, flags: InspectFlags): Promise<number> {
  checkOutput(flags.output, [input]);
  const now = flags.now ?? Date.now();
  const { conversation, findings, note, hostVersion, store, host } = await readOne(
    input,
    onlyOne(flags.session, "--session"),
    {
      hostVersion: flags.hostVersion,
      providers: flags.provider,
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
  return 0;
}
