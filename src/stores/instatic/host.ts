import type { Host } from "../host.js";
import type { InstaticConversation } from "./decode.js";
import { EFFECTS } from "./effects.js";
import { INSTATIC_GENERATIONS, INSTATIC_NEWEST, type InstaticFeatures, instaticReplays } from "./replay.js";

export const instaticHost: Host<InstaticConversation> = {
  id: "instatic",
  title: "Instatic",
  generations: INSTATIC_GENERATIONS,
  newest: INSTATIC_NEWEST,
  replays(conversation) {
    const replayOf = instaticReplays(conversation);
    return ({ features }, wire) => replayOf(features as InstaticFeatures, wire);
  },
  effects: EFFECTS,
  stops: {},
  judgesStored: true,
};
