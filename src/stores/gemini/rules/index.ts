/** Every kind of damage that this store can have, one line each. */
export { brokenLine } from "../../../rules/broken-line.js";
export { duplicateToolResult } from "../../../rules/duplicate-tool-result.js";
export { invalidToolInput } from "../../../rules/invalid-tool-input.js";
export { invalidToolName } from "../../../rules/invalid-tool-name.js";
export { misplacedToolResult } from "../../../rules/misplaced-tool-result.js";
export { missingToolResult } from "../../../rules/missing-tool-result.js";
export { orphanToolResult } from "../../../rules/orphan-tool-result.js";
export { doubledResult } from "./doubled-result.js";
export { hiddenSession } from "./hidden-session.js";
export { incompleteMessage } from "./incomplete-message.js";
export { invalidMessage } from "./invalid-message.js";
export { lostHistory } from "./lost-history.js";
export { unknownBlock } from "./unknown-block.js";
export { unreadableHeader } from "./unreadable-header.js";
