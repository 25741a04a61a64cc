import { renamePair } from "./pairs.js";
import { defineRule } from "./rule.js";

export const duplicateToolCallId = defineRule({
  id: "duplicate-tool-call-id",
  family: "pairing",
  title: "tool call id used twice",
  harm: "one of the two calls loses its result",
  safety: "safe",
  stage: "unique",
  action: "rename the later call and its result",
  explanation: {
    what: "Two tool calls carry the same id.",
    arises: "A gateway numbers the calls of every reply anew (call_0, call_0, …), or a row was copied.",
    repair: "From the second use on, call and result get a new id together.",
    unknown:
      "Nothing: an id that comes back in a later message is refused by Kimi only; twice in one message, by most.",
  },
  check(view, provider) {
    const unique = provider.ids?.unique;
    if (!unique) return [];
    const seen = new Map<string, number>();
    return view.pairing.calls.flatMap((call) => {
      const key = unique === "message" ? `${call.turn} ${call.block.id}` : call.block.id;
      const use = (seen.get(key) ?? 0) + 1;
      seen.set(key, use);
      if (use === 1 || call.block.id === "") return [];
      const { block, turn } = call;
      // If the tool ran at the provider, its result is in a block that only the provider can pair with the call.
      const safety = block.exempt ? { safety: "none" as const } : {};
      return [{ row: block.row, block, turn, callId: block.id, evidence: { use }, ...safety }];
    });
  },
  clears: {
    message: ({ calls }, { callIds }) =>
      calls.every(({ id }, at) => !callIds.has(id) && calls.findIndex((other) => other.id === id) === at),
  },
  mend: ({ conversation, block }, edits) => renamePair(conversation, block, edits),
});
