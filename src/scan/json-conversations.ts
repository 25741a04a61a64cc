import { DoctorError } from "../errors.js";
import type { JsonPath } from "../files/json-places.js";
import type { Conversation, Json } from "../model/conversation.js";
import { STORES } from "../stores/index.js";
import type { AnyStore, DocumentForm } from "../stores/store.js";

/** The host version of conversations that no host sends. */
export const NO_VERSION = "0.0.0";

/** A conversation of a JSON file, under the name that it has there. */
export interface JsonConversation {
  readonly id: string;
  readonly store: AnyStore;
  readonly form: DocumentForm;
  readonly format: string;
  readonly value: Json;
  /** From the JSON value of the document or line to this one. */
  readonly path: JsonPath;
}

/** The conversations of one JSON value, or of a list of such values. Empty where no store knows the value. */
export function conversationsIn(value: Json, line: number): JsonConversation[] {
  const name = line === 0 ? "request" : `line ${line}`;
  const whole = known(value, name, []);
  if (whole) return [whole];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => known(item, `${name} ${index}`, [index]) ?? []);
}

function known(value: Json, id: string, path: JsonPath): JsonConversation | null {
  for (const store of STORES) {
    const form = store.document;
    const format = form?.recognise(value);
    if (form && format) return { id, store, form, format, value, path };
  }
  return null;
}

/** A document, or a line, that is of neither kind. */
export function unknownKind(path: string, line: number): DoctorError {
  const what = line > 0 ? `line ${line} is` : "the JSON is";
  return new DoctorError("UNSUPPORTED", `${path}: ${what} neither an export nor a request`);
}

/** A list of which some elements are of neither kind; null where all are known. */
export function unknownElements(
  path: string,
  value: Json,
  found: readonly JsonConversation[],
): DoctorError | null {
  const count = Array.isArray(value) && found[0]?.value !== value ? value.length - found.length : 0;
  if (count === 0) return null;
  const what = `${count} element${count === 1 ? " is" : "s are"}`;
  return new DoctorError("UNSUPPORTED", `${path}: ${what} neither an export nor a request`);
}

export function decodeJson({ id, form, value }: JsonConversation, bytes: number): Conversation {
  return form.read(value, id, bytes);
}
