import { expect } from "vitest";
import { present } from "../../../src/model/present.js";
import { providerById, type Wire } from "../../../src/providers/providers.js";
import { readOne } from "../../../src/scan/one.js";
import type { ReplayReport } from "../../../src/scan/replay.js";
import { replayed } from "../../support/judging.js";
import { foreseenMessages, sentMessages } from "../../support/messages.js";
import { goOnOver, sessionOf } from "./database.js";
import { type Ended, type Home, modelOf } from "./host.js";
import { ANSWER, type FakeProvider, startProvider } from "./provider.js";

/** Not what early versions log about their own start: no network, providers that are not there. */
const FAILED = /^(?!ERROR .*(Unable to connect|does not exist in model list)).*error/im;

/** The provider's name for a refusal, where the tool's rule tells more. */
const NAMED_BY: Readonly<Record<string, string>> = { "provider-executed-call": "missing-tool-result" };

/** The answer of the real program to one more prompt. */
function verdictOf(
  { code, timedOut, output }: Ended,
  provider: FakeProvider,
): ReplayReport["verdict"] | "timeout" {
  const turns = provider.turns();
  const asked = provider.requests.find(({ kind }) => kind !== "title");
  if (asked?.kind === "summary" && turns.length === 0) return "swallowed";
  if (turns[0]?.refusals.length) return "rejected";
  // Asked again after its answer, until somebody refuses.
  if (provider.isLooping() || turns.some(({ refusals }) => refusals.length > 0)) return "loop";
  // Since 1.18.14 the program tries a file that it cannot read again and again.
  if (timedOut) return turns.length === 0 ? "crash" : "timeout";
  if (turns.length === 0) return code === 0 && !FAILED.test(output) ? "swallowed" : "crash";
  return output.includes(ANSWER) ? "accepted" : "crash";
}

/** Runs the prompt on the placed database, after asking what would happen, and compares the two: what was foreseen. */
export async function compare(home: Home, version: string, wire: Wire): Promise<ReplayReport> {
  const provider = await startProvider();
  try {
    const session = sessionOf(home.database);
    goOnOver(home.database, wire);
    const { conversation } = await readOne(home.database, session, {}, true);
    const report = replayed(conversation, present(providerById(wire)), version, Date.now());
    const { providerID, modelID } = modelOf(wire);
    const model = `${providerID}/${modelID}`;
    const log = ["--print-logs", "--log-level", "ERROR"];
    const words = ["run", "continue", "-s", session, "-m", model, ...log];
    const ended = await home.run(version, provider.port, words);
    const first = provider.turns()[0];
    const about = `${report.rule ?? ""}: ${report.error ?? ""}\n${ended.output}`;
    // The messages below tell which ones the host leaves out.
    expect(verdictOf(ended, provider), about).toBe(report.verdict === "lost" ? "accepted" : report.verdict);
    if (report.verdict === "rejected")
      expect(first?.refusals).toContain(NAMED_BY[present(report.rule)] ?? report.rule);
    // A prompt from the future names the model that answers; a summary stands in what follows it. A subtask that waits runs
    // first, in a session of its own, and its call follows the history.
    const isOwn =
      first?.wire === wire &&
      JSON.stringify(first.body.messages ?? first.body.input).includes("continue") &&
      !provider.requests.some(({ kind }) => kind === "summary");
    if (report.verdict !== "swallowed" && isOwn)
      expect(sentMessages(wire, first.body)).toEqual(foreseenMessages(wire, report));
    return report;
  } finally {
    provider.close();
  }
}
