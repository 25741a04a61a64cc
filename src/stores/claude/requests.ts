import type { Json, JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import type { ClaudeEntry } from "./entry.js";

/** A stored API request, under its id. */
interface StoredRequest {
  readonly name: string;
  readonly value: Json;
}

/**
 * The API requests that a transcript keeps beside its rows. Messages that are rows themselves are not stored a second time:
 * a request that has some cannot be told from here, and is left out.
 */
export function* requestsIn(entries: readonly ClaudeEntry[]): Generator<StoredRequest> {
  const blobs = new Map<string, Json>();
  const hashes = new Map<string, readonly string[]>();
  for (const { record, type } of entries) {
    if (!record) continue;
    if (type === "api-request-blob") {
      if (typeof record.hash === "string" && isObject(record.message)) blobs.set(record.hash, record.message);
      continue;
    }
    const name = asString(record.id);
    if (name === undefined) continue;
    const own = [
      ...(hashes.get(asString(record.base) ?? "") ?? []).slice(0, keptOf(record)),
      ...tailOf(record),
    ];
    hashes.set(name, own);
    const messages = own.flatMap((hash) => blobs.get(hash) ?? []);
    if (messages.length === own.length && own.length > 0)
      yield { name, value: { ...(isObject(record.params) ? record.params : {}), messages } };
  }
}

function keptOf({ keep }: JsonObject): number {
  return typeof keep === "number" ? keep : 0;
}

function tailOf({ tail }: JsonObject): string[] {
  return Array.isArray(tail) ? tail.filter((hash) => typeof hash === "string") : [];
}
