import { unreadableHeader } from "../../../rules/unreadable-header.js";
import type { PiConversation } from "../conversation.js";

export const header = unreadableHeader<PiConversation>(({ header: { state }, row }) =>
  state === "whole" ? [] : [{ row, evidence: { problem: state } }],
);
