import type { Message, Model } from "../../../model/conversation.js";
import type { Wire } from "../../../providers/providers.js";
import { NEXT_PROMPT } from "./order.js";

/** Providers that are reached over one wire whatever their models leave in the history. */
const WIRE_OF: Readonly<Record<string, Wire>> = { anthropic: "anthropic", openai: "openai-responses" };

/**
 * Tells the replies that the model which goes on has given itself: thinking and provider metadata go back to their
 * own model only. The conversation goes on with the last model it was prompted for that is reached over this wire.
 */
export function ownReplies(history: readonly Message[], wire: Wire): (message: Message) => boolean {
  const named = (role: Message["role"]) =>
    history.flatMap(({ role: own, row, model }) =>
      own === role && row !== NEXT_PROMPT && model?.id ? [model] : [],
    );
  const prompted = named("user");
  const models = new Map(
    (prompted.length > 0 ? prompted : named("assistant"))
      .reverse()
      .map((model): [string, Model] => [`${model.provider}/${model.id}`, model]),
  );
  const next = [...models.values()].find((model) => {
    const spoken = wireOf(
      model,
      history.filter((message) => isSame(message.model, model)),
    );
    return spoken === undefined || spoken === wire;
  });
  return ({ model }) => isSame(model, next);
}

function isSame(one: Model | undefined, other: Model | undefined): boolean {
  return one !== undefined && one.id !== "" && one.provider === other?.provider && one.id === other.id;
}

/** The wire over which a model is reached, by its name, else by what it left at its thinking; undefined where it left nothing. */
function wireOf(model: Model, messages: readonly Message[]): Wire | undefined {
  if (Object.hasOwn(WIRE_OF, model.provider)) return WIRE_OF[model.provider];
  const blocks = messages.flatMap((message) => message.blocks);
  const thoughts = blocks.filter((block) => block.kind === "thinking");
  if (thoughts.some(({ signature }) => signature !== "none")) return "anthropic";
  if (blocks.some((block) => "itemId" in block && block.itemId !== undefined)) return "openai-responses";
  return thoughts.length > 0 ? "openai-chat" : undefined;
}
