import { asDoctorError, type DoctorError } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { type OwnTexts, renderJson } from "../files/json-text.js";
import type { JudgeTerms } from "../judge/terms.js";
import type { Json } from "../model/conversation.js";
import { replaceAt } from "../model/json.js";
import type { Finding } from "../model/report.js";
import {
  conversationsIn,
  decodeJson,
  type JsonConversation,
  NO_VERSION,
  unknownElements,
  unknownKind,
} from "../scan/json-conversations.js";
import type { ScanOptions } from "../scan/options.js";
import { isOneOf, titled } from "../scan/session-choice.js";
import { recordedVersion } from "../stores/host.js";
import { usualHost } from "../stores/index.js";
import type { SkippedRow } from "./attempts.js";
import { type MendedDocument, mendDocument } from "./document.js";
import { judgeTermsOf } from "./plan.js";
import type { RecallSource } from "./recall.js";
import type { RepairOptions } from "./rounds.js";

/** One conversation of a JSON file, as it was mended. */
export interface MendedConversation {
  readonly session: string;
  readonly kind: string;
  readonly changed: boolean;
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
  /** Rows that could not be mended, and why. */
  readonly skipped?: readonly SkippedRow[];
}

/** One piece of the file, to be written in the order in which they come. */
export interface MendedItem {
  readonly text: string;
  readonly conversations: readonly MendedConversation[];
  readonly error?: DoctorError;
}

/**
 * Mends a JSON file document by document, or line by line. Documents that cannot be read, or are of no known kind, stay as they are.
 * @throws DoctorError TRUNCATED, INVALID_JSON, UNSUPPORTED, EMPTY_FILE
 */
export async function* mendJson(
  path: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
  recall: RecallSource | undefined,
): AsyncGenerator<MendedItem> {
  for await (const item of readJsonItems(path)) {
    const { text, line, before = "" } = item;
    const found = item.error ? [] : conversationsIn(item.value, line);
    const end = line > 0 ? "\n" : "";
    if (item.error || found.length === 0) {
      yield {
        text: before + text + end,
        conversations: [],
        error: item.error ?? unknownKind(path, line, item.value),
      };
      continue;
    }
    let whole = item.value;
    const texts = new Map<Json, string>();
    const failed: DoctorError[] = [];
    const { sessions } = scanOptions;
    const conversations = found
      .filter((one) => !sessions?.length || isOneOf(sessions, titled(decodeJson(one, 0))))
      .flatMap((one) => {
        try {
          const done = mendOne(one, path, scanOptions, options, recall);
          whole = putBack(whole, one, done);
          if (one.text === undefined) for (const [value, own] of done.texts ?? []) texts.set(value, own);
          return [done.told];
        } catch (error) {
          // Nested too deeply: it stays as it is, and does not stop the others.
          const failure = asDoctorError(error, `${path}: ${one.id}`);
          if (failure.code === "INTERNAL") throw error;
          failed.push(failure);
          return [];
        }
      });
    const unknown = failed[0] ?? unknownElements(path, item.value, found);
    yield {
      text: before + (item.held?.render(whole) ?? renderJson(text, item.value, whole, texts)) + end,
      conversations,
      ...(unknown && { error: unknown }),
    };
  }
}

/** The document with the mended conversation in its place. */
function putBack(document: Json, one: JsonConversation, done: { value: Json; texts?: OwnTexts }): Json {
  if (done.value === one.value) return document;
  const isText = one.text !== undefined;
  return replaceAt(
    document,
    one.path,
    isText ? renderJson(one.text, one.value, done.value, done.texts) : done.value,
  );
}

function mendOne(
  { id, store, form, value }: JsonConversation,
  input: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
  recall: RecallSource | undefined,
): { value: Json; texts?: OwnTexts; told: MendedConversation } {
  const host = usualHost(store);
  const bench = form.open(value, id, recall?.());
  const recorded = recordedVersion(bench.look().version);
  const terms = {
    input,
    hostVersion: scanOptions.hostVersion ?? recorded ?? host?.newest ?? NO_VERSION,
    providers: scanOptions.providers ?? [],
    ...(scanOptions.model && { model: scanOptions.model }),
    now: scanOptions.now ?? Date.now(),
  };
  const judgeTerms = judgeTermsOf(store, host, terms);
  const { format } = bench.look();
  const first = mendDocument(form, bench, value, judgeTerms, options);
  const done = againInNewFormat(first, format, { id, form, value }, judgeTerms, options);
  const { session, mended, remaining, skipped } = done;
  return {
    value: done.value,
    ...(done.texts && { texts: done.texts }),
    told: {
      session,
      kind: form.kind,
      changed: done.value !== value,
      mended,
      remaining,
      ...(skipped.length > 0 && { skipped }),
    },
  };
}

/** A body that contradicts its format may be one of another format once it is mended, with damage that shows only there. */
function againInNewFormat(
  first: MendedDocument,
  format: string | undefined,
  { id, form, value }: Pick<JsonConversation, "id" | "form" | "value">,
  terms: JudgeTerms,
  options: RepairOptions,
): MendedDocument {
  if (first.value === value || format === undefined) return first;
  const bench = form.open(first.value, id);
  if (bench.look().format === format) {
    bench.close();
    return first;
  }
  const next = mendDocument(form, bench, first.value, terms, options);
  return {
    ...next,
    mended: [...first.mended, ...next.mended],
    skipped: [...first.skipped, ...next.skipped],
  };
}
