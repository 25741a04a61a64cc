import { DoctorError } from "../errors.js";
import { HOSTS, recordedVersion } from "../hosts/hosts.js";
import type { Conversation, Json } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { decodeExport, isExport } from "../sources/export/read.js";
import { readJsonItems } from "../sources/json-file.js";
import type { JsonPath } from "../sources/json-places.js";
import { formatOf } from "../sources/request/format.js";
import { decodeRequest } from "../sources/request/transcript.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import { type InputScan, inOrder } from "./database.js";
import type { ScanOptions } from "./options.js";

/** A conversation of a JSON file, under the name that it has there. */
export interface JsonConversation {
  readonly id: string;
  readonly kind: "export" | "request";
  readonly value: Json;
  /** From the JSON value of the document or line to this one. */
  readonly path: JsonPath;
}

/** The conversations of one JSON value: an export, a request, or a list of either. Empty where it is neither. */
export function conversationsIn(value: Json, line: number): JsonConversation[] {
  const name = line === 0 ? "request" : `line ${line}`;
  const kind = kindOf(value);
  if (kind) return [{ id: name, kind, value, path: [] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => {
    const inner = kindOf(item);
    return inner ? [{ id: `${name} ${index}`, kind: inner, value: item, path: [index] }] : [];
  });
}

function kindOf(value: Json): JsonConversation["kind"] | null {
  if (isExport(value)) return "export";
  return formatOf(value) === null ? null : "request";
}

export function unknownWords(count: number): string {
  return `${count} element${count === 1 ? " is" : "s are"} neither an export nor a request`;
}

/** Elements of a list that are neither exports nor requests. */
export function unknownIn(value: Json, found: readonly JsonConversation[]): number {
  return Array.isArray(value) && found[0]?.value !== value ? value.length - found.length : 0;
}

export function decodeJson({ id, kind, value }: JsonConversation, bytes: number): Conversation {
  return kind === "export" ? decodeExport(value)! : decodeRequest(value, id, bytes)!;
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
  const scan: InputScan = { input, findings: [] };
  for await (const item of readJsonItems(path)) {
    const found = item.error ? [] : conversationsIn(item.value!, item.line);
    if (found.length === 0) {
      input.status = "partial";
      input.error ??= {
        code: item.error?.code ?? "UNSUPPORTED",
        message:
          item.error?.message ??
          `${path}: ${item.line > 0 ? `line ${item.line} is` : "the JSON is"} neither an export nor a request`,
      };
      continue;
    }
    const unknown = unknownIn(item.value!, found);
    if (unknown > 0) {
      input.status = "partial";
      input.error ??= { code: "UNSUPPORTED", message: `${path}: ${unknownWords(unknown)}` };
    }
    const bytes = found.length === 1 ? item.bytes : 0;
    const damaged = found
      .map((one) => ({ ...one, findings: addConversation(scan, decodeJson(one, bytes), one.kind, options) }))
      .filter(({ findings }) => findings.length > 0);
    if (damaged.length > 0) (await import("./locate.js")).locate(item, damaged);
  }
  if (input.kind === "unknown")
    throw new DoctorError("UNSUPPORTED", input.error?.message ?? `${path}: nothing of a known kind in it`);
  inOrder(scan.findings);
  return scan;
}

/** Answers with the findings of this conversation. */
function addConversation(
  { input, findings }: InputScan,
  conversation: Conversation,
  kind: JsonConversation["kind"],
  options: ScanOptions,
): Finding[] {
  if (options.sessions?.length && !options.sessions.includes(conversation.id)) return [];
  const recorded = recordedVersion(conversation.version);
  const hostVersion = options.hostVersion ?? recorded ?? HOSTS[conversation.store].newest;
  input.kind = kind;
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
