import { DoctorError } from "../errors.js";
import type { JsonPath } from "../files/json-places.js";
import { unwrap } from "../files/wrappers.js";
import type { Conversation, Json, RecordedAnswer } from "../model/conversation.js";
import { STORES } from "../stores/index.js";
import type { AnyStore, DocumentForm } from "../stores/store.js";

/** The host version of conversations without a host. */
export const NO_VERSION = "0.0.0";

/** A conversation in a JSON file. `id`: its name in that file. */
export interface JsonConversation {
  readonly id: string;
  readonly store: AnyStore;
  readonly form: DocumentForm;
  readonly format: string;
  readonly value: Json;
  /** The path from the document, or from the line, to this value, or to the string that holds it as JSON. */
  readonly path: JsonPath;
  /** The string that holds the value as JSON. */
  readonly text?: string;
  /** The log or recording that the value lies in. */
  readonly wrapper?: string;
  /** The answer that was recorded with it. */
  readonly answer?: RecordedAnswer;
}

/**
 * The conversations in a JSON value, which may be a list of them, a log of requests, or a list of logs. Empty if no store
 * recognises the value.
 */
export function conversationsIn(value: Json, line: number): JsonConversation[] {
  const name = line === 0 ? "request" : `line ${line}`;
  const whole = conversationsOf(value, name, []);
  if (whole.length > 0 || !Array.isArray(value)) return whole;
  return value.flatMap((item, index) => conversationsOf(item, `${name} ${index}`, [index]));
}

function conversationsOf(value: Json, id: string, at: JsonPath): JsonConversation[] {
  const whole = known(value, id, at);
  if (whole) return [whole];
  const wrapped = unwrap(value);
  return wrapped.flatMap(({ path, wrapper, text, answer, value: inner }, index) => {
    const one = known(inner, wrapped.length > 1 ? `${id} ${index}` : id, [...at, ...path]);
    return one ? { ...one, wrapper, ...(text !== undefined && { text }), ...(answer && { answer }) } : [];
  });
}

function known(value: Json, id: string, path: JsonPath): JsonConversation | null {
  for (const store of STORES) {
    const form = store.document;
    const format = form?.recognise(value);
    if (form && format) return { id, store, form, format, value, path };
  }
  return null;
}

/** A document, or a line, that is of neither kind. The message names a known format that is not read. */
export function unknownKind(path: string, line: number, value?: Json): DoctorError {
  const what = line > 0 ? `line ${line} is` : "the JSON is";
  const foreign = value === undefined ? null : foreignFormatOf(value);
  return new DoctorError(
    "UNSUPPORTED",
    foreign
      ? `${path}: ${what} ${foreign}, which is not read`
      : `${path}: ${what} neither an export nor a request`,
  );
}

/** The error for a list with elements that no store recognises; null if all are recognised. */
export function unknownElements(
  path: string,
  value: Json,
  found: readonly JsonConversation[],
): DoctorError | null {
  const known = new Set(found.map(({ path }) => path[0]));
  const count = Array.isArray(value) && found[0]?.value !== value ? value.length - known.size : 0;
  if (count === 0) return null;
  const what = `${count} element${count === 1 ? " is" : "s are"}`;
  return new DoctorError("UNSUPPORTED", `${path}: ${what} neither an export nor a request`);
}

function foreignFormatOf(value: Json): string | null {
  for (const { document } of STORES) {
    const foreign = document?.foreign?.(value);
    if (foreign) return foreign;
  }
  return null;
}

export function decodeJson({ id, form, value, answer }: JsonConversation, bytes: number): Conversation {
  const conversation = form.read(value, id, bytes);
  return answer ? { ...conversation, answer } : conversation;
}
