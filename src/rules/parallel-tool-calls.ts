import { foldTurns, pairCalls } from "../model/pairing.js";
import { batchOf, moveBehindCall } from "../repair/pairs.js";
import { defineRule } from "./rule.js";

export const parallelToolCalls = defineRule({
  id: "parallel-tool-calls",
  family: "pairing",
  title: "parallel calls that a strict chat gateway gets unmerged",
  inputs: ["instatic"],
  safety: "unsafe",
  action: "put each result directly behind its call (--sequentialize)",
  atMost: "info",
  explains: ["missing-tool-result", "misplaced-tool-result", "orphan-tool-result"],
  explanation: {
    what: "Two calls stand next to each other with their results behind both. The rows are healthy.",
    arises:
      "The model called several tools at once; the host's Chat Completions mapper sends one message a row.",
    repair: "Only on request: each result moves directly behind its call, which every wire format takes.",
    unknown: "Whether the gateway in use is strict; Ollama is not.",
  },
  detect(conversation) {
    if (conversation.store !== "instatic") return [];
    const { calls } = pairCalls(conversation.messages);
    const folded = foldTurns(conversation.messages);
    const batches = folded.filter((turn) => turn.blocks.filter((block) => block.kind === "call").length > 1);
    return batches.map((turn) => {
      const rows = turn.blocks.filter((block) => block.kind === "call").map((block) => block.row);
      const results = calls
        .filter((call) => rows.includes(call.block.row))
        .flatMap((call) => (call.result ? [call.result.block.row] : []));
      return {
        row: rows[0]!,
        others: [...rows.slice(1), ...results, ...turn.blocks.map((block) => block.row)],
        evidence: { calls: rows.length },
      };
    });
  },
  mend({ conversation, message }, edits) {
    for (const { block } of batchOf(conversation, message!)) moveBehindCall(conversation, block.row, edits);
  },
});
