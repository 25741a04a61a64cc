import { DoctorError } from "./errors.js";
import { ruleById } from "./judge/rulebook.js";
import type { Json } from "./model/conversation.js";
import type { Finding } from "./model/report.js";
import { PROVIDERS, providerById } from "./providers/providers.js";
import { mendDocument } from "./repair/document.js";
import { judgeTermsOf } from "./repair/plan.js";
import { openMessages, requestForm } from "./stores/request/document.js";
import type { RequestFormat } from "./stores/request/format.js";
import { request } from "./stores/request/index.js";
import { WIRES } from "./stores/request/wires.js";
import type { KnownCall } from "./stores/store.js";

export interface MendMessagesOptions {
  /** The shape of the messages; `ai-sdk`: ModelMessage of the `ai` package. */
  readonly format: RequestFormat;
  /** Where they will be sent, such as `anthropic`; without it, to any of the large providers of this format. */
  readonly provider?: string;
  /** Also mends that guess, or take away what could still be sent. */
  readonly unsafe?: boolean;
  /** Gives lost calls back, by id; `input` is JSON text. */
  readonly recall?: (id: string) => KnownCall | undefined;
}

const FORMATS = Object.keys(WIRES) as RequestFormat[];

export interface MendAction {
  readonly rule: string;
  readonly callId?: string;
  /** Place in the messages that were given: `3`, or `3.content.1`. */
  readonly at: string;
  /** The repair, and the damage that it mended. */
  readonly action: string;
  readonly why: string;
}

export interface MendedMessages<M> {
  /** The given array itself if nothing was wrong; messages that were whole are the given objects. */
  readonly messages: M[];
  readonly actions: readonly MendAction[];
  /** Findings that a provider would still refuse and that no rule can mend honestly. */
  readonly remaining: readonly Finding[];
}

/**
 * Mends a list of messages in memory, before it is sent, by the rules of the scan. Pure and deterministic.
 * @throws DoctorError USAGE for a provider that is not known, or messages that are no array
 */
export function mendMessages<M>(messages: M[], options: MendMessagesOptions): MendedMessages<M> {
  if (!Array.isArray(messages)) throw new DoctorError("USAGE", "mendMessages: messages must be an array");
  const { format, provider, recall, unsafe } = options ?? {};
  if (!FORMATS.includes(format))
    throw new DoctorError("USAGE", `mendMessages: no format "${format}"; known: ${FORMATS.join(", ")}`);
  if (provider !== undefined && !providerById(provider))
    throw new DoctorError(
      "USAGE",
      `mendMessages: no provider "${provider}"; known: ${PROVIDERS.map(({ id }) => id).join(", ")}`,
    );
  const list = messages as Json[];
  const terms = { input: "messages", providers: provider ? [provider] : [], hostVersion: "0.0.0", now: 0 };
  const outcome = mendDocument(
    requestForm,
    openMessages(list, format, "request", recall),
    list,
    judgeTermsOf(request, null, terms),
    { unsafe },
  );
  return {
    messages: outcome.value as M[],
    actions: outcome.mended.map(actionOf),
    remaining: outcome.remaining,
  };
}

function actionOf({ rule, callId, message, repair }: Finding): MendAction {
  return {
    rule,
    ...(callId !== undefined && { callId }),
    at: message ?? "",
    action: repair.action ?? "",
    why: ruleById(rule)?.explanation.what ?? rule,
  };
}
