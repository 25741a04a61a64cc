import type { Wire } from "../../providers/providers.js";
import type { Recipients } from "../host.js";
import type { PiConversation } from "./conversation.js";

const MAJOR = ["anthropic", "openai-chat", "openai-responses"];

/** The message format behind the name of an API. */
export function wireOf(api: string): Wire | null {
  if (/^(anthropic|bedrock)/.test(api)) return "anthropic";
  if (/responses$/.test(api)) return "openai-responses";
  return api === "openai-completions" || /^(mistral|google)/.test(api) ? "openai-chat" : null;
}

/** The provider that the conversation used last; any of the large ones where its API is none that is known. */
export function recipientsOf({ next }: PiConversation): Recipients {
  const used = next ? providerOf(next.provider, next.api) : null;
  return used ? { used: [used], possible: MAJOR } : { used: MAJOR, possible: [] };
}

/** Mistral is not among them: pi makes ids and roles fit for it, and how was not measured. */
const COMPATIBLE = ["deepseek", "minimax", "kimi"];

function providerOf(provider: string, api: string): string | null {
  if (/^anthropic/.test(api)) return "anthropic";
  if (/^bedrock/.test(api)) return "bedrock";
  if (/responses$/.test(api)) return "openai-responses";
  if (/^google/.test(api)) return "gemini";
  if (api !== "openai-completions" && !/^mistral/.test(api)) return null;
  return COMPATIBLE.find((id) => provider.includes(id)) ?? "openai-chat";
}
