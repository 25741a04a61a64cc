import { DoctorError } from "../errors.js";
import { providerById } from "../providers/providers.js";
import { replayTable } from "../reporters/replay.js";
import { readOne } from "../scan/one.js";
import { pictureOf } from "../scan/picture.js";
import { nextProvider, playNext, replayReport } from "../scan/replay.js";
import type { TermFlags } from "./flags.js";
import { checkOutput, type OutputFlags, reporterOptions, write } from "./output.js";

export interface ReplayFlags extends TermFlags, OutputFlags {
  session?: string[];
  format: string;
  showContent?: boolean;
  now?: number;
}

/** Prints the next request of the host, and the verdict of the provider. Exit 0 if it is accepted. */
export async function runReplay(input: string, flags: ReplayFlags): Promise<number> {
  checkOutput(flags.output, [input]);
  const now = flags.now ?? Date.now();
  const { conversation, findings, hostVersion, store, host } = await readOne(
    input,
    flags.session?.[0],
    { hostVersion: flags.hostVersion, model: flags.model, now },
    true,
  );
  const named = flags.provider?.[0];
  const next = nextProvider(host, conversation, flags.model);
  const provider = named ? providerById(named) : next.provider;
  const choice = named ? "named" : next.choice;
  if (!provider) throw new DoctorError("USAGE", `no provider "${named}"`);
  const showContent = flags.showContent ?? false;
  const asked = { store, host, conversation, provider, hostVersion, now, model: flags.model };
  const played = playNext(asked);
  const report = replayReport(played, asked, showContent);
  const shown = reporterOptions(flags, now, "info");
  const pieces =
    flags.format === "table"
      ? replayTable(report, pictureOf(played, asked, findings), choice, showContent, shown)
      : [`${JSON.stringify(report, null, 2)}\n`];
  await write(pieces, flags.output, { color: shown.color, isPrivate: flags.showContent });
  return report.verdict === "accepted" ? 0 : 1;
}
