import type { JsonPath } from "../../files/json-places.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject, wordOf } from "../../model/text.js";
import { isResumable, recordOf } from "./records.js";

/** Where a message stands: the line (from 0), and the way from the line's value to it. */
export interface Origin {
  readonly line: number;
  readonly path: JsonPath;
}

/** A message that counts, with its place. */
export interface Kept {
  readonly id: string;
  readonly message: JsonObject;
  readonly origin: Origin;
}

/** A line that takes everything before it out of the session, without having been meant to. */
export interface Cut {
  readonly line: number;
  /** Tells it from other cuts of the file, also when lines come and go. */
  readonly name: string;
  readonly how: "rewind" | "restart";
  /** Messages that it hides. */
  readonly hidden: number;
}

/** The session as Gemini CLI puts it together from the lines. */
export interface Chain {
  readonly kept: readonly Kept[];
  readonly metadata: JsonObject;
  readonly cuts: readonly Cut[];
  /** A message that was there at some time, by its id: where it last stood. */
  readonly seen: ReadonlyMap<string, Kept>;
  /** Lines (from 0) whose list of messages only repeats what counts there anyway: a resume writes such lists. */
  readonly repeats: readonly number[];
}

/**
 * Walks through the lines as Gemini CLI does: a later line with the same id replaces the message, `$set.messages`
 * replaces the whole list, `$rewindTo` cuts from a message on. Lines that are no JSON are passed over.
 */
export function chainOf(lines: readonly (Json | undefined)[]): Chain {
  const walk = new Walk();
  for (const [line, value] of lines.entries()) walk.take(value, line);
  return walk.end();
}

class Walk {
  private readonly kept = new Map<string, Kept>();
  private readonly seen = new Map<string, Kept>();
  private metadata: JsonObject = {};
  private readonly repeats: number[] = [];
  private restarts = 0;
  private cuts: (Cut & { ids: ReadonlySet<string> })[] = [];

  take(value: Json | undefined, line: number): void {
    const record = recordOf(value);
    if (record.kind === "rewind") this.rewind(record.to, line);
    else if (record.kind === "message") this.put(record.message, { line, path: [] });
    else if (record.kind === "set") this.set(record.set, line);
    else if (record.kind === "metadata") {
      this.metadata = { ...this.metadata, ...record.metadata };
      this.putAll(record.metadata.messages, line, ["messages"]);
    }
  }

  end(): Chain {
    return {
      kept: [...this.kept.values()],
      metadata: this.metadata,
      cuts: this.cuts.map(({ ids: _, ...cut }) => cut),
      seen: this.seen,
      repeats: this.repeats,
    };
  }

  private put(message: JsonObject, origin: Origin): void {
    const id = wordOf(message.id);
    const kept = { id, message, origin };
    this.kept.set(id, kept);
    this.seen.set(id, kept);
    // A message that a later list brings back is not hidden.
    if (this.cuts.some(({ ids }) => ids.has(id))) this.cuts = this.cuts.filter(({ ids }) => !ids.has(id));
  }

  private putAll(list: Json | undefined, line: number, path: JsonPath): void {
    if (!Array.isArray(list)) return;
    for (const [at, item] of list.entries())
      if (isObject(item) && typeof item.id === "string") this.put(item, { line, path: [...path, at] });
  }

  private rewind(to: string, line: number): void {
    if (!this.kept.has(to)) {
      this.cutAll("rewind", `rewind to ${to}`, line);
      return;
    }
    let isBehind = false;
    for (const id of [...this.kept.keys()]) {
      isBehind ||= id === to;
      if (isBehind) this.kept.delete(id);
    }
  }

  private set(set: JsonObject, line: number): void {
    if (Array.isArray(set.messages)) {
      const { messages } = set;
      const brings = messages.some((item) => isObject(item) && isResumable(item));
      // A start writes a list that holds nothing but the context; the list of a resumed session follows it.
      if (brings) {
        if (this.isRepeat(messages)) this.repeats.push(line);
        this.kept.clear();
      } else this.cutAll("restart", `restart ${++this.restarts}`, line);
      this.putAll(messages, line, ["$set", "messages"]);
    }
    this.metadata = { ...this.metadata, ...set };
  }

  /** True for a list with every message that counts, and no other but those that were there before. */
  private isRepeat(messages: readonly Json[]): boolean {
    const ids = new Set(messages.map((item) => (isObject(item) ? String(item.id) : "")));
    const isKnown = (id: string) => this.seen.has(id.replace(/_response$/, ""));
    const counting = [...this.kept.values()].filter(({ message }) => isResumable(message));
    return [...ids].every(isKnown) && counting.every(({ id }) => ids.has(id));
  }

  private cutAll(how: Cut["how"], name: string, line: number): void {
    const hidden = [...this.kept.values()].filter(({ message }) => isResumable(message));
    if (hidden.length > 0)
      this.cuts.push({ line, name, how, hidden: hidden.length, ids: new Set(hidden.map(({ id }) => id)) });
    else if (how === "rewind") this.cuts.push({ line, name, how, hidden: 0, ids: new Set() });
    this.kept.clear();
  }
}
