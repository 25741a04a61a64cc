/** Every kind of damage that this store can have, one line each. */
export { brokenLine } from "../../../rules/broken-line.js";
export { danglingThinking } from "../../../rules/dangling-thinking.js";
export { duplicateToolResult } from "../../../rules/duplicate-tool-result.js";
export { invalidToolCallId } from "../../../rules/invalid-tool-call-id.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { misplacedToolResult } from "../../../rules/misplaced-tool-result.js";
export { unsendableMedia } from "../../../rules/unsendable-media.js";
export { duplicateItem } from "./duplicate-item.js";
export { invalidMessage } from "./invalid-message.js";
export { invalidThinking } from "./invalid-thinking.js";
export { invalidToolInput } from "./invalid-tool-input.js";
export { loneSurrogate } from "./lone-surrogate.js";
export { lostHistory } from "./lost-history.js";
export { missingToolResult } from "./missing-tool-result.js";
export { ordinalGap } from "./ordinal-gap.js";
export { orphanToolResult } from "./orphan-tool-result.js";
export { unreadableHeader } from "./unreadable-header.js";
