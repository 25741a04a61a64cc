import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import type { Json } from "../../src/model/conversation.js";
import type { Finding } from "../../src/model/report.js";
import { isObject } from "../../src/model/text.js";
import { applyPlan } from "../../src/repair/apply.js";
import { mendJson } from "../../src/repair/json.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import {
  CORPUS,
  damagedCopy,
  hasCorpus,
  requestFixtures,
  scratch,
  sqlFixtures,
} from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);
const ARCHIVE = join(CORPUS, "opencode2.tar.xz");
const CASES = join(CORPUS, "../cases2");

/** Keys whose texts are the host's own: ids, kinds, states, names of models and folders. */
const STRUCTURE = new Set(
  `id type role status reason finish callID tool_call_id tool_use_id call_id itemId item_id messageID sessionID parentID
   parent_id partID providerID modelID model mode agent variant cwd root snapshot hash mime mimeType media_type signature
   encrypted_content reasoningEncryptedContent tail_start_id toolCallId toolUseId phase object`.split(/\s+/),
);

interface Word {
  /** The row, or the file, that holds it. */
  readonly row: string;
  readonly path: string;
  readonly text: string;
}

/** Every text that a value holds, with the place where it stands. JSON inside of a text is looked into. */
function* textsIn(value: Json | undefined, path: string): Generator<[path: string, text: string]> {
  if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* textsIn(item, `${path}[${at}]`);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === "string" && STRUCTURE.has(key)) continue;
      // Where the words of a prompt name a file: the file stands beside it.
      if (path === "$" && key === "source") continue;
      yield* textsIn(item, `${path}.${key}`);
    }
  else if (typeof value === "string") {
    const inner = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
    if (inner === undefined) yield [path, value];
    else yield* textsIn(inner, `${path}(json)`);
  } else if (/input|output|arguments|args|content/.test(path) && value !== null && value !== undefined)
    yield [path, String(value)];
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const CONTENT = [
  ["part", "data"],
  ["message", "data"],
  ["ai_messages", "content_json"],
] as const;

/** The words of all content cells; of a cell that is no JSON, the texts between its quotes. */
function wordsOf(path: string): Word[] {
  const db = openForWriting(path);
  try {
    return CONTENT.flatMap(([table, column]) => {
      if (!db.prepare("select 1 from sqlite_schema where name = ?").get(table)) return [];
      const rows = db.prepare(`select id, cast(${column} as text) from ${table}`).raw().all();
      return (rows as [string, string | null][]).flatMap(([row, text]) => wordsIn(row, text ?? ""));
    });
  } finally {
    db.close();
  }
}

function wordsIn(row: string, text: string): Word[] {
  const value = parsed(text);
  const found =
    value === undefined
      ? [...text.matchAll(/:\s*"((?:[^"\\]|\\.)*)/g)].map(({ 1: quoted }): [string, string] => [
          "?",
          String(parsed(`"${quoted}"`) ?? quoted),
        ])
      : [...textsIn(value, "$")];
  return found.filter(([, one]) => one.trim() !== "").map(([path, one]) => ({ row, path, text: one }));
}

interface Repaired {
  readonly before: readonly Word[];
  readonly after: readonly Word[];
  readonly mended: readonly Finding[];
}

/** The words that a repair may take away, by the rule whose finding names them. It keeps all others. */
const TAKEN: Readonly<Record<string, string>> = {
  "assistant-prefill": "with --unsafe, the words that the model was to go on with",
  "dangling-thinking": "the thinking of a step that led to nothing",
  "invalid-tool-name": "the letters of a name that no provider takes",
  "misplaced-content": "a file where no file may stand",
  "misplaced-tool-call": "a call in a message of the user",
  "missing-tool-calls": "with --unsafe, results whose calls are all lost",
  "orphan-row": "a row that belongs to no conversation",
  "orphan-tool-result": "a result whose call is gone",
  "unanswered-compaction": "the marker of a compaction",
  "unknown-block": "the kind of a piece that is not known",
  "unpaired-server-tool": "half of a pair that only the provider knows",
  "unsendable-media": "a file that no provider takes",
  "unsupported-reasoning": "thinking that the provider named has no place for",
};

/** Texts as they are compared: half characters are replaced, and a data URL is its data, whatever its type. */
function plain(text: string): string {
  return text
    .replace(/^data:[^,]*,/, "")
    .toWellFormed()
    .trim();
}

/** Words of before that stand nowhere after, and that no finding names as taken away. */
function lostWords(name: string, { before, after, mended }: Repaired): string[] {
  const kept = after.map(({ text }) => plain(text)).join("\n");
  return before
    .filter(({ text }) => !kept.includes(plain(text)))
    .filter((word) => !mended.some((finding) => isAbout(finding, word) && Object.hasOwn(TAKEN, finding.rule)))
    .map(({ row, path, text }) => `${name}: ${row} ${path} ${JSON.stringify(text.slice(0, 60))}`);
}

