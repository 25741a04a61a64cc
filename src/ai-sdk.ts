/** A language-model middleware for the AI SDK: mends the messages of each request, in memory, before they are sent. */

import { type MendAction, mendMessages } from "./mend-messages.js";
import type { Finding } from "./model/report.js";
import { providerById } from "./providers/providers.js";

export interface MiddlewareOptions {
  /** The provider, such as `anthropic`; without it, the one that the model names. */
  readonly provider?: string;
  /** Also mends that guess, or take away what could still be sent. */
  readonly unsafe?: boolean;
  /** Called when something was mended, or when a refusal remains that no rule can mend. */
  readonly onMend?: (told: { actions: readonly MendAction[]; remaining: readonly Finding[] }) => void;
}

/** A middleware for `wrapLanguageModel` of `ai` 5 and 6. */
export interface SessionDoctorMiddleware {
  readonly specificationVersion: "v3";
  transformParams<P extends { prompt: readonly object[] }>(call: {
    params: P;
    model: { readonly provider: string };
  }): Promise<P>;
}

/**
 * Makes the middleware. `generateText` and `streamText` refuse calls without results themselves, before any middleware is
 * asked: mend such messages with `mendMessages` first. A prompt in which nothing is wrong goes on as the same object. An error of the middleware itself
 * never stops a request: the prompt is sent as it is.
 */
export function sessionDoctor(options: MiddlewareOptions = {}): SessionDoctorMiddleware {
  return {
    specificationVersion: "v3",
    async transformParams({ params, model }) {
      const provider = options.provider ?? providerOf(model.provider);
      try {
        const { messages, actions, remaining } = mendMessages([...params.prompt], {
          format: "ai-sdk",
          provider,
          unsafe: options.unsafe,
        });
        if (actions.length > 0 || remaining.length > 0) options.onMend?.({ actions, remaining });
        return actions.length > 0 ? { ...params, prompt: messages } : params;
      } catch {
        return params;
      }
    },
  };
}

/** Packages of the SDK whose name is none of a provider here. */
const PROVIDER_OF: Readonly<Record<string, string>> = { "amazon-bedrock": "bedrock", google: "gemini" };

/** The SDK names a provider with its API, such as `anthropic.messages` or `openai.responses`. */
function providerOf(named: string): string | undefined {
  const [name = "", api] = named.split(".");
  return [`${name}-${api}`, name, PROVIDER_OF[name] ?? ""].find((id) => providerById(id) !== undefined);
}
