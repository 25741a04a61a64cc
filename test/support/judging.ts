import { judge } from "../../src/judge/judge.js";
import type { JudgeTerms } from "../../src/judge/terms.js";
import type { Conversation, Json } from "../../src/model/conversation.js";
import type { Finding } from "../../src/model/report.js";
import type { Provider } from "../../src/providers/providers.js";
import { conversationsIn, decodeJson } from "../../src/scan/json-conversations.js";
import { type ReplayReport, replayConversation } from "../../src/scan/replay.js";
import { generationOf } from "../../src/stores/host.js";
import { hostOf, storeOf, usualHost } from "../../src/stores/index.js";
import { requestForm } from "../../src/stores/request/document.js";

/** The terms of a store's usual host, at a fixed time. */
export function termsOf(store: string, terms: Partial<JudgeTerms> = {}): JudgeTerms {
  const known = storeOf({ store });
  const host = terms.host ?? usualHost(known);
  const hostVersion = terms.hostVersion ?? host?.newest ?? "0.0.0";
  const generation = host && generationOf(host, hostVersion);
  return {
    input: "test",
    providers: [],
    now: Date.parse("2026-11-21T12:00:00Z"),
    live: false,
    ...terms,
    store: known,
    host,
    hostVersion,
    generation,
    features: generation?.features ?? {},
  };
}

export function judged(conversation: Conversation, terms: Partial<JudgeTerms> = {}): Finding[] {
  return judge(conversation, termsOf(conversation.store, terms));
}

export function replayed(
  conversation: Conversation,
  provider: Provider,
  version: string,
  now: number,
): ReplayReport {
  const store = storeOf(conversation);
  const host = hostOf(store, usualHost(store), version);
  return replayConversation(store, host, conversation, provider, version, now, true);
}

export function requestOf(body: Json, bytes = 1): Conversation {
  return requestForm.read(body, "request", bytes);
}

/** The findings of the first conversation in a body. */
export function findingsIn(body: Json, providers: string[] = [], model?: string) {
  const [one] = conversationsIn(body, 0);
  return one ? judged(decodeJson(one, 0), { providers, ...(model !== undefined && { model }) }) : [];
}

/** The rules of its errors. */
export function errorsIn(body: Json, providers: string[] = [], model?: string): string[] {
  return findingsIn(body, providers, model)
    .filter(({ severity }) => severity === "error")
    .map(({ rule }) => rule);
}
