import { DoctorError } from "./errors.js";
import type { Json } from "./model/conversation.js";
import type { Finding } from "./model/report.js";
import { PROVIDERS, providerById } from "./providers/providers.js";
import { mendRequest } from "./repair/request.js";
import { ruleById } from "./rules/index.js";
import type { KnownCall } from "./stores/request/edits.js";
import type { RequestFormat } from "./stores/request/format.js";
import { WIRES } from "./stores/request/wires.js";

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
  /** What was done, and what was wrong. */
  readonly action: string;
  readonly why: string;
}

export interface MendedMessages<M> {
  /** The very array that was given where nothing was wrong; messages that were whole are the same objects. */
  readonly messages: M[];
  readonly actions: readonly MendAction[];
  /** What still stands in the way, and has no honest mend. */
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
  const outcome = mendRequest(
    messages as Json[],
    format,
    { input: "messages", id: "request", providers: provider ? [provider] : [], recall },
    { unsafe },
  );
  return {
    messages: outcome.messages as M[],
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
    why: ruleById(rule)!.explanation.what,
  };
}
