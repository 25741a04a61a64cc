import { assistantPrefill } from "./assistant-prefill.js";
import { blankText } from "./blank-text.js";
import { contentAfterToolCall } from "./content-after-tool-call.js";
import { danglingCompactionTail } from "../stores/opencode/rules/dangling-compaction-tail.js";
import { danglingParent } from "../stores/opencode/rules/dangling-parent.js";
import { danglingRevert } from "../stores/opencode/rules/dangling-revert.js";
import { danglingThinking } from "./dangling-thinking.js";
import { droppedToolError } from "../stores/opencode/rules/dropped-tool-error.js";
import { duplicateToolCallId } from "./duplicate-tool-call-id.js";
import { duplicateToolResult } from "./duplicate-tool-result.js";
import { duplicateUserMessage } from "./duplicate-user-message.js";
import { emptyMessage } from "./empty-message.js";
import { foreignMetadata } from "../stores/opencode/rules/foreign-metadata.js";
import { futureTimestamp } from "../stores/opencode/rules/future-timestamp.js";
import { idOrder } from "../stores/opencode/rules/id-order.js";
import { incompleteMessage } from "../stores/opencode/rules/incomplete-message.js";
import { integrity } from "./integrity.js";
import { invalidItemId } from "../stores/request/rules/invalid-item-id.js";
import { invalidMessage } from "./invalid-message.js";
import { invalidPart } from "../stores/opencode/rules/invalid-part.js";
import { invalidThinking } from "./invalid-thinking.js";
import { invalidToolCallId } from "./invalid-tool-call-id.js";
import { invalidToolInput } from "./invalid-tool-input.js";
import { invalidToolName } from "./invalid-tool-name.js";
import { leadingAssistant } from "./leading-assistant.js";
import { loneSurrogate } from "./lone-surrogate.js";
import { lostCompaction } from "../stores/opencode/rules/lost-compaction.js";
import { malformedJson } from "./malformed-json.js";
import { mismatchedColumn } from "./mismatched-column.js";
import { mismatchedSession } from "../stores/opencode/rules/mismatched-session.js";
import { misplacedContent } from "../stores/request/rules/misplaced-content.js";
import { misplacedSystem } from "../stores/request/rules/misplaced-system.js";
import { misplacedToolCall } from "../stores/request/rules/misplaced-tool-call.js";
import { misplacedToolResult } from "./misplaced-tool-result.js";
import { missingDirectory } from "../stores/opencode/rules/missing-directory.js";
import { missingProject } from "../stores/opencode/rules/missing-project.js";
import { missingPrompt } from "../stores/request/rules/missing-prompt.js";
import { missingStepBoundary } from "../stores/opencode/rules/missing-step-boundary.js";
import { missingThinking } from "../stores/request/rules/missing-thinking.js";
import { missingToolCalls } from "../stores/request/rules/missing-tool-calls.js";
import { missingToolResult } from "./missing-tool-result.js";
import { missingTools } from "../stores/request/rules/missing-tools.js";
import { orphanInterruptedTool } from "../stores/opencode/rules/orphan-interrupted-tool.js";
import { orphanRow } from "./orphan-row.js";
import { orphanToolResult } from "./orphan-tool-result.js";
import { parallelToolCalls } from "../stores/instatic/rules/parallel-tool-calls.js";
import { recordedRejection } from "../stores/opencode/rules/recorded-rejection.js";
import { roleOrder } from "./role-order.js";
import type { Rule } from "./rule.js";
import { storedFormat } from "../stores/opencode/rules/stored-format.js";
import { stuckCompaction } from "../stores/opencode/rules/stuck-compaction.js";
import { stuckTool } from "../stores/opencode/rules/stuck-tool.js";
import { tooManyCacheMarks } from "../stores/request/rules/too-many-cache-marks.js";
import { trailingSpace } from "../stores/request/rules/trailing-space.js";
import { unansweredCompaction } from "../stores/opencode/rules/unanswered-compaction.js";
import { unansweredSubtask } from "../stores/opencode/rules/unanswered-subtask.js";
import { unknownBlock } from "./unknown-block.js";
import { unknownToolReference } from "../stores/request/rules/unknown-tool-reference.js";
import { unlistableSession } from "../stores/opencode/rules/unlistable-session.js";
import { unpairedServerTool } from "../stores/request/rules/unpaired-server-tool.js";
import { unsendableMedia } from "./unsendable-media.js";
import { unsupportedReasoning } from "../stores/request/rules/unsupported-reasoning.js";

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
  invalidItemId,
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
  misplacedContent,
  misplacedSystem,
  misplacedToolCall,
  misplacedToolResult,
  missingDirectory,
  missingProject,
  missingPrompt,
  missingStepBoundary,
  missingThinking,
  missingToolCalls,
  missingToolResult,
  missingTools,
  orphanInterruptedTool,
  orphanRow,
  orphanToolResult,
  parallelToolCalls,
  recordedRejection,
  roleOrder,
  storedFormat,
  stuckCompaction,
  stuckTool,
  tooManyCacheMarks,
  trailingSpace,
  unansweredCompaction,
  unansweredSubtask,
  unknownBlock,
  unknownToolReference,
  unlistableSession,
  unpairedServerTool,
  unsendableMedia,
  unsupportedReasoning,
];

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

export function ruleById(id: string): Rule | undefined {
  return byId.get(id);
}
