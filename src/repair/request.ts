import { blocksOf, type Json } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { Finding } from "../model/report.js";
import { missingToolCalls } from "../stores/request/rules/missing-tool-calls.js";
import { type Judged, judgeInPlace } from "../judge/judge.js";
import type { RequestContext, RequestFormat } from "../stores/request/format.js";
import { Transcript } from "../stores/request/transcript.js";
import { type KnownCall, requestEdits } from "../stores/request/edits.js";
import { isOptedIn, mendRounds, type RepairOptions } from "./rounds.js";

export interface RequestTerms {
  readonly input: string;
  /** Tells this request from others of the same file. */
  readonly id: string;
  readonly providers: readonly string[];
  /** The model that is asked, where the body does not say it. */
  readonly model?: string;
  readonly context?: RequestContext;
  /** What a database knows of the calls that the request lost. */
  readonly recall?: (id: string) => KnownCall | undefined;
}

export interface MendedRequest {
  /** The very array that was given where nothing was changed. */
  readonly messages: readonly Json[];
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
}

/** Mends the messages of one request, by the same rules and the same rounds as the rows of a database. Pure. */
export function mendRequest(
  messages: readonly Json[],
  format: RequestFormat,
  terms: RequestTerms,
  options: RepairOptions,
): MendedRequest {
  const transcript = new Transcript(messages, format, terms.context);
  const claimed = new Set<string>();
  const recalled = terms.recall && recallAll(transcript, terms.recall);
  const chosen = { ...options, hasCalls: recalled?.isWhole };
  const outcome = mendRounds(
    {
      look() {
        const conversation = transcript.conversation(terms.id, 0);
        const judged = judgeInPlace(conversation, {
          input: terms.input,
          providers: terms.providers,
          model: terms.model,
          generation: null,
          hostVersion: "0.0.0",
          now: 0,
          live: false,
        });
        // What only other providers refuse stays as it is: the request was made for this one.
        const counts = ({ finding }: Judged) =>
          finding.severity !== "info" || isOptedIn(finding.rule, chosen) === true;
        return { conversation, judged: judged.filter(counts) };
      },
      mark: () => transcript.mark(),
      // A request that ended in a result that had to move, or go, now ends in the reply before it.
      mayUncover: "assistant-prefill",
      mend(rule, targets) {
        const edits = requestEdits(transcript, claimed, (id) => recalled?.calls.get(id)?.shift());
        for (const target of targets) rule.mend?.(target, edits);
      },
    },
    chosen,
  );
  const now = transcript.messages();
  // Nothing left is no request: what stood there is the better start for a person.
  if (now.length === 0 && messages.length > 0) {
    const stays = [...outcome.mended, ...outcome.remaining];
    return {
      messages,
      mended: [],
      remaining: stays.map((finding) => ({ ...finding, repair: { safety: "none" as const } })),
    };
  }
  return {
    messages: outcome.isBetter ? now : messages,
    mended: outcome.mended,
    remaining: outcome.remaining.map((finding) =>
      recalled && finding.rule === missingToolCalls.id
        ? { ...finding, evidence: { ...finding.evidence, recalled: recalled.known } }
        : finding,
    ),
  };
}

/** The calls that are known for the results of the request, by id; whole where each result has one. */
function recallAll(transcript: Transcript, recall: (id: string) => KnownCall | undefined) {
  const calls = new Map<string, KnownCall[]>();
  const results = blocksOf(transcript.conversation("", 0).messages, "result");
  let known = 0;
  for (const { block } of results) {
    const call = recall(block.id);
    if (!call) continue;
    addTo(calls, block.id, call);
    known++;
  }
  return { calls, known, isWhole: known === results.length };
}
