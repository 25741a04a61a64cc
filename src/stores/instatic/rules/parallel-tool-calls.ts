import type { Conversation } from "../../../model/conversation.js";
import { addTo } from "../../../model/group.js";
import { foldTurns, type PlacedCall, pairCalls } from "../../../model/pairing.js";
import type { ResultEdits } from "../../../rules/edits.js";
import { batchOf, moveBehindCall } from "../../../rules/pairs.js";
import { defineRule } from "../../../rules/rule.js";

export const parallelToolCalls = defineRule<Conversation, ResultEdits>({
  id: "parallel-tool-calls",
  family: "pairing",
  title: "parallel calls that strict chat gateways refuse",
  safety: "unsafe",
  stage: "spread",
  action: "put each result directly after its call (--sequentialize)",
  atMost: "info",
  effect: { effect: "cosmetic", severity: "info" },
  overWire: "openai-chat",
  explains: ["missing-tool-result", "misplaced-tool-result", "orphan-tool-result"],
  explanation: {
    what: "Another call or a text stands between a tool call and its result. The rows are healthy.",
    arises:
      "The model called several tools at once, or wrote after its call. The host sends one Chat Completions message for each row.",
    repair:
      "Only with --sequentialize: each result moves directly after its call, which every request format accepts.",
    unknown: "Whether the gateway in use is strict; Ollama is not.",
  },
  detect(conversation) {
    const folded = foldTurns(conversation.messages);
    const batches = new Map<number, PlacedCall[]>();
    for (const call of pairCalls(folded).calls) addTo(batches, call.turn, call);
    return [...batches].flatMap(([at, batch]) => {
      const blocks = folded[at]?.blocks ?? [];
      const [row, ...others] = batch.map(({ block }) => block.row);
      const results = batch.flatMap(({ result }) => result ?? []);
      // A single call counts only if its result follows after the text.
      const isSplit = batch.length > 1 || (blocks.at(-1) !== batch[0]?.block && results[0]?.turn === at + 1);
      if (!row || !isSplit) return [];
      return [
        {
          row,
          others: [...others, ...results.map(({ block }) => block.row), ...blocks.map((block) => block.row)],
          evidence: { calls: batch.length },
        },
      ];
    });
  },
  mend({ conversation, message }, edits) {
    if (!message) return;
    for (const { block } of batchOf(conversation, message)) moveBehindCall(conversation, block.row, edits);
  },
});
