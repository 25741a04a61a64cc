import { asDoctorError, type DoctorError } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { renderJson } from "../files/json-text.js";
import { HOSTS, recordedVersion } from "../hosts/hosts.js";
import type { Json, JsonObject } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import { isObject } from "../model/text.js";
import { conversationsIn, type JsonConversation, unknownElements, unknownKind } from "../scan/json.js";
import type { ScanOptions } from "../scan/options.js";
import { mendExport } from "../stores/opencode/export/document.js";
import { isExport } from "../stores/opencode/export/read.js";
import { messagesOf, requestContextOf } from "../stores/request/format.js";
import type { Recall } from "./recall.js";
import { mendRequest } from "./request.js";
import type { RepairOptions } from "./rounds.js";

/** One conversation of a JSON file, as it was mended. */
export interface MendedConversation {
  readonly session: string;
  readonly kind: JsonConversation["kind"];
  readonly changed: boolean;
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
}

/** One piece of the file, to be written in the order in which they come. */
export interface MendedItem {
  readonly text: string;
  readonly conversations: readonly MendedConversation[];
  readonly error?: DoctorError;
}

/**
 * Mends a JSON file document by document, or line by line. What cannot be read, or is of no known kind, stays as it is.
 * @throws DoctorError TRUNCATED, INVALID_JSON, UNSUPPORTED, EMPTY_FILE
 */
export async function* mendJson(
  path: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
  recall: Recall | undefined,
): AsyncGenerator<MendedItem> {
  for await (const item of readJsonItems(path)) {
    const { text, value, line, error } = item;
    const found = error ? [] : conversationsIn(value!, line);
    const end = line > 0 ? "\n" : "";
    if (found.length === 0) {
      yield { text: text + end, conversations: [], error: error ?? unknownKind(path, line) };
      continue;
    }
    const mended = new Map<Json, Json>();
    const failed: DoctorError[] = [];
    const conversations = found
      .filter(({ id, value: one }) => isWanted(id, one, scanOptions.sessions))
      .flatMap((one) => {
        try {
          const done = mendOne(one, path, scanOptions, options, recall);
          mended.set(one.value, done.value);
          return [done.told];
        } catch (error) {
          // Nested too deeply: it stays as it is, and does not stop the others.
          const failure = asDoctorError(error, `${path}: ${one.id}`);
          if (failure.code === "INTERNAL") throw error;
          failed.push(failure);
          return [];
        }
      });
    const unknown = failed[0] ?? unknownElements(path, value!, found);
    yield {
      text: renderJson(text, value!, replaceIn(value!, mended)) + end,
      conversations,
      ...(unknown && { error: unknown }),
    };
  }
}

function isWanted(id: string, value: Json, sessions: readonly string[] | undefined): boolean {
  if (!sessions?.length) return true;
  const own = isExport(value) ? String(value.info.id) : id;
  return sessions.includes(own);
}

/** The value, or the list of values, with those that were mended in their place. */
function replaceIn(value: Json, mended: ReadonlyMap<Json, Json>): Json {
  const whole = mended.get(value);
  if (whole !== undefined) return whole;
  if (!Array.isArray(value)) return value;
  const items = value.map((item) => mended.get(item) ?? item);
  return items.every((item, index) => item === value[index]) ? value : items;
}

function mendOne(
  { id, format, value }: JsonConversation,
  input: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
  recall: Recall | undefined,
): { value: Json; told: MendedConversation } {
  const providers = scanOptions.providers ?? [];
  if (isExport(value)) {
    const hostVersion =
      scanOptions.hostVersion ?? recordedVersion(value.info.version) ?? HOSTS.opencode.newest;
    const now = scanOptions.now ?? Date.now();
    const { value: after, plan } = mendExport(value, { input, hostVersion, providers, now }, options);
    const { session, mended, remaining } = plan;
    return {
      value: after,
      told: { session: session!, kind: "export", changed: after !== value, mended, remaining },
    };
  }
  const list = messagesOf(value)!;
  const { messages, mended, remaining } = mendRequest(
    list,
    format!,
    { input, id, providers, context: requestContextOf(value), recall: recall?.() },
    options,
  );
  return {
    value: messages === list ? value : withMessages(value, list, messages),
    told: { session: id, kind: "request", changed: messages !== list, mended, remaining },
  };
}

function withMessages(body: Json, list: readonly Json[], messages: readonly Json[]): Json {
  if (!isObject(body)) return messages as Json[];
  const key = Object.keys(body).find((name) => body[name] === list)!;
  return { ...(body as JsonObject), [key]: messages as Json[] };
}
