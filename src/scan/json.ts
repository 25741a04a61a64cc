import { asDoctorError, DoctorError } from "../errors.js";
import { readJsonItems, readStandardLines } from "../files/json-file.js";
import type { Conversation } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { recordedVersion } from "../stores/host.js";
import { hostOf, isFork, usualHost } from "../stores/index.js";
import { contextOf, judgeOne, noteOf } from "./batch.js";
import type { InputScan } from "./database.js";
import { inOrder } from "./findings.js";
import {
  conversationsIn,
  decodeJson,
  type JsonConversation,
  NO_VERSION,
  unknownElements,
  unknownKind,
} from "./json-conversations.js";
import type { ScanOptions } from "./options.js";
import { isNamed, isOneOf, titled } from "./session-choice.js";
import type { StreamOptions } from "./sink.js";

/** Scans an export, a captured request, a list of them or JSON Lines; `-` is standard input. */
export async function scanJson(path: string, options: StreamOptions): Promise<InputScan> {
  const { sink } = options;
  const input: InputReport = {
    path,
    kind: "unknown",
    hostVersion: null,
    status: "ok",
    counts: { sessions: 0, messages: 0, parts: 0 },
    sessions: [],
  };
  let findings: Finding[] = [];
  const missing = new Set(options.sessions);
  for await (const item of sink && path === "-" ? readStandardLines() : readJsonItems(path)) {
    if (sink?.isClosed) break;
    const found = item.error ? [] : conversationsIn(item.value, item.line);
    const failure = item.error
      ? item.error
      : found.length === 0
        ? unknownKind(path, item.line, item.value)
        : unknownElements(path, item.value, found);
    if (failure) {
      input.status = "partial";
      input.error ??= { code: failure.code, message: failure.message };
    }
    if (found.length === 0) continue;
    const bytes = found.length === 1 ? item.bytes : 0;
    const damaged = found
      .map((one) => {
        const conversation = decodeOrTell(one, bytes, input);
        if (!conversation) return { ...one, findings: [] };
        for (const wanted of missing) if (isNamed(wanted, titled(conversation))) missing.delete(wanted);
        return { ...one, findings: addConversation(input, findings, conversation, one, options) };
      })
      .filter(({ findings }) => findings.length > 0);
    if (damaged.length > 0) (await import("./locate.js")).locate(item, damaged);
    if (!sink || findings.length === 0) continue;
    await sink.take({ input, findings: inOrder(findings), sessions: input.sessions ?? [] });
    findings = [];
    input.sessions = [];
  }
  if (input.kind === "unknown" && !sink?.isClosed)
    throw new DoctorError("UNSUPPORTED", input.error?.message ?? `${path}: nothing of a known kind in it`);
  return { input, findings: inOrder(findings), missing: [...missing].map((wanted) => ({ wanted })) };
}

/** A conversation that cannot be read does not stop the others; null, and told in the input's report. */
function decodeOrTell(one: JsonConversation, bytes: number, input: InputReport): Conversation | null {
  try {
    return decodeJson(one, bytes);
  } catch (error) {
    const { code, message } = asDoctorError(error, `${input.path}: ${one.id}`);
    if (code === "INTERNAL") throw error;
    input.status = "partial";
    input.error ??= { code, message };
    return null;
  }
}

/** Answers with the findings of this conversation. */
function addConversation(
  input: InputReport,
  findings: Finding[],
  conversation: Conversation,
  { store, form: { kind, notes }, value, wrapper }: JsonConversation,
  options: ScanOptions,
): Finding[] {
  input.kind = kind;
  const told = notes?.(value) ?? [];
  if (told.length > 0) input.notes = [...new Set([...(input.notes ?? []), ...told])];
  if (wrapper !== undefined) input.wrappers = [...new Set([...(input.wrappers ?? []), wrapper])];
  if (conversation.format) input.formats = [...new Set([...(input.formats ?? []), conversation.format])];
  if (options.sessions?.length && !isOneOf(options.sessions, titled(conversation))) return [];
  const recorded = recordedVersion(conversation.version);
  const hostVersion = options.hostVersion ?? recorded ?? usualHost(store)?.newest ?? NO_VERSION;
  const host = hostOf(store, usualHost(store), hostVersion);
  if (host) {
    if (isFork(store, host)) input.host = host.id;
    input.hostVersion = hostVersion;
    input.hostVersionFrom = options.hostVersion ? "option" : recorded ? "file" : "newest-known";
  }
  input.counts.sessions++;
  input.counts.messages += conversation.messages.length;
  input.counts.parts += conversation.messages.reduce((sum, message) => sum + message.blocks.length, 0);
  const context = contextOf(input.path, hostVersion, options);
  const found = judgeOne(conversation, host, context);
  if (found.length === 0) return found;
  for (const finding of found) findings.push(finding);
  input.sessions?.push(noteOf(conversation, context.showTitles));
  return found;
}
