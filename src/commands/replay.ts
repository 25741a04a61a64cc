import { DoctorError } from "../errors.js";
import { providerById } from "../providers/providers.js";
import { replayTable } from "../reporters/replay.js";
import { safeJson } from "../reporters/safe-text.js";
import { readOne } from "../scan/one.js";
import { replayConversation } from "../scan/replay.js";
import { type CommonFlags, onlyOne } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";

/** What the host would send next, and what the provider would answer. Exit 0: accepted. */
export async function runReplay(input: string, flags: CommonFlags): Promise<number> {
  checkOutput(flags.output, [input]);
  const now = flags.now ?? Date.now();
  const { conversation, hostVersion, store, host } = await readOne(
    input,
    onlyOne(flags.session, "--session"),
    { hostVersion: flags.hostVersion, now },
    true,
  );
  const last = host?.recipients?.(conversation).used[0];
  const id = onlyOne(flags.provider, "--provider") ?? conversation.format ?? last ?? "anthropic";
  const provider = providerById(id);
  if (!provider) throw new DoctorError("USAGE", `no provider "${id}"`);
  const report = replayConversation(
    store,
    host,
    conversation,
    provider,
    hostVersion,
    now,
    flags.showContent ?? false,
  );
  const pieces =
    flags.format === "table"
      ? replayTable(report, reporterOptions(flags, now, "info"))
      : [`${safeJson(JSON.stringify(report, null, 2))}\n`];
  await write(pieces, flags.output);
  return report.verdict === "accepted" ? 0 : 1;
}
