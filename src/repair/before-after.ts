import { asDoctorError } from "../errors.js";
import { readJsonItems } from "../files/json-file.js";
import { isServer } from "../files/postgres/name.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { judge } from "../judge/judge.js";
import { blocksOf, type Conversation } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { Finding } from "../model/report.js";
import { type Provider, providerById } from "../providers/providers.js";
import { isSqlite } from "../scan/inputs.js";
import { conversationsIn, decodeJson, NO_VERSION } from "../scan/json-conversations.js";
import { openLines } from "../scan/lines.js";
import type { ScanOptions } from "../scan/options.js";
import { pictureOf } from "../scan/picture.js";
import { layoutOf, type PictureLayout } from "../scan/picture-rows.js";
import { type Asked, type Played, playNext, usualProvider } from "../scan/replay.js";
import type { Patient } from "../scan/triage.js";
import { openWorkshop } from "../stores/bench.js";
import { type Host, recordedVersion } from "../stores/host.js";
import { openDatabase, usualHost } from "../stores/index.js";
import { openLineBench } from "../stores/line-bench.js";
import type { AnyStore } from "../stores/store.js";
import { mendDocument } from "./document.js";
import { judgeTermsOf, type PlanTerms, planSession } from "./plan.js";

/** The next request of a conversation as it is, and as it would be after the safe repairs. */
export interface BeforeAfter {
  readonly before: PictureLayout;
  /** Null where the safe repairs change nothing. */
  readonly after: PictureLayout | null;
}

export interface PictureOptions extends ScanOptions {
  readonly now: number;
  readonly showContent?: boolean;
}

/** A conversation before and after the mend in memory. */
interface Mended {
  readonly store: AnyStore;
  readonly host: Host | null;
  readonly terms: PlanTerms;
  readonly before: Conversation;
  readonly after: Conversation | null;
}

/**
 * Draws the next request of each conversation before and after its repair, which is made in memory: nothing is written.
 * Conversations that cannot be read again, such as those of standard input or of a server, are missing in the answer.
 */
export async function drawBeforeAfter(
  patients: readonly Patient[],
  options: PictureOptions,
): Promise<ReadonlyMap<Patient, BeforeAfter>> {
  const drawn = new Map<Patient, BeforeAfter>();
  const byInput = new Map<string, Patient[]>();
  for (const patient of patients)
    if (patient.input !== "-" && !isServer(patient.input)) addTo(byInput, patient.input, patient);
  for (const [path, group] of byInput) {
    const wanted = new Map(group.map((patient) => [patient.session, patient]));
    try {
      for await (const mended of mendedIn(path, wanted, options)) {
        const patient = wanted.get(mended.before.id);
        if (patient) drawn.set(patient, picturesOf(mended, patient, options));
      }
    } catch (error) {
      // The file is gone or busy by now: the page goes without its pictures.
      if (asDoctorError(error, path).code === "INTERNAL") throw error;
    }
  }
  return drawn;
}

function picturesOf(
  { store, host, terms, before, after }: Mended,
  { worst, state }: Patient,
  { showContent, model, now }: PictureOptions,
): BeforeAfter {
  const judgeTerms = judgeTermsOf(store, host, terms);
  const askedOf = (conversation: Conversation, provider: Provider): Asked => ({
    store,
    host: judgeTerms.host,
    conversation,
    provider,
    hostVersion: terms.hostVersion,
    now,
    ...(model && { model }),
  });
  // A mend makes a name of words that are told by their length only.
  const tools = new Set(blocksOf(before.messages, "call").map(({ block }) => block.name));
  const draw = (asked: Asked, played: Played) =>
    layoutOf(
      pictureOf(played, asked, ofWeight(judge(asked.conversation, judgeTerms)), { showContent, tools }),
    );
  const usual = providerById(terms.providers[0] ?? "") ?? usualProvider(judgeTerms.host, before, model);
  let asked = askedOf(before, usual);
  let played = playNext(asked);
  // A dead conversation that this provider would take: the picture is of one that refuses it.
  if (state === "dead" && played.verdict === "accepted")
    for (const { target, effect } of worst.effects) {
      const other = effect === "rejected" ? providerById(target) : undefined;
      if (!other || played.verdict !== "accepted") continue;
      const next = askedOf(before, other);
      const answer = playNext(next);
      if (answer.verdict === "rejected") [asked, played] = [next, answer];
    }
  const mended = after && askedOf(after, asked.provider);
  return { before: draw(asked, played), after: mended && draw(mended, playNext(mended)) };
}

