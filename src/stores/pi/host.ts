import type { Host } from "../host.js";
import type { PiConversation } from "./conversation.js";
import { EFFECTS } from "./effects.js";
import { recipientsOf } from "./recipients.js";
import { piReplays } from "./replay.js";
import { GENERATIONS, NEWEST, type PiFeatures } from "./versions.js";

export const piHost: Host<PiConversation> = {
  id: "pi",
  title: "pi",
  generations: GENERATIONS,
  newest: NEWEST,
  recipients: recipientsOf,
  replays(conversation) {
    const replayOf = piReplays(conversation);
    return ({ features }, wire) => replayOf(features as PiFeatures, wire);
  },
  effects: EFFECTS,
  stops: {
    "broken-edit": ["crash"],
    "invalid-message": ["crash"],
    "lost-history": ["crash"],
    "unreadable-header": ["unreadable"],
  },
};
