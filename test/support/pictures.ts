import type { Conversation, Json } from "../../src/model/conversation.js";
import { present } from "../../src/model/present.js";
import { providerById } from "../../src/providers/providers.js";
import { type Picture, pictureOf } from "../../src/scan/picture.js";
import { playNext } from "../../src/scan/replay.js";
import { hostOf, storeOf, usualHost } from "../../src/stores/index.js";
import { judged, requestOf } from "./judging.js";

export const NOW = Date.parse("2026-11-21T12:00:00Z");

/** The picture of a conversation's next request to one provider. */
export function drawn(
  conversation: Conversation,
  providerId = "anthropic",
  hostVersion?: string,
  showContent = false,
): Picture {
  const store = storeOf(conversation);
  const version = hostVersion ?? usualHost(store)?.newest ?? "0.0.0";
  const host = hostOf(store, usualHost(store), version);
  const provider = present(providerById(providerId));
  const asked = { store, host, conversation, provider, hostVersion: version, now: NOW };
  const findings = judged(conversation, { providers: [providerId], hostVersion: version });
  return pictureOf(playNext(asked), asked, findings, { showContent });
}

/** The picture of a captured Anthropic request with these messages. */
export function drawnMessages(messages: readonly unknown[], showContent = false): Picture {
  const body = { model: "claude-opus-4-5", max_tokens: 10, tools: [{ name: "read" }], messages };
  return drawn(requestOf(JSON.parse(JSON.stringify(body)) as Json), "anthropic", undefined, showContent);
}