/** By its row, or in a request by the place of its message; lost calls are told once for the whole request. */
function isAbout({ rule, part, message, position }: Finding, { row, path }: Word): boolean {
  if (row !== "") return part === row || message === row;
  if (rule === "missing-tool-calls") return true;
  const at = /^\$\.(?:messages|input|contents)\[(\d+)\]/.exec(path)?.[1];
  return at !== undefined && position === Number(at);
}

interface Terms {
  readonly unsafe: boolean;
  readonly hostVersion?: string;
  readonly provider?: string;
}

async function repairedDatabase(path: string, { unsafe, hostVersion, provider }: Terms): Promise<Repaired> {
  const before = wordsOf(path);
  const options = { now: NOW, hostVersion, providers: provider ? [provider] : [] };
  const { plan } = await prepareRepair(path, options, { unsafe });
  await applyPlan(path, plan, { backup: false, nothing: true });
  return { before, after: wordsOf(path), mended: [...plan.sessions].flatMap(({ mended }) => mended) };
}

async function repairedJson(path: string, { unsafe, provider }: Terms): Promise<Repaired> {
  let text = "";
  const mended: Finding[] = [];
  const options = { now: NOW, providers: provider ? [provider] : [] };
  for await (const item of mendJson(path, options, { unsafe }, undefined)) {
    text += item.text;
    mended.push(...item.conversations.flatMap((one) => one.mended));
  }
  const before = readFileSync(path, "utf8");
  const value = parsed(before);
  const placed = wordsIn("", before).map((word) => ({ ...word, row: partAt(value, word.path) }));
  return { before: placed, after: wordsIn("", text), mended };
}

/** The id of the part of an export that a path leads into; the empty text in a request. */
function partAt(value: Json | undefined, path: string): string {
  const [, message, part] = /^\$\.messages\[(\d+)\]\.parts\[(\d+)\]/.exec(path) ?? [];
  const keys = ["messages", message, "parts", part, "id"];
  const found = keys.reduce<Json | undefined>(
    (at, key = "") => (Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined),
    value,
  );
  return typeof found === "string" ? found : "";
}

function copied(source: string): string {
  const path = dir.path(basename(source));
  copyFileSync(source, path);
  return path;
}

/** The files of a folder, by the end of their names. */
function filesIn(folder: string, end: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith(end)).map((name) => join(folder, name));
}

describe.each([
  ["a default repair", false],
  ["a repair with --unsafe", true],
])("every word that was stored is kept, or named as taken away, by %s", (_, unsafe) => {
  test("fixtures of the rules", async () => {
    const lost: string[] = [];
    for (const { name, store, sql, hostVersion, provider } of sqlFixtures()) {
      const path = dir.path(`${name}.db`);
      damagedCopy(path, store, sql);
      lost.push(...lostWords(name, await repairedDatabase(path, { unsafe, hostVersion, provider })));
    }
    for (const { name, body, provider } of requestFixtures()) {
      const path = dir.path(`${name}.json`);
      writeFileSync(path, JSON.stringify(body));
      lost.push(...lostWords(name, await repairedJson(path, { unsafe, provider })));
    }
    expect(lost).toEqual([]);
  });

  test.skipIf(!hasCorpus)("the corpus (skipped without it)", async () => {
    const lost: string[] = [];
    for (const folder of [join(CORPUS, "opencode"), join(CORPUS, "instatic")]) {
      for (const file of filesIn(folder, ".db"))
        lost.push(...lostWords(basename(file), await repairedDatabase(copied(file), { unsafe })));
      for (const file of filesIn(folder, ".json"))
        lost.push(...lostWords(basename(file), await repairedJson(file, { unsafe })));
    }
    expect(lost).toEqual([]);
  });

  // Their damage is mended by default: --unsafe does nothing more to it.
  test.skipIf(unsafe || !existsSync(ARCHIVE))(
    "databases of real programs (skipped without them)",
    async () => {
      if (!existsSync(dir.path("x"))) execFileSync("tar", ["xJf", ARCHIVE, "-C", dir.folder]);
      const lost: string[] = [];
      for (const file of filesIn(dir.path("x"), ".db"))
        lost.push(...lostWords(basename(file), await repairedDatabase(copied(file), { unsafe })));
      expect(lost).toEqual([]);
    },
  );

  test.skipIf(!existsSync(CASES))("requests to real services (skipped without them)", async () => {
    const lost: string[] = [];
    const lines = readFileSync(join(CASES, "index.tsv"), "utf8").trimEnd().split("\n").slice(1);
    for (const line of lines) {
      const [file = "", provider] = line.split("\t");
      const terms = { unsafe, ...(provider && { provider }) };
      lost.push(...lostWords(file, await repairedJson(join(CASES, file), terms)));
    }
    expect(lost).toEqual([]);
  });
});
