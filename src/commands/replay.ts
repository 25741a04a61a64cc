import { DoctorError } from "../errors.js";
import { providerById } from "../providers/providers.js";
import { replayTable } from "../reporters/replay.js";
import { readOne } from "../scan/one.js";
import { pictureOf } from "../scan/picture.js";
import { nextProvider, playNext, replayReport } from "../scan/replay.js";
import { type CommonFlags, onlyOne } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";

/** Prints the next request of the host, and the verdict of the provider. Exit 0 if it is accepted. */
export async function runReplay(input: string, flags: CommonFlags): Promise<number> {
  checkOutput(flags.output, [input]);
  const now = flags.now ?? Date.now();
  const { conversation, findings, hostVersion, store, host } = await readOne(
    input,
    onlyOne(flags.session, "--session"),
    { hostVersion: flags.hostVersion, model: flags.model, now },
    true,
  );
  const named = onlyOne(flags.provider, "--provider");
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
