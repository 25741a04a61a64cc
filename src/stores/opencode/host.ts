import { once } from "../../model/once.js";
import type { Wire } from "../../providers/providers.js";
import type { Host, StopVerdict } from "../host.js";
import type { OpencodeConversation } from "./decode/session.js";
import { EFFECTS, IMPORT } from "./effects.js";
import { lastProviderOf, nextWireOf } from "./replay/models.js";
import { opencodeReplays } from "./replay/replay.js";
import { type Features, GENERATIONS, NEWEST_KNOWN } from "./replay/versions.js";

/** Rules whose damage can end a replay, and how: then the finding is an error, whatever else it does. */
const STOPS: Readonly<Record<string, readonly StopVerdict[]>> = {
  "foreign-metadata": ["crash"],
  "future-timestamp": ["loop", "swallowed"],
  "id-order": ["loop", "swallowed"],
  "invalid-message": ["crash"],
  "invalid-part": ["crash"],
  "invalid-tool-input": ["crash"],
  "malformed-json": ["crash"],
  "missing-project": ["crash"],
  "provider-executed-call": ["crash"],
  "stored-format": ["crash"],
  "unanswered-compaction": ["swallowed"],
  "unanswered-subtask": ["crash"],
  "unknown-block": ["crash"],
  "unlistable-session": ["crash"],
  "unsendable-media": ["crash"],
};

/** Computed once for each conversation, because each refusal asks for it. */
const wireOf = once((conversation: OpencodeConversation) => ({ wire: nextWireOf(conversation.messages) }));

function nextWire(conversation: OpencodeConversation): Wire | undefined {
  return wireOf(conversation).wire;
}

export const opencodeHost: Host<OpencodeConversation> = {
  id: "opencode",
  title: "opencode",
  generations: GENERATIONS,
  newest: NEWEST_KNOWN,
  replays(conversation, now) {
    const replayOf = opencodeReplays(conversation, now);
    return ({ features }, wire) => replayOf(features as Features, wire);
  },
  nextWire,
  lastProvider: ({ messages }) => lastProviderOf(messages),
  effects: EFFECTS,
  stops: STOPS,
  // The import comes once: it cannot lose these rows any more.
  hasEffect: ({ target }, { imported }) => !(imported && target === IMPORT),
};
