import type { Conversation } from "../../../model/conversation.js";
import { speaks } from "../../../providers/providers.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const misplacedSystem = defineRule<Conversation, RequestEdits>({
  id: "misplaced-system",
  family: "order",
  title: "system message where the provider takes none",
  safety: "safe",
  stage: "named",
  action: "move the words to the beginning, or make them the user's",
  explanation: {
    what: "A system message stands among the messages although the API has a place of its own for it (Anthropic), or behind the first message although the model's template wants it there (Qwen and others).",
    arises:
      "A client written for another API, or a summary that was put into the middle of the history. Claude Opus takes one in the middle from 4.8 on.",
    repair:
      "For Anthropic the message becomes one of the user, at its place; for templates its words go to the beginning. Nothing is left out.",
    unknown: "Whether the words were meant for the whole conversation or for what follows them.",
  },
  check: ({ turns, format, model }, provider) =>
    !provider.system || !speaks(provider, format)
      ? []
      : turns.flatMap((turn, index) => {
          if (turn.role !== "system" || (index === 0 && provider.system === "first")) return [];
          if (index > 0 && model !== undefined && provider.systemModels?.test(model)) return [];
          return [{ row: turn.row, turn: index, evidence: { wanted: provider.system } }];
        }),
  mend({ message, evidence }, edits) {
    if (message) edits.placeSystem(message, evidence.wanted === "first" ? "first" : "user");
  },
});
