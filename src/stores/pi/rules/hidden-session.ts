import { hiddenSession } from "../../../rules/hidden-session.js";
import type { PiConversation } from "../conversation.js";

/** pi's list joins the texts of every message: content that is null ends it, and the session is left out. */
export const hidden = hiddenSession<PiConversation>(({ links, row }) => {
  const blank = links.filter(({ message }) => message?.content === "null" && message.role !== "tool");
  return blank.length === 0
    ? []
    : [{ row, evidence: { problem: "null-content", entries: blank.map(({ id }) => id) } }];
});
