/** Every kind of damage that this store can have, one line each. */

export { blankText } from "../../../rules/blank-text.js";
export { contentAfterToolCall } from "../../../rules/content-after-tool-call.js";
export { danglingThinking } from "../../../rules/dangling-thinking.js";
export { duplicateToolCallId } from "../../../rules/duplicate-tool-call-id.js";
export { duplicateToolResult } from "../../../rules/duplicate-tool-result.js";
export { duplicateUserMessage } from "../../../rules/duplicate-user-message.js";
export { emptyMessage } from "../../../rules/empty-message.js";
export { invalidMessage } from "../../../rules/invalid-message.js";
export { invalidThinking } from "../../../rules/invalid-thinking.js";
export { invalidToolCallId } from "../../../rules/invalid-tool-call-id.js";
export { invalidToolInput } from "../../../rules/invalid-tool-input.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { leadingAssistant } from "../../../rules/leading-assistant.js";
export { loneSurrogate } from "../../../rules/lone-surrogate.js";
export { misplacedToolResult } from "../../../rules/misplaced-tool-result.js";
export { missingToolResult } from "../../../rules/missing-tool-result.js";
export { orphanToolResult } from "../../../rules/orphan-tool-result.js";
export { unsendableMedia } from "../../../rules/unsendable-media.js";
export { assistantPrefill } from "./assistant-prefill.js";
export { misplacedToolCall } from "./misplaced-tool-call.js";
export { missingThinking } from "./missing-thinking.js";
export { missingToolCalls } from "./missing-tool-calls.js";
export { roleOrder } from "./role-order.js";
export { trailingSpace } from "./trailing-space.js";
