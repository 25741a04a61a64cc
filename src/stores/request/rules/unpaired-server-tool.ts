import type { Block, CallBlock, OtherBlock, Turn } from "../../../model/conversation.js";
import { speaks } from "../../../providers/providers.js";
import { defineRule, type Symptom, type View } from "../../../rules/rule.js";

export const unpairedServerTool = defineRule({
  id: "unpaired-server-tool",
  family: "pairing",
  title: "half of a tool that ran at the provider",
  safety: "safe",
  stage: "unique",
  action: "take the half that is left out",
  texts: ["server-result"],
  explanation: {
    what: "A tool that Anthropic runs itself, such as a web search, has its call and its result in one assistant turn. Here one of the two is missing, or stands in another turn.",
    arises:
      "The stream broke while the search ran, or a client kept only the blocks that it knew. A last turn that was paused may still be open.",
    repair: "The half that is left is taken out: nobody but the provider could have written the other one.",
    unknown: "What the tool had found.",
  },
  check: (view, provider) =>
    provider.pairsServerTools && speaks(provider, view.format)
      ? [...callsWithoutResult(view), ...resultsWithoutCall(view)].sort((one, other) => one.turn - other.turn)
      : [],
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

function isServerCall(block: Block): block is CallBlock {
  return block.kind === "call" && block.exempt === true;
}

function isServerResult(block: Block): block is OtherBlock & { answers: string } {
  return block.kind === "ignored" && block.answers !== undefined;
}

/**
 * Finds calls at the provider without a result. The last turn may have been paused, and a program at the provider may
 * wait for calls that it made: neither is damage.
 */
function callsWithoutResult({ turns }: View): Symptom[] {
  const callers = new Set(
    turns.flatMap(({ blocks }) => blocks.filter(isClientCall).map(({ callerId }) => callerId)),
  );
  return turns.flatMap((turn, index) => {
    if (turn.role !== "assistant" || index === turns.length - 1) return [];
    const answered = new Set(turn.blocks.filter(isServerResult).map(({ answers }) => answers));
    return turn.blocks
      .filter(isServerCall)
      .filter(({ id }) => !answered.has(id) && !callers.has(id))
      .map((block) => ({ ...half(block, index, block.id), evidence: { tool: block.name } }));
  });
}

function isClientCall(block: Block): block is CallBlock & { callerId: string } {
  return block.kind === "call" && block.callerId !== undefined;
}

function resultsWithoutCall({ turns }: View): Symptom[] {
  const callers = new Set(
    turns.flatMap(({ blocks }) => blocks.filter(isClientCall).map(({ callerId }) => callerId)),
  );
  return turns.flatMap((turn: Turn, index) => {
    const called = new Set(turn.blocks.filter(isServerCall).map(({ id }) => id));
    return turn.blocks
      .filter(isServerResult)
      .filter(({ answers }) => !called.has(answers) && !callers.has(answers))
      .map((block) => ({
        ...half(block, index, block.answers),
        evidence: { type: block.type },
        text: "server-result",
      }));
  });
}

function half(block: Block, turn: number, callId: string): Symptom {
  return { row: block.row, block, turn, callId };
}
