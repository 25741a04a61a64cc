import { defineRule } from "../../../rules/rule.js";
import { doubledResults } from "../doubled.js";
import type { GeminiEdits } from "../edits.js";
import type { GeminiConversation } from "../session.js";

export const doubledResult = defineRule<GeminiConversation, GeminiEdits>({
  id: "doubled-result",
  family: "pairing",
  title: "tool result stored in two places and sent twice",
  harm: "the service refuses every resumed session that used a tool",
  safety: "safe",
  stage: "matched",
  action: "keep the result at its call, take the copy out",
  explains: ["duplicate-tool-result", "orphan-tool-result"],
  explanation: {
    what: "A tool's result stands in the list of calls of the reply and once more in a row of its own. A resumed session sends both, and Gemini wants as many results as calls.",
    arises:
      "Gemini CLI 0.61 writes both in every healthy session that used a tool (google-gemini/gemini-cli#29365); a resume writes the doubled list into the file once more. A mended session is accepted at the next resume, which stores the copies again: mend it before each resume until that is fixed.",
    repair: "The result at the call stays. The row, or the part, that only repeats it goes to the journal.",
    unknown:
      "Whether the next version of Gemini CLI stops to write the copy. The result that stays is the same.",
  },
  detect: (conversation) =>
    [...doubledResults(conversation)].map(([message, blocks]) => ({
      row: message.row,
      others: blocks.map(({ row }) => row),
      message,
      callId: blocks[0]?.id,
      evidence: { results: blocks.length },
    })),
  mend({ conversation, message }, edits) {
    const found = [...doubledResults(conversation)].find(([{ row }]) => row === message?.row);
    for (const block of found?.[1] ?? []) edits.drop(block);
  },
});
