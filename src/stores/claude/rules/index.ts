/** Every kind of damage that this store can have, one line each. */
export { brokenLine } from "../../../rules/broken-line.js";
export { invalidThinking } from "../../../rules/invalid-thinking.js";
export { invalidToolCallId } from "../../../rules/invalid-tool-call-id.js";
export { invalidToolInput } from "../../../rules/invalid-tool-input.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { loneSurrogate } from "../../../rules/lone-surrogate.js";
export { unsendableMedia } from "../../../rules/unsendable-media.js";
export { emptyMessage } from "./empty-message.js";
export { hidden } from "./hidden-session.js";
export { invalidMessage } from "./invalid-message.js";
export { lost } from "./lost-history.js";
export { missingToolResult } from "./missing-tool-result.js";
export { orphanToolResult } from "./orphan-tool-result.js";
export { unknownBlock } from "./unknown-block.js";
