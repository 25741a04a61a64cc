import { mismatchedColumn as differing } from "../../../rules/mismatched-column.js";
import { callIdsDiffer } from "../decode.js";

/** Every kind of damage that this store can have, one line each. */
export { blankText } from "../../../rules/blank-text.js";
export { duplicateToolCallId } from "../../../rules/duplicate-tool-call-id.js";
export { duplicateToolResult } from "../../../rules/duplicate-tool-result.js";
export { duplicateUserMessage } from "../../../rules/duplicate-user-message.js";
export { emptyMessage } from "../../../rules/empty-message.js";
export { integrity } from "../../../rules/integrity.js";
export { invalidMessage } from "../../../rules/invalid-message.js";
export { invalidToolCallId } from "../../../rules/invalid-tool-call-id.js";
export { invalidToolInput } from "../../../rules/invalid-tool-input.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { leadingAssistant } from "../../../rules/leading-assistant.js";
export { loneSurrogate } from "../../../rules/lone-surrogate.js";
export { malformedJson } from "../../../rules/malformed-json.js";
export const mismatchedColumn = differing(callIdsDiffer);
export { misplacedToolResult } from "../../../rules/misplaced-tool-result.js";
export { missingToolResult } from "../../../rules/missing-tool-result.js";
export { orphanRow } from "../../../rules/orphan-row.js";
export { orphanToolResult } from "../../../rules/orphan-tool-result.js";
export { roleOrder } from "../../../rules/role-order.js";
export { unknownBlock } from "../../../rules/unknown-block.js";
export { unsendableMedia } from "../../../rules/unsendable-media.js";
export { parallelToolCalls } from "./parallel-tool-calls.js";
