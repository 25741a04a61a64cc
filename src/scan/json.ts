import { DoctorError } from "../errors.js";
import { HOSTS, recordedVersion } from "../hosts/hosts.js";
import type { Conversation, Json } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { decodeExport, isExport } from "../stores/opencode/export/read.js";
import { readJsonItems } from "../files/json-file.js";
import type { JsonPath } from "../files/json-places.js";
import { formatOf, type RequestFormat } from "../stores/request/format.js";
import { foreignFormatOf } from "../stores/request/foreign.js";
import { decodeRequest } from "../stores/request/transcript.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import type { InputScan } from "./database.js";
import { inOrder } from "./findings.js";
import type { ScanOptions } from "./options.js";

/** A conversation of a JSON file, under the name that it has there. */
export interface JsonConversation {
  readonly id: string;
  readonly kind: "export" | "request";
  /** Null: an export has none. */
  readonly format: RequestFormat | null;
  readonly value: Json;
  /** From the JSON value of the document or line to this one. */
  readonly path: JsonPath;
}

/** The conversations of one JSON value: an export, a request, or a list of either. Empty where it is neither. */
export function conversationsIn(value: Json, line: number): JsonConversation[] {
  const name = line === 0 ? "request" : `line ${line}`;
  const whole = known(value, name, []);
  if (whole) return [whole];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => known(item, `${name} ${index}`, [index]) ?? []);
}

function known(value: Json, id: string, path: JsonPath): JsonConversation | null {
  if (isExport(value)) return { id, kind: "export", format: null, value, path };
  const format = formatOf(value);
  return format && { id, kind: "request", format, value, path };
}

/** A document, or a line, that is of neither kind; a format that is known and not read is named. */
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

export function decodeJson({ id, format, value }: JsonConversation, bytes: number): Conversation {
  return format === null ? decodeExport(value)! : decodeRequest(value, format, id, bytes);
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
        ? (item.error ?? unknownKind(path, item.line, item.value))
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
        return { ...one, findings: addConversation(input, findings, conversation, one.kind, options) };
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
  kind: JsonConversation["kind"],
  options: ScanOptions,
): Finding[] {
  input.kind = kind;
  if (conversation.format) input.formats = [...new Set([...(input.formats ?? []), conversation.format])];
  if (options.sessions?.length && !options.sessions.includes(conversation.id)) return [];
  const recorded = recordedVersion(conversation.version);
  const hostVersion = options.hostVersion ?? recorded ?? HOSTS[conversation.store].newest;
  if (kind === "export") {
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
