import { closedJson } from "../../files/cut-json.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import { type CodexEntry, eventOf } from "./entry.js";
import { timeIn } from "./home.js";
import { type CodexConversation, contextOf, firstOf, HEADER_KEYS, isPaginated } from "./session.js";

/** Stands where a version, which nothing else in a rollout tells, has to be named. */
const UNKNOWN_VERSION = "0.0.0";

/** The first line of a rollout, from what is left of it, the other rows and the file's name. */
export function headerOf(conversation: CodexConversation): JsonObject {
  const { entries, id, path, directory } = conversation;
  const timestamp = timeIn(path) ?? firstTimestamp(entries) ?? new Date(0).toISOString();
  const isExec = entries.some((entry) => triggerOf(entry) === "exec");
  const provider = providerOf(entries);
  const isNumbered = isPaginated(entries);
  return {
    timestamp: firstTimestamp(entries) ?? timestamp,
    ...(isNumbered && { ordinal: 0 }),
    type: "session_meta",
    payload: {
      timestamp,
      cwd: directory ?? asString(contextOf(entries)?.cwd) ?? "/",
      originator: isExec ? "codex_exec" : "codex_cli_rs",
      cli_version: UNKNOWN_VERSION,
      source: isExec ? "exec" : "cli",
      ...(provider !== undefined && { model_provider: provider }),
      ...(isNumbered && { history_mode: "paginated" }),
      ...readableIn(wholeKeysOf(firstOf(entries))),
      id,
      session_id: id,
    },
  };
}

function firstTimestamp(entries: readonly CodexEntry[]): string | undefined {
  return entries.map(({ value }) => asString(value?.timestamp)).find((timestamp) => timestamp !== undefined);
}

function triggerOf(entry: CodexEntry): Json | undefined {
  const attribution = eventOf(entry, "task_started")?.turn_attribution;
  return isObject(attribution) ? attribution.turn_trigger : undefined;
}

function providerOf(entries: readonly CodexEntry[]): string | undefined {
  for (const entry of entries) {
    const settings = eventOf(entry, "thread_settings_applied")?.thread_settings;
    if (isObject(settings) && typeof settings.model_provider_id === "string")
      return settings.model_provider_id;
  }
  return undefined;
}

/** The keys that a torn first line still holds: every key but the last, whose value may be cut. */
function wholeKeysOf(first: CodexEntry | undefined): JsonObject {
  const closed = first?.broken ? closedJson(first.broken.half ?? first.broken.text)?.value : first?.value;
  const payload = isObject(closed) && closed.type === "session_meta" ? closed.payload : undefined;
  if (!isObject(payload)) return {};
  if (!first?.broken) return payload;
  return Object.fromEntries(Object.entries(payload).slice(0, -1));
}

function readableIn(payload: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).filter(([key, value]) => !isRequired(key) || typeof value === "string"),
  );
}

function isRequired(key: string): boolean {
  return HEADER_KEYS.some((required) => required === key);
}

/** The same first line with the texts that it lacks, and the id of the file's name. */
export function completed(conversation: CodexConversation, line: JsonObject): JsonObject {
  const { payload: made } = headerOf(conversation);
  const payload = isObject(line.payload) ? readableIn(line.payload) : {};
  const lacking = HEADER_KEYS.filter((key) => payload[key] === undefined);
  const given = isObject(made) ? lacking.map((key) => [key, made[key] ?? ""] as const) : [];
  return withOwnId(conversation, { ...line, payload: { ...Object.fromEntries(given), ...payload } });
}

/** The same first line with the id of the file's name. */
export function withOwnId({ id }: CodexConversation, line: JsonObject): JsonObject {
  return isObject(line.payload) ? { ...line, payload: { ...line.payload, id } } : line;
}
