import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

/** A running compaction changes its session at least this often (ms). */
const AT_WORK = 10 * 60_000;

export const stuckCompaction = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "stuck-compaction",
  family: "state",
  title: "session still marked as being compacted",
  harm: "the session looks busy for ever",
  safety: "safe",
  stage: "closed",
  action: "clear the mark",
  explanation: {
    what: "The session row holds the time at which a compaction began, and nothing has happened since.",
    arises: "The host ended while it summarised the history.",
    repair: "The mark is cleared, as the import to opencode 2 does.",
    unknown: "Whether a summary was lost: the history itself is whole.",
  },
  detect({ compacting, row, messages, updated }, { now }) {
    if (compacting == null) return [];
    const last = Math.max(compacting, updated ?? 0, messages.at(-1)?.row.updated ?? 0);
    return Math.abs(now - last) < AT_WORK ? [] : [{ row, evidence: { since: compacting } }];
  },
  clears: { conversation: ({ compacting }) => compacting === null },
  mend: (_, edits) => edits.clearCompacting(),
});
