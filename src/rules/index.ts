import { assistantPrefill } from "./assistant-prefill.js";
import { blankText } from "./blank-text.js";
import { contentAfterToolCall } from "./content-after-tool-call.js";
import { danglingCompactionTail } from "./dangling-compaction-tail.js";
import { danglingParent } from "./dangling-parent.js";
import { danglingRevert } from "./dangling-revert.js";
import { danglingThinking } from "./dangling-thinking.js";
import { droppedToolError } from "./dropped-tool-error.js";
import { duplicateToolCallId } from "./duplicate-tool-call-id.js";
import { duplicateToolResult } from "./duplicate-tool-result.js";
import { duplicateUserMessage } from "./duplicate-user-message.js";
import { emptyMessage } from "./empty-message.js";
import { foreignMetadata } from "./foreign-metadata.js";
import { futureTimestamp } from "./future-timestamp.js";
import { idOrder } from "./id-order.js";
import { incompleteMessage } from "./incomplete-message.js";
import { integrity } from "./integrity.js";
import { invalidMessage } from "./invalid-message.js";
import { invalidPart } from "./invalid-part.js";
import { invalidThinking } from "./invalid-thinking.js";
import { invalidToolCallId } from "./invalid-tool-call-id.js";
import { invalidToolInput } from "./invalid-tool-input.js";
import { invalidToolName } from "./invalid-tool-name.js";
import { leadingAssistant } from "./leading-assistant.js";
import { loneSurrogate } from "./lone-surrogate.js";
import { lostCompaction } from "./lost-compaction.js";
import { malformedJson } from "./malformed-json.js";
import { mismatchedColumn } from "./mismatched-column.js";
import { mismatchedSession } from "./mismatched-session.js";
import { misplacedToolCall } from "./misplaced-tool-call.js";
import { misplacedToolResult } from "./misplaced-tool-result.js";
import { missingDirectory } from "./missing-directory.js";
import { missingProject } from "./missing-project.js";
import { missingStepBoundary } from "./missing-step-boundary.js";
import { missingThinking } from "./missing-thinking.js";
import { missingToolCalls } from "./missing-tool-calls.js";
import { missingToolResult } from "./missing-tool-result.js";
import { orphanInterruptedTool } from "./orphan-interrupted-tool.js";
import { orphanRow } from "./orphan-row.js";
import { orphanToolResult } from "./orphan-tool-result.js";
import { parallelToolCalls } from "./parallel-tool-calls.js";
import { recordedRejection } from "./recorded-rejection.js";
import { roleOrder } from "./role-order.js";
import type { Rule } from "./rule.js";
import { storedFormat } from "./stored-format.js";
import { stuckCompaction } from "./stuck-compaction.js";
import { stuckTool } from "./stuck-tool.js";
import { trailingSpace } from "./trailing-space.js";
import { unansweredCompaction } from "./unanswered-compaction.js";
import { unansweredSubtask } from "./unanswered-subtask.js";
import { unknownBlock } from "./unknown-block.js";
import { unlistableSession } from "./unlistable-session.js";
import { unsendableMedia } from "./unsendable-media.js";

/** Every rule, in the order of its file name. */
export const RULES: readonly Rule[] = [
  assistantPrefill,
  blankText,
  contentAfterToolCall,
  danglingCompactionTail,
  danglingParent,
  danglingRevert,
  danglingThinking,
  droppedToolError,
  duplicateToolCallId,
  duplicateToolResult,
  duplicateUserMessage,
  emptyMessage,
  foreignMetadata,
  futureTimestamp,
  idOrder,
  incompleteMessage,
  integrity,
  invalidMessage,
  invalidPart,
  invalidThinking,
  invalidToolCallId,
  invalidToolInput,
  invalidToolName,
  leadingAssistant,
  loneSurrogate,
  lostCompaction,
  malformedJson,
  mismatchedColumn,
  mismatchedSession,
  misplacedToolCall,
  misplacedToolResult,
  missingDirectory,
  missingProject,
  missingStepBoundary,
  missingThinking,
  missingToolCalls,
  missingToolResult,
  orphanInterruptedTool,
  orphanRow,
  orphanToolResult,
  parallelToolCalls,
  recordedRejection,
  roleOrder,
  storedFormat,
  stuckCompaction,
  stuckTool,
  trailingSpace,
  unansweredCompaction,
  unansweredSubtask,
  unknownBlock,
  unlistableSession,
  unsendableMedia,
];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

export function ruleById(id: string): Rule | undefined {
  return byId.get(id);
}
