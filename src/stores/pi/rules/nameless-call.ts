import { pairCalls } from "../../../model/pairing.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

export const namelessCall = defineRule<PiConversation, PiEdits>({
  id: "nameless-call",
  family: "pairing",
  title: "tool call without an id, whose result has one",
  safety: "safe",
  stage: "called",
  action: "give the call the id and the name that its result has",
  explains: ["invalid-tool-call-id", "invalid-tool-name", "orphan-tool-result", "missing-tool-result"],
  explanation: {
    what: "A tool call has an empty id; the result that stands directly behind it has an id that no call has.",
    arises:
      "A gateway sent the id and the name of the call in a later piece of its stream than the program expected.",
    repair: "Id and name are copied from the one result behind the call that has no call of its own.",
    unknown: "Nothing, where there is one such call and one such result.",
  },
  detect({ messages }) {
    const { calls, results } = pairCalls(messages);
    const open = calls.filter(({ block, result }) => block.id === "" && !result);
    return messages.flatMap((message, turn) => {
      const nameless = open.filter((call) => call.turn === turn);
      if (nameless.length === 0) return [];
      const end = messages.findIndex((other, index) => index > turn && other.role === "assistant");
      const strays = results.filter(
        (result) =>
          result.turn > turn && (end < 0 || result.turn < end) && !result.call && result.block.id !== "",
      );
      const [call] = nameless;
      const [stray] = strays;
      if (!call || !stray || nameless.length > 1 || strays.length > 1) return [];
      return [
        {
          row: call.block.row,
          others: [stray.block.row],
          message,
          block: call.block,
          callId: stray.block.id,
          evidence: { tool: stray.block.name },
        },
      ];
    });
  },
  mend({ conversation, block }, edits) {
    if (block?.kind !== "call") return;
    const { callOf, results } = pairCalls(conversation.messages);
    const turn = callOf.get(block)?.turn ?? 0;
    const stray = results.find((result) => result.turn > turn && !result.call && result.block.id !== "");
    if (stray) edits.nameCall(block, stray.block);
  },
});
