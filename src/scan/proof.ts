import type { Finding } from "../model/report.js";
import { providerById } from "../providers/providers.js";
import { readOne } from "./one.js";
import type { ScanOptions } from "./options.js";
import { type ReplayReport, replayConversation, usualProvider } from "./replay.js";
import type { Sick } from "./sick.js";

/** The state of a conversation after its repair: read from the file again, and replayed. */
export interface Proof {
  readonly session: string;
  /** Findings of some weight that are left. */
  readonly left: readonly Finding[];
  readonly provider: string;
  readonly verdict: ReplayReport["verdict"];
  readonly error?: string;
  /** True if nothing of weight is left and the provider would take the next request. */
  readonly isWell: boolean;
}

/** Reads each conversation again, judges it, and asks whether its provider would take the next request. */
export async function proofOf(
  path: string,
  sick: readonly Sick[],
  options: ScanOptions & { readonly now: number },
): Promise<Proof[]> {
  const proofs: Proof[] = [];
  for (const { session, target } of sick) {
    const { conversation, findings, host, hostVersion, store } = await readOne(path, session, options, true);
    const provider =
      providerById(target ?? options.providers?.[0] ?? "") ??
      usualProvider(host, conversation, options.model);
    const replay = replayConversation(
      store,
      host,
      conversation,
      provider,
      hostVersion,
      options.now,
      false,
      options.model,
    );
    const left = findings.filter(({ severity }) => severity !== "info");
    const isWell = replay.verdict === "accepted" && !left.some(({ severity }) => severity === "error");
    const { verdict, error } = replay;
    proofs.push({ session, left, provider: provider.id, verdict, isWell, ...(error && { error }) });
  }
  return proofs;
}
