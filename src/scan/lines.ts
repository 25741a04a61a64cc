import { statSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { wasHeld } from "../files/holders.js";
import { LineFile } from "../files/lines.js";
import { linkRejections } from "../judge/evidence.js";
import { judgeInPlace } from "../judge/judge.js";
import type { Judged } from "../judge/terms.js";
import type { Conversation } from "../model/conversation.js";
import type { Finding, InputReport } from "../model/report.js";
import { recordedVersion } from "../stores/host.js";
import { type LinesStore, linesStoreOf, usualHost } from "../stores/index.js";
import { readLines } from "../stores/line-bench.js";
import type { AnyStore, LineEntry } from "../stores/store.js";
import { type BatchContext, contextOf, judgeOne, noteOf, passes, termsOf } from "./batch.js";
import { type InputScan, unopenedError } from "./database.js";
import { inOrder } from "./findings.js";
import { conversationsIn, decodeJson, NO_VERSION } from "./json-conversations.js";
import type { ScanOptions } from "./options.js";
import { isMeant, titled } from "./session-choice.js";

/** How a file compressed with Zstandard begins. */
const ZSTANDARD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** A file of lines that was recognised, open for reading. */
export interface OpenLines {
  readonly store: LinesStore;
  readonly file: LineFile;
}

/**
 * Opens a file that is of a store of lines; null where it is of none.
 * @throws DoctorError NOT_READABLE where it is compressed
 */
export function openLines(path: string, stores?: readonly AnyStore[]): OpenLines | null {
  const file = new LineFile(path);
  if (file.bytes(0, ZSTANDARD.length).equals(ZSTANDARD)) {
    file.close();
    throw new DoctorError(
      "NOT_READABLE",
      `${path}: compressed with Zstandard, which this tool does not unpack`,
      `zstd -d ${path}`,
    );
  }
  const store = linesStoreOf(file, stores);
  if (store) return { store, file };
  file.close();
  return null;
}

/** True for a file of a store of lines. */
export function isOfLines(path: string): boolean {
  const open = openLines(path);
  open?.file.close();
  return open !== null;
}

/** A file that was written to within this time may be at work (ms). */
const RECENT = 10 * 60_000;

/** True if a program that writes the file may be at work in it. */
function isLive({ path, mtimeMs, size }: LineFile): boolean {
  if (statSync(path).size !== size) return true;
  if (Date.now() - mtimeMs > RECENT) return false;
  return wasHeld(path);
}

/** Scans the conversation of a file of lines, and the requests that the file holds beside it. Closes the file. */
export function scanLines({ store, file }: OpenLines, options: ScanOptions): InputScan {
  try {
    const { path } = file;
    const { conversation, entries } = readLines(store.lines, file, path);
    const host = usualHost(store);
    const recorded = recordedVersion(conversation.version);
    const hostVersion = options.hostVersion ?? recorded ?? host?.newest ?? NO_VERSION;
    const input = newInput(path, store, hostVersion, conversation, entries);
    if (host) input.hostVersionFrom = options.hostVersion ? "option" : recorded ? "file" : "newest-known";
    const missing = new Set(options.sessions);
    for (const wanted of missing) if (isMeant(wanted, titled(conversation))) missing.delete(wanted);
    const context = contextOf(path, hostVersion, options, isLive(file));
    const isWanted = !options.sessions?.length || missing.size < new Set(options.sessions).size;
    const own = isWanted ? ownFindings(store, conversation, context) : [];
    if (isWanted) input.sessions = [noteOf(conversation, context.showTitles)];
    const captured = options.sessions?.length ? [] : requestFindings(store, entries, context, input);
    return {
      input,
      findings: inOrder([...own, ...captured]),
      missing: [...missing].map((wanted) => ({ wanted })),
    };
  } finally {
    file.close();
  }
}

function newInput(
  path: string,
  { id, hosts }: LinesStore,
  hostVersion: string,
  { messages }: Conversation,
  entries: readonly LineEntry[],
): InputReport {
  const unopened = entries.filter(({ place }) => place.problem === "too-large").length;
  return {
    path,
    kind: id,
    hostVersion: hosts.length > 0 ? hostVersion : null,
    status: unopened > 0 ? "partial" : "ok",
    ...(unopened > 0 && { error: unopenedError(unopened, "line") }),
    counts: {
      sessions: 1,
      messages: messages.length,
      parts: messages.reduce((sum, { blocks }) => sum + blocks.length, 0),
    },
    sessions: [],
  };
}

/** The findings of the conversation that pass the filters, each with its line. */
export function ownFindings(store: LinesStore, conversation: Conversation, context: BatchContext): Finding[] {
  const judged = judgeInPlace(conversation, termsOf(store, usualHost(store), context));
  for (const one of judged) locate(one);
  return linkRejections(
    conversation,
    judged.map(({ finding }) => finding),
  ).filter((finding) => passes(finding, context));
}

/** The key of a line that was read is its number. */
function locate({ finding, row }: Judged): void {
  if (row.rowid !== undefined && row.rowid > 0) finding.location = { line: row.rowid, column: 1 };
}

/** Findings of captured requests. They are judged as if each stood in a file of its own. */
function requestFindings(
  { lines }: LinesStore,
  entries: readonly LineEntry[],
  context: BatchContext,
  input: InputReport,
): Finding[] {
  const findings: Finding[] = [];
  for (const { name, value } of lines.requests?.(entries) ?? [])
    for (const one of conversationsIn(value, 0)) {
      const conversation = decodeJson({ ...one, id: name }, 0);
      const found = judgeOne(conversation, null, context);
      if (found.length > 0) input.sessions?.push(noteOf(conversation, context.showTitles));
      findings.push(...found);
    }
  return findings;
}
