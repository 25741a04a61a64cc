import type { Conversation, Turn } from "../../../model/conversation.js";
import { plainId } from "../../../model/text.js";
import { openaiResponses } from "../../../providers/openai.js";
import type { Provider } from "../../../providers/providers.js";
import { defineRule, type Symptom, type View } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const invalidItemId = defineRule<Conversation, RequestEdits>({
  id: "invalid-item-id",
  family: "order",
  title: "Responses item whose id is refused",
  safety: "safe",
  stage: "named",
  action: "give the item another id, or take the reasoning out",
  texts: ["item-duplicate", "item-prefix", "item-empty", "item-too-long", "item-not-stored"],
  explanation: {
    what: "An item of OpenAI Responses has the id of another one, one that begins otherwise than its type demands (`msg`, `rs`, `fc`, `ctc`), an empty one, one of more than 64 characters; or it is reasoning that is neither stored nor carries its encrypted content.",
    arises:
      "A client made up the ids, joined two histories, or sent items on that another service or an unstored response had made.",
    repair:
      "The item gets an id that its type allows. Reasoning that stands there twice, or that the service cannot read again, is taken out.",
    unknown: "What the reasoning said, where the service had not stored it.",
  },
  check: (view, provider) => {
    if (!provider.itemIds) return [];
    const seen = new Set<string>();
    return view.messages.flatMap((message, turn) => {
      const problem = problemOf(message, view, provider, seen);
      const id = message.item?.id;
      if (id !== undefined) seen.add(id);
      return problem ? [symptom(message, turn, problem)] : [];
    });
  },
  mend({ message, conversation, evidence }, edits) {
    if (!message?.item) return;
    const [block] = message.blocks;
    const isReasoning = message.item.type === "reasoning";
    if (isReasoning && block && (evidence.problem === "duplicate" || evidence.problem === "not-stored"))
      edits.drop(block);
    else edits.renameItem(message, freshId(message.item, conversation.messages, edits.claimed));
  },
});

type Problem = "duplicate" | "prefix" | "empty" | "too-long" | "not-stored";

function problemOf(
  { item }: Turn,
  { settings }: View,
  { itemIds }: Provider,
  seen: ReadonlySet<string>,
): Problem | null {
  if (!item || !itemIds) return null;
  const { id, type } = item;
  if (type === "reasoning" && settings?.store === false && id && !item.sealed) return "not-stored";
  if (id === undefined || type === "item_reference") return null;
  if (id === "") return "empty";
  if (seen.has(id)) return "duplicate";
  if (id.length > itemIds.max) return "too-long";
  const prefix = itemIds.prefixes[type];
  return prefix !== undefined && !id.startsWith(prefix) ? "prefix" : null;
}

function symptom({ row, item, blocks }: Turn, turn: number, problem: Problem): Symptom {
  return {
    row,
    others: blocks.map((block) => block.row),
    turn,
    callId: item?.id,
    evidence: { problem, type: item?.type },
    text: `item-${problem}`,
  };
}

/** The old id, with the right beginning, at most 64 characters of those that ids may have, and used nowhere else. */
function freshId(
  { id = "", type }: NonNullable<Turn["item"]>,
  messages: readonly Turn[],
  claimed: Set<string>,
): string {
  const prefix = openaiResponses.itemIds?.prefixes[type] ?? /^[a-z]{2,4}(?=_)/.exec(id)?.[0] ?? "fc";
  const used = new Set(messages.flatMap(({ item }) => item?.id ?? []));
  const rest = plainId(id.startsWith(`${prefix}_`) ? id.slice(prefix.length + 1) : id).slice(0, 50);
  for (let number = 1; ; number++) {
    const fresh = [prefix, rest, number > 1 || rest === "" ? String(number) : ""].filter(Boolean).join("_");
    if (used.has(fresh) || claimed.has(fresh)) continue;
    claimed.add(fresh);
    return fresh;
  }
}
