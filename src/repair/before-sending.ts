import { judgeInPlace } from "../judge/judge.js";
import type { Judged, JudgeTerms } from "../judge/terms.js";
import { type JsonConversation, NO_VERSION } from "../scan/json-conversations.js";
import { generationOf } from "../stores/host.js";
import { hostOf, usualHost } from "../stores/index.js";
import { type MendedDocument, mendDocument } from "./document.js";

export interface SendTerms {
  /** The version of the host that is about to send; null where it is not known. */
  readonly hostVersion: string | null;
  /** The provider in use; without it, the one that the conversation tells. */
  readonly provider?: string;
  /** ms since 1970. */
  readonly now: number;
}

/**
 * Mends in memory what would make the host, or the provider in use, refuse the very next request. Other damage of the
 * rows is left alone: it does not travel. Null where nothing is to be mended.
 */
export function mendBeforeSending(one: JsonConversation, sent: SendTerms): MendedDocument | null {
  const terms = termsOf(one, sent);
  const outcome = mendDocument(
    one.form,
    one.form.open(one.value, one.id),
    one.value,
    terms,
    {},
    stopsRequest,
  );
  return outcome.value === one.value ? null : outcome;
}

/** True if the next request would be taken. A quick look answers for most conversations. */
export function isFitToSend(one: JsonConversation, sent: SendTerms): boolean {
  const terms = termsOf(one, sent);
  if (one.form.plain?.(one.value)?.(sent.now, terms.features)) return true;
  return !judgeInPlace(one.form.read(one.value, one.id, 0), terms).some(stopsRequest);
}

/** Only the version that runs is asked. */
function termsOf({ store }: JsonConversation, { hostVersion, provider, now }: SendTerms): JudgeTerms {
  const usual = usualHost(store);
  const version = hostVersion ?? usual?.newest ?? NO_VERSION;
  const host = hostOf(store, usual, version);
  const generation = host && generationOf(host, version);
  return {
    input: "messages",
    providers: provider === undefined ? [] : [provider],
    hostVersion: version,
    now,
    live: true,
    store,
    host: host && generation && { ...host, generations: [generation] },
    generation,
    features: generation?.features ?? {},
  };
}

function stopsRequest({ finding: { severity, effects } }: Judged): boolean {
  return severity === "error" && effects.some(({ effect }) => effect === "rejected" || effect === "crash");
}
