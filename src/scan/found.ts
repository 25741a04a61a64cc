import { commandToList, DoctorError } from "../errors.js";
import type { Conversation } from "../model/conversation.js";
import type { Host } from "../stores/host.js";

/** Number of ids that the error names if the user has to choose one. */
const SOME = 3;

/** A conversation as an input holds it. */
export interface Found {
  conversation: Conversation;
  /** The host version that the input records. */
  recorded: string | null;
  host: Host | null;
}

/** @throws DoctorError USAGE where there are several, or none */
export function only<Item>(items: readonly Item[], path: string, idOf: (item: Item) => string): Item {
  const [item] = items;
  if (item !== undefined && items.length === 1) return item;
  const newest = items.slice(-SOME).reverse().map(idOf);
  throw new DoctorError(
    "USAGE",
    items.length === 0
      ? `${path} holds no conversation`
      : `${path} holds ${items.length} conversations: name one with --session ID, such as ${newest.join(", ")}`,
    commandToList(path),
  );
}
