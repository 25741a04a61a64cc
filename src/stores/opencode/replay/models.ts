import type { Message, Model } from "../../../model/conversation.js";
import type { Wire } from "../../../providers/providers.js";
import { NEXT_PROMPT } from "./order.js";

/** Providers that are reached over one wire whatever their models leave in the history. */
const WIRE_OF: Readonly<Record<string, Wire>> = { anthropic: "anthropic", openai: "openai-responses" };

/**
 * Tells the replies that the model which goes on has given itself: thinking and provider metadata go back to their
 * own model only. The next prompt goes to the model of the last one. Where that is reached over another wire, the
 * question is about a switch: to the newest other model that is known to be reached over this one.
 */
export function ownReplies(history: readonly Message[], wire: Wire): (message: Message) => boolean {
  const [last, ...others] = modelsOf(history);
  const isOver = (model: Model | undefined, isAssumed: boolean) => {
    const known = model && wireOf(model, history);
    return known === undefined ? isAssumed : known === wire;
  };
  const next = isOver(last, true) ? last : others.find((model) => isOver(model, false));
  return ({ model }) => isSame(model, next);
}

/** The wire over which the next prompt goes; undefined where the rows do not tell. */
export function nextWireOf(history: readonly Message[]): Wire | undefined {
  const [last] = modelsOf(history);
  return last && wireOf(last, history);
}

/** The providers of this tool by their ids in opencode, where these are services that answer for themselves. */
const PROVIDER_OF: Readonly<Record<string, string>> = {
  anthropic: "anthropic",
  openai: "openai-responses",
  google: "gemini",
  "amazon-bedrock": "bedrock",
  mistral: "mistral",
  deepseek: "deepseek",
  minimax: "minimax",
  moonshotai: "kimi",
  zai: "glm",
  zhipuai: "glm",
  groq: "groq",
  cerebras: "cerebras",
};

/** The provider that gets the next prompt; undefined where the rows name none that is known. */
export function lastProviderOf(history: readonly Message[]): string | undefined {
  const [last] = modelsOf(history);
  return last && Object.hasOwn(PROVIDER_OF, last.provider) ? PROVIDER_OF[last.provider] : undefined;
}

/** The models that were prompted, the newest first; where no prompt names one, those that replied. */
function modelsOf(history: readonly Message[]): Model[] {
  const named = (role: Message["role"]) =>
    history.flatMap(({ role: own, row, model }) =>
      own === role && row !== NEXT_PROMPT && model?.id ? [model] : [],
    );
  const prompted = named("user");
  const newest = (prompted.length > 0 ? prompted : named("assistant")).reverse();
  return newest.filter((model, at) => newest.findIndex((other) => isSame(other, model)) === at);
}

function isSame(one: Model | undefined, other: Model | undefined): boolean {
  return one !== undefined && one.id !== "" && one.provider === other?.provider && one.id === other.id;
}

/** By the model's provider, else by what the provider left at its replies. */
function wireOf(model: Model, history: readonly Message[]): Wire | undefined {
  if (Object.hasOwn(WIRE_OF, model.provider)) return WIRE_OF[model.provider];
  const blocks = history
    .filter((message) => message.role === "assistant" && isSame(message.model, model))
    .flatMap((message) => message.blocks);
  if (blocks.some((block) => block.kind === "thinking" && block.signature !== "none")) return "anthropic";
  return blocks.some((block) => "itemId" in block && block.itemId !== undefined)
    ? "openai-responses"
    : undefined;
}
