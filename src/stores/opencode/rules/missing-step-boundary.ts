import type { Block, CallBlock, Message } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { ABORTED, assistants, isContent, isDropped } from "../walk.js";

export const missingStepBoundary = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "missing-step-boundary",
  family: "order",
  title: "two steps glued into one message",
  harm: "two steps are sent as one",
  safety: "safe",
  stage: "stepped",
  action: "insert the missing step-finish and step-start between the steps",
  explains: ["content-after-tool-call", "dangling-thinking"],
  explanation: {
    what: "Text or thinking follows a tool call in the same step, and the rows show that it belongs to a second step.",
    arises:
      "A stream broke and was opened again into the same message, and the end of the first step was never saved (opencode #16749).",
    repair:
      "A step-finish and a step-start are added between the last tool and the content after it, with ids and times between the two.",
    unknown: "What the first attempt cost: the new step-finish carries zero tokens.",
  },
  detect: (conversation) =>
    assistants(conversation)
      .filter((message) => !isDropped(message))
      .flatMap((message) =>
        gluedSteps(message).map(({ call, next }) => ({
          row: next.row,
          others: [call.row],
          message,
          callId: call.id,
          evidence: {
            after: call.row.id,
            gapMs: gap(call, next),
            ...(call.error === ABORTED && { droppedError: call.row.id, tool: call.name }),
          },
        })),
      ),
  clears: {
    message: ({ message, calls }) => calls.length === 0 || contentBehindCalls(message).length === 0,
  },
  mend({ message, block }, edits) {
    if (message && block) edits.closeStep(message, block);
  },
});

/** The places in a message where content follows a tool call in one step, and the rows show a second step. */
function gluedSteps(message: Message): { call: CallBlock; next: Block }[] {
  return contentBehindCalls(message).filter(({ call, next, closed }) => {
    const rest = message.blocks.slice(message.blocks.indexOf(next));
    const upToNext = rest.findIndex((block) => block.kind === "step-start");
    const step = upToNext < 0 ? rest : rest.slice(0, upToNext);
    return (
      closed ||
      call.error === ABORTED ||
      call.interrupted === true ||
      step.some((block) => block.kind === "call")
    );
  });
}

/** Content after a tool call without a step-start between them. `closed`: a step-finish is between them. */
function contentBehindCalls(message: Message): { call: CallBlock; next: Block; closed: boolean }[] {
  const found: { call: CallBlock; next: Block; closed: boolean }[] = [];
  let call: CallBlock | null = null;
  let closed = false;
  for (const block of message.blocks) {
    if (block.kind === "step-start") call = null;
    else if (block.kind === "step-finish") closed = call !== null;
    else if (block.kind === "call" && !block.exempt) {
      call = block;
      closed = false;
    } else if (call && isContent(block)) {
      found.push({ call, next: block, closed });
      call = null;
    }
  }
  return found;
}

function gap(call: CallBlock, next: Block): number | null {
  if (call.row.created === null || next.row.created === null) return null;
  return next.row.created - call.row.created;
}
