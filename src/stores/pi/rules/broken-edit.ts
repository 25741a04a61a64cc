import type { Row } from "../../../model/conversation.js";
import { pairCalls } from "../../../model/pairing.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";
import type { PiEntry } from "../entry.js";
import { contextOf, editsOf } from "../replay.js";

export const brokenEdit = defineRule<PiConversation, PiEdits>({
  id: "broken-edit",
  family: "storage",
  title: "edit of the context that cannot be applied",
  safety: "safe",
  stage: "known",
  action: "take the edit back, or give it the form that pi writes",
  explains: ["orphan-tool-result", "missing-tool-result"],
  explanation: {
    what: "A `context_edit` leaves out a tool call or its result, but not the other half of the pair; or it puts a bare text where pi expects the content of a message.",
    arises: "An extension or another tool wrote the entry without pi's own checks.",
    repair:
      "A bare text becomes the content that pi writes for it. An edit that parts a call from its result is taken back and kept in the journal.",
    unknown: "What the edit was meant to hide.",
  },
  detect: (conversation) => [...bareTexts(conversation), ...halves(conversation)],
  mend: ({ row, evidence }, edits) => edits.mendEdit(row, evidence.problem === "bare" ? "wrap" : "remove"),
});

function bareTexts({ path, byId }: PiConversation): Damage[] {
  return path.flatMap(({ row, edit }) => {
    const target = edit?.how === "broken" ? byId.get(edit.target) : undefined;
    return target?.message
      ? [{ row, others: [target.row], evidence: { problem: "bare", target: target.id } }]
      : [];
  });
}

/** The edits that leave out one half of a pair. */
function halves(conversation: PiConversation): Damage[] {
  const context = contextOf(conversation);
  const edits = editsOf(context);
  const isLeftOut = ({ id }: PiEntry) => edits.get(id)?.how === "drop";
  const shown = context.filter(({ message }) => message);
  const { calls } = pairCalls(
    shown.map(({ message, row }) => ({ role: message?.role ?? "user", row, blocks: message?.blocks ?? [] })),
  );
  const parted = new Map<PiEntry, { callId: string; rows: Row[]; leavesOut: string }>();
  for (const { turn, block, result } of calls) {
    const caller = shown[turn];
    const answer = result && shown[result.turn];
    if (!caller || !answer || isLeftOut(caller) === isLeftOut(answer)) continue;
    const hidden = isLeftOut(caller) ? caller : answer;
    const entry = context.findLast(({ edit }) => edit?.target === hidden.id);
    if (!entry) continue;
    const rows = [...(parted.get(entry)?.rows ?? []), caller.row, block.row, answer.row];
    parted.set(entry, { callId: block.id, rows, leavesOut: hidden === caller ? "call" : "result" });
  }
  return [...parted].map(([{ row }, { rows, callId, leavesOut }]) => ({
    row,
    others: rows,
    callId,
    variant: "half",
    evidence: { problem: "half", leavesOut },
  }));
}
