import type { Block, Conversation, Turn } from "../../../model/conversation.js";
import { isListedContent } from "../../../providers/content.js";
import { type Provider, speaks } from "../../../providers/providers.js";
import { defineRule, type Symptom } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const misplacedContent = defineRule<Conversation, RequestEdits>({
  id: "misplaced-content",
  family: "order",
  title: "content that a message of this role may not hold",
  safety: "safe",
  stage: "kept",
  action: "move the attachment behind the results, or name the text as its role does",
  onlyWhereItCounts: true,
  explanation: {
    what: "A message holds a kind of content that the provider takes from another role only, or from none: an image in a tool's message, `input_text` in a reply, any image for DeepSeek.",
    arises: "A client wrote content for another API, or kept it when the model was switched.",
    repair:
      "Images and files of a tool or a reply follow as the user's, as hosts send them; texts get the name that their role has; what the provider takes from nobody is replaced by a note.",
    unknown: "Nothing: the content itself stays as it was where the provider takes it at all.",
  },
  check: ({ turns, format }, provider) =>
    format === undefined || !provider.holds || !speaks(provider, format)
      ? []
      : turns.flatMap((turn, index) => inTurn(turn, index, format, provider)),
  mend({ message, block, evidence }, edits) {
    if (!message || !block) return;
    if (evidence.taken === "as-text") edits.retypeTexts(message);
    else if (evidence.taken === "from-user") edits.handOver(message);
    else if (block.kind === "result") edits.dropAttachments?.(block.row, placesOf(block), notesFor(block));
    else edits.putText(message, block, NOTE);
  },
});

const NOTE = "[An attachment could not be sent and was removed.]";

function inTurn(turn: Turn, index: number, format: string, { holds }: Provider): Symptom[] {
  const isRefused = (form: string, role: Turn["role"]) =>
    isListedContent(form, format) && holds?.[role]?.includes(form) === false;
  return turn.blocks.flatMap((block) => {
    const role = block.kind === "result" ? "tool" : turn.role;
    const form = formsOf(block).find((one) => isRefused(one, role));
    if (form === undefined) return [];
    const taken = /text|refusal/.test(form) ? "as-text" : holds?.user?.includes(form) ? "from-user" : "never";
    return [{ row: block.row, block, turn: index, evidence: { type: form, role, taken } }];
  });
}

function formsOf(block: Block): readonly string[] {
  return block.kind === "result" ? (block.inner ?? []) : block.form === undefined ? [] : [block.form];
}

function placesOf(block: Extract<Block, { kind: "result" }>): number[] {
  return (block.media ?? []).flatMap(({ at }) => at ?? []);
}

function notesFor(block: Extract<Block, { kind: "result" }>): string[] {
  return placesOf(block).map(() => NOTE);
}
