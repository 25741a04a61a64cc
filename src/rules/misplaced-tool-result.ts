import type { Conversation } from "../model/conversation.js";
import type { PlacedCall, PlacedResult } from "../model/pairing.js";
import type { Provider } from "../providers/providers.js";
import type { ResultEdits } from "./edits.js";
import { moveBehindCall } from "./pairs.js";
import { defineRule, type View } from "./rule.js";

export const misplacedToolResult = defineRule<Conversation, ResultEdits>({
  id: "misplaced-tool-result",
  family: "pairing",
  title: "tool result in the wrong place",
  harm: "the model is told that a finished tool was interrupted",
  safety: "safe",
  stage: "placed",
  action: "move the result directly after its call",
  explains: ["duplicate-tool-result", "missing-tool-result", "orphan-tool-result"],
  texts: ["unbroken-tool-result"],
  explanation: {
    what: "The result of a tool call stands before the call, after a later message, or apart from the other results of its turn.",
    arises: "The user sent another prompt while a tool was running, or two requests ran at once.",
    repair: "The result moves directly after its call, with its id, content and time.",
    unknown: "Nothing: call and result are both there.",
  },
  check: (view, provider) =>
    view.pairing.results.flatMap((result) => {
      const { call } = result;
      const how = call && displacement(view, call, result, provider);
      if (!how) return [];
      return [
        {
          row: result.block.row,
          others: [call.block.row],
          turn: result.turn,
          callId: result.block.id,
          evidence: { how, turnsApart: result.turn - call.turn },
          ...(provider.pairing === "unbroken" && { text: "unbroken-tool-result" }),
        },
      ];
    }),
  mend: ({ conversation, row }, edits) => moveBehindCall(conversation, row, edits),
});

function displacement(
  view: View,
  call: PlacedCall,
  result: PlacedResult,
  provider: Provider,
): "early" | "late" | "torn" | "behind-text" | null {
  if (provider.pairing === "unchecked") return null;
  if (result.turn <= call.turn) return "early";
  if (provider.pairing === "anywhere") return null;
  if (provider.pairing === "unbroken") {
    const between = view.turns.slice(call.turn + 1, result.turn);
    return between.some(({ blocks }) => blocks.some(({ kind }) => kind === "text" || kind === "media"))
      ? "torn"
      : null;
  }
  if (result.turn > call.turn + 1) {
    const between = view.turns.slice(call.turn + 1, result.turn);
    return between.some(
      (turn) => turn.role === "user" && turn.blocks.some((block) => block.kind !== "result"),
    )
      ? "late"
      : "torn";
  }
  if (!provider.resultsFirst) return null;
  const blocks = view.turns[result.turn]?.blocks ?? [];
  const ahead = blocks.slice(0, blocks.indexOf(result.block));
  return ahead.some((block) => block.kind !== "result" && block.kind !== "ignored") ? "behind-text" : null;
}
