import type { Conversation } from "../../../model/conversation.js";
import type { Host, HostEffect } from "../../host.js";
import { codexHost } from "../host.js";

/** Codex, as far as a database of it is concerned: it sends nothing from there. */
export function databaseHost<C extends Conversation>(effects: readonly HostEffect[]): Host<C> {
  const { id, title, generations, newest } = codexHost;
  return {
    id,
    title,
    generations,
    newest,
    recipients: () => ({ used: [], possible: [] }),
    replays: () => () => ({ turns: [] }),
    effects,
    stops: {},
  };
}
