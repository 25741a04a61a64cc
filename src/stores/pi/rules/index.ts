/** Every kind of damage that this store can have, one line each. */

export { blankText } from "../../../rules/blank-text.js";
export { brokenLine } from "../../../rules/broken-line.js";
export { danglingThinking } from "../../../rules/dangling-thinking.js";
export { duplicateToolCallId } from "../../../rules/duplicate-tool-call-id.js";
export { duplicateToolResult } from "../../../rules/duplicate-tool-result.js";
export { invalidToolCallId } from "../../../rules/invalid-tool-call-id.js";
export { invalidToolInput } from "../../../rules/invalid-tool-input.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { leadingAssistant } from "../../../rules/leading-assistant.js";
export { loneSurrogate } from "../../../rules/lone-surrogate.js";
export { orphanToolResult } from "../../../rules/orphan-tool-result.js";
export { unsendableMedia } from "../../../rules/unsendable-media.js";
export { abortedCall } from "./aborted-call.js";
export { brokenEdit } from "./broken-edit.js";
export { emptyMessage } from "./empty-message.js";
export { hidden } from "./hidden-session.js";
export { invalidMessage } from "./invalid-message.js";
export { invalidThinking } from "./invalid-thinking.js";
export { lost } from "./lost-history.js";
export { misplacedToolResult } from "./misplaced-tool-result.js";
export { missingToolResult } from "./missing-tool-result.js";
export { namelessCall } from "./nameless-call.js";
export { header } from "./unreadable-header.js";
