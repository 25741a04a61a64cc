import { DoctorError } from "../errors.js";
import { HOSTS } from "../hosts/hosts.js";
import type { Conversation, Json } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { decodeExport, isExport } from "../sources/export.js";
import { readJsonItems } from "../sources/json-file.js";
import type { JsonPath } from "../sources/json-places.js";
import { decodeRequest, formatOf } from "../sources/request.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import { type InputScan, inOrder } from "./database.js";
import type { ScanOptions } from "./options.js";

/** A conversation of a JSON file, with where it stands in it. */
export interface JsonConversation {
  readonly conversation: Conversation;
  readonly kind: "export" | "request";
  readonly value: Json;
  /** From the JSON value of the document or line to this one. */
  readonly path: JsonPath;
}

/** The conversations of one JSON value: an export, a request, or a list of either. Empty where it is neither. */
export function conversationsIn(value: Json, line: number, bytes: number): JsonConversation[] {
  const one = asConversation(value, line === 0 ? "request" : `line ${line}`, bytes, []);
  if (one) return [one];
  if (!Array.isArray(value)) return [];
  return value.flatMap(
    (item, index) =>
      asConversation(item, `${line === 0 ? "request" : `line ${line}`} ${index}`, 0, [index]) ?? [],
  );
}

function asConversation(value: Json, id: string, bytes: number, path: JsonPath): JsonConversation | null {
  if (isExport(value)) return { conversation: decodeExport(value, bytes)!, kind: "export", value, path };
  if (formatOf(value) === null) return null;
  return { conversation: decodeRequest(value, id, bytes)!, kind: "request", value, path };
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
    const found = item.error ? [] : conversationsIn(item.value!, item.line, item.bytes);
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
    const damaged = found
      .map((one) => ({ ...one, findings: addConversation(scan, one, options) }))
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
  { conversation, kind }: JsonConversation,
  options: ScanOptions,
): Finding[] {
  if (options.sessions?.length && !options.sessions.includes(conversation.id)) return [];
  const hostVersion = options.hostVersion ?? conversation.version ?? HOSTS[conversation.store].newest;
  input.kind = kind;
  if (kind === "export") {
    input.hostVersion = hostVersion;
    input.hostVersionFrom = options.hostVersion ? "option" : conversation.version ? "file" : "newest-known";
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
