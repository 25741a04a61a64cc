import type { JsonPath } from "../../files/json-places.js";
import type { JsonObject, Message, Row } from "../../model/conversation.js";
import { asNumber, asString, isObject } from "../../model/text.js";
import { parseTime } from "../reader.js";
import { type CodexEntry, eventOf, isRead, payloadOf, typeOf } from "./entry.js";
import { decodeItem } from "./items.js";

/** An item of the Responses API: a row of its own, or one of those with which a compaction replaced the history. */
export interface CodexMessage extends Message {
  readonly type: string;
  /** The row of a line that Codex passes over. */
  readonly isRefused: boolean;
  /** Index of its line in the file. */
  readonly at: number;
}

/** The items of a file, and those of them that a resume sends. */
export interface Items {
  readonly all: readonly CodexMessage[];
  readonly history: readonly CodexMessage[];
  readonly paths: ReadonlyMap<Row, JsonPath>;
}

/** Reads the items in the order of the file, and builds the history as Codex does. */
export function itemsOf(entries: readonly CodexEntry[]): Items {
  const reader = new ItemReader();
  for (const [at, entry] of entries.entries()) reader.take(entry, at);
  return reader;
}

class ItemReader implements Items {
  readonly all: CodexMessage[] = [];
  readonly paths = new Map<Row, JsonPath>();
  history: CodexMessage[] = [];
  readonly #uses = new Map<string, number>();

  take(entry: CodexEntry, at: number): void {
    const payload = payloadOf(entry);
    if (!payload) return;
    if (typeOf(entry) === "response_item") {
      const message = this.#message(entry, payload, ["payload"], at);
      if (isRead(entry)) this.history.push(message);
    } else if (typeOf(entry) === "compacted" && isRead(entry)) this.#compact(entry, payload, at);
    else if (isRead(entry)) {
      const turns = asNumber(eventOf(entry, "thread_rolled_back")?.num_turns);
      if (turns !== undefined) this.#rollBack(turns);
    }
  }

  #compact(entry: CodexEntry, payload: JsonObject, at: number): void {
    const { replacement_history: items } = payload;
    if (Array.isArray(items)) {
      const path = ["payload", "replacement_history"];
      this.history = items.flatMap((item, index) =>
        isObject(item) ? [this.#message(entry, item, [...path, index], at)] : [],
      );
      return;
    }
    // Older versions keep the summary alone: what the user said stays before it.
    const summary = {
      type: "message",
      role: "user",
      content: [{ type: "input_text", text: payload.message ?? "" }],
    };
    const said = this.history.filter(({ role, type }) => role === "user" && type === "message");
    this.history = [...said, this.#message(entry, summary, ["payload"], at)];
  }

  /** Takes the last turns of the user out, with all that follows. */
  #rollBack(turns: number): void {
    const starts = this.history.flatMap((message, at) => (isPrompt(message) ? [at] : []));
    const from = turns > 0 ? starts.at(-Math.min(turns, starts.length)) : undefined;
    if (from !== undefined) this.history = this.history.slice(0, from);
  }

  #message(entry: CodexEntry, item: JsonObject, path: JsonPath, at: number): CodexMessage {
    const type = asString(item.type) ?? "";
    const created = parseTime(entry.value?.timestamp);
    const { key, place } = entry;
    const id = this.#unique(idOf(item, type, created));
    const row: Row = {
      table: "line",
      holds: "message",
      id,
      rowid: key,
      created,
      updated: created,
      size: place.size,
    };
    this.paths.set(row, path);
    const { role, blocks } = decodeItem(item, row, (inner) => {
      const piece: Row = { ...row, table: "block", holds: "piece", id: `${id}.${inner.join(".")}` };
      this.paths.set(piece, [...path, ...inner]);
      return piece;
    });
    const message = {
      row,
      role,
      blocks,
      position: this.all.length,
      created,
      type,
      isRefused: !isRead(entry),
      at,
    };
    this.all.push(message);
    return message;
  }

  #unique(id: string): string {
    const use = (this.#uses.get(id) ?? 0) + 1;
    this.#uses.set(id, use);
    return use === 1 ? id : `${id} (${use})`;
  }
}

function idOf(item: JsonObject, type: string, created: number | null): string {
  return asString(item.id) || [type, asString(item.call_id) ?? created ?? ""].join(" ");
}

/** True for a message that a person wrote: Codex adds others in the name of the user. */
export function isPrompt({ role, blocks, type }: CodexMessage): boolean {
  const first = blocks[0];
  if (role !== "user" || type !== "message") return false;
  const text = first?.kind === "text" ? (first.text ?? "") : "";
  return !/^(<environment_context>|<user_instructions>|<turn_aborted>|<user_shell_command>|<skill>|# AGENTS\.md instructions)/.test(
    text,
  );
}