/** Notes mark nothing in a picture of the page, which does not tell them. */
function ofWeight(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity !== "info");
}

async function* mendedIn(
  path: string,
  wanted: ReadonlyMap<string, Patient>,
  options: PictureOptions,
): AsyncGenerator<Mended> {
  if (isSqlite(path)) yield* mendedRows(path, wanted, options);
  else {
    const lines = openLines(path);
    if (lines) yield* mendedLines(path, lines, options);
    else yield* mendedDocuments(path, wanted, options);
  }
}

function termsOf(
  path: string,
  hostVersion: string,
  { providers = [], model, now }: PictureOptions,
): PlanTerms {
  return { input: path, hostVersion, providers, ...(model && { model }), now };
}

function* mendedRows(
  path: string,
  wanted: ReadonlyMap<string, Patient>,
  options: PictureOptions,
): Generator<Mended> {
  const read = planRead(path);
  try {
    const db = openForReading(read);
    try {
      const { store, reader } = openDatabase(db, path);
      const { host } = reader;
      const terms = termsOf(path, options.hostVersion ?? reader.hostVersion() ?? host.newest, options);
      const workshop = openWorkshop(read.name, store.database, path);
      try {
        for (const id of wanted.keys()) {
          const handle = reader.handleOf(id);
          if (handle === null) continue;
          const bench = workshop.benchOf(handle);
          const mend = () => planSession(bench, judgeTermsOf(store, host, terms), {}).operations.length > 0;
          const before = bench.look();
          yield { store, host, terms, before, after: isMended(mend) ? bench.look() : null };
        }
      } finally {
        workshop.scratch.close();
      }
    } finally {
      db.close();
    }
  } finally {
    read.dispose();
  }
}

function* mendedLines(
  path: string,
  { store, file }: NonNullable<ReturnType<typeof openLines>>,
  options: PictureOptions,
): Generator<Mended> {
  try {
    const host = usualHost(store);
    const bench = openLineBench(store.lines, file, path);
    const before = bench.look();
    const version = options.hostVersion ?? recordedVersion(before.version) ?? host?.newest ?? NO_VERSION;
    const terms = termsOf(path, version, options);
    const mend = () => planSession(bench, judgeTermsOf(store, host, terms), {}).operations.length > 0;
    yield { store, host, terms, before, after: isMended(mend) ? bench.look() : null };
  } finally {
    file.close();
  }
}

async function* mendedDocuments(
  path: string,
  wanted: ReadonlyMap<string, Patient>,
  options: PictureOptions,
): AsyncGenerator<Mended> {
  for await (const item of readJsonItems(path)) {
    const found = item.error ? [] : conversationsIn(item.value, item.line);
    for (const one of found) {
      const { id, store, form, value } = one;
      const before = decodeJson(one, item.bytes);
      if (!wanted.has(before.id)) continue;
      const host = usualHost(store);
      const version = options.hostVersion ?? recordedVersion(before.version) ?? host?.newest ?? NO_VERSION;
      const terms = termsOf(path, version, options);
      let mended = value;
      isMended(() => {
        mended = mendDocument(form, form.open(value, id), value, judgeTermsOf(store, host, terms), {}).value;
        return mended !== value;
      });
      const after = mended === value ? null : form.read(mended, id, item.bytes);
      yield { store, host, terms, before, after };
    }
  }
}

/** A conversation that cannot be mended does not stop the others. */
function isMended(mend: () => boolean): boolean {
  try {
    return mend();
  } catch {
    return false;
  }
}
