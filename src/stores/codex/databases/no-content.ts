import type { Editor } from "../../../files/editor.js";
import type { Edits } from "../../../rules/edits.js";

/** Edits of a database that holds no messages: there is nothing that a rule for messages could change. */
export function noContentEdits({ claimed }: Editor): Edits {
  const nothing = () => {};
  return {
    claimed,
    renameCall: nothing,
    renameTool: nothing,
    setInput: nothing,
    wrapInput: nothing,
    unquoteInput: nothing,
    drop: nothing,
    removeBlock: nothing,
    removeMessage: nothing,
    putText: nothing,
    fillOutput: nothing,
    relabelMedia: nothing,
    completeMessage: nothing,
    beginWithPrompt: nothing,
    replaceSurrogates: nothing,
  };
}
