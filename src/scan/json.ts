import { DoctorError } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import type { JsonPath } from "../files/json-places.js";
import type { Conversation, Json } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { recordedVersion } from "../stores/host.js";
import { STORES, usualHost } from "../stores/index.js";
import type { AnyStore, DocumentForm } from "../stores/store.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import type { InputScan } from "./database.js";
import { inOrder } from "./findings.js";
import type { ScanOptions } from "./options.js";

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
    const format = form?.unit === "value" ? form.recognise(value) : null;
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

/** Scans an export, a captured request, a list of them or JSON Lines; `-` is standard input. */
export async function scanJson(path: string, options: ScanOptions): Promise<InputScan> {
  const input: InputReport = {
    path,
    kind: "unknown",
    hostVersion: null,
    status: "ok",
    counts: { sessions: 0, messages: 0, parts: 0 },
    sessions: [],
  };
  const findings: Finding[] = [];
  const missing = new Set(options.sessions);
  for await (const item of readJsonItems(path)) {
    const found = item.error ? [] : conversationsIn(item.value!, item.line);
    const failure =
      found.length === 0
        ? (item.error ?? unknownKind(path, item.line))
        : unknownElements(path, item.value!, found);
    if (failure) {
      input.status = "partial";
      input.error ??= { code: failure.code, message: failure.message };
    }
    if (found.length === 0) continue;
    const bytes = found.length === 1 ? item.bytes : 0;
    const damaged = found
      .map((one) => {
        const conversation = decodeJson(one, bytes);
        missing.delete(conversation.id);
        return { ...one, findings: addConversation(input, findings, conversation, one, options) };
      })
      .filter(({ findings }) => findings.length > 0);
    if (damaged.length > 0) (await import("./locate.js")).locate(item, damaged);
  }
  if (input.kind === "unknown")
    throw new DoctorError("UNSUPPORTED", input.error?.message ?? `${path}: nothing of a known kind in it`);
  return { input, findings: inOrder(findings), missing: [...missing] };
}

/** Answers with the findings of this conversation. */
function addConversation(
  input: InputReport,
  findings: Finding[],
  conversation: Conversation,
  { store, form: { kind } }: JsonConversation,
  options: ScanOptions,
): Finding[] {
  input.kind = kind;
  if (options.sessions?.length && !options.sessions.includes(conversation.id)) return [];
  const recorded = recordedVersion(conversation.version);
  const host = usualHost(store);
  const hostVersion = options.hostVersion ?? recorded ?? host?.newest ?? NO_VERSION;
  if (host) {
    input.hostVersion = hostVersion;
    input.hostVersionFrom = options.hostVersion ? "option" : recorded ? "file" : "newest-known";
  }
  input.counts.sessions++;
  input.counts.messages += conversation.messages.length;
  input.counts.parts += conversation.messages.reduce((sum, message) => sum + message.blocks.length, 0);
  const context = contextOf(input.path, hostVersion, options);
  const found = judgeOne(conversation, context);
  if (found.length === 0) return found;
  for (const finding of found) findings.push(finding);
  input.sessions!.push(noteOf(conversation, context.showTitles));
  return found;
}
