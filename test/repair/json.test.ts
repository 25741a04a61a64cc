import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForReading, planRead } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { first, present } from "../../src/model/present.js";
import { mendJson } from "../../src/repair/json.js";
import { buildExport } from "../../src/stores/opencode/export/build.js";
import { redactExport } from "../../src/stores/opencode/export/redact.js";
import { CORPUS, damagedCopy, hasCorpus, scratch, sqlFixtures } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const dir = scratch();
afterAll(dir.remove);

function exportOf(path: string, session: string, isRedacted: boolean): string {
  const plan = planRead(path);
  const db = openForReading(plan);
  try {
    const body = buildExport(db, path, session);
    return JSON.stringify(isRedacted ? redactExport(body) : body, null, 2);
  } finally {
    db.close();
    plan.dispose();
  }
}

/** Damaged sessions of a database, with their findings as data. */
async function damaged(path: string) {
  const report = await scan(path, { now: NOW });
  const ids = new Set(report.findings.flatMap(({ session }) => session ?? []));
  return [...ids].map((id) => ({
    id,
    hostVersion: present(first(report.inputs).hostVersion),
    findings: comparable(
      report.findings.filter(({ session, rule }) => session === id && rule !== "orphan-row"),
    ),
  }));
}

function comparable(findings: readonly { input: string; location?: unknown }[]): string[] {
  return findings.map(({ input: _, location: __, ...rest }) => JSON.stringify(rest)).sort();
}

/** Damaged databases: the project's own fixtures, and the corpus where it is. */
const databases: [name: string, open: () => string][] = [
  ...sqlFixtures()
    .filter(({ store }) => store === "opencode")
    .map(({ name, sql }): [string, () => string] => [
      name,
      () => {
        const path = dir.path(`${name}.db`);
        damagedCopy(path, "opencode", sql);
        return path;
      },
    ]),
  ...(hasCorpus ? readdirSync(join(CORPUS, "opencode")) : [])
    .filter((name) => name.endsWith(".db"))
    .map((name): [string, () => string] => [name, () => join(CORPUS, "opencode", name)]),
];

const WRITTEN = ["text", "input", "output", "title", "directory", "path", "filename", "slug"];

/** Every word of four letters or more in what somebody wrote: texts, arguments with their names, outputs, titles, paths. */
function wordsOf(value: unknown, words = new Set<string>(), key = ""): Set<string> {
  if (typeof value === "string") {
    if (WRITTEN.includes(key)) for (const word of value.match(/\p{L}{4,}/gu) ?? []) words.add(word);
  } else if (Array.isArray(value)) for (const inner of value) wordsOf(inner, words, key);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      const isArgument = key === "input" && typeof value === "object";
      if (isArgument) wordsOf(name, words, "input");
      wordsOf(inner, words, isArgument || key === "path" ? key : name);
    }
  return words;
}

describe("doctor export (the corpus is skipped without the shared folder)", () => {
  test.each(databases)(
    "%s: the findings of its damaged sessions travel, redacted or not",
    async (name, open) => {
      const path = open();
      for (const { id, hostVersion, findings } of await damaged(path))
        for (const isRedacted of [false, true]) {
          const file = dir.path(`${name}.export.json`);
          const text = exportOf(path, id, isRedacted);
          writeFileSync(file, text);
          const again = await scan(file, { now: NOW, hostVersion });
          expect(again.inputs[0]?.status).toBe("ok");
          expect(comparable(again.findings)).toEqual(findings);
          if (!isRedacted) continue;
          const left = [...wordsOf(JSON.parse(text))].filter((word) => !/^[xX]+$/.test(word));
          const hostTexts = "Tool execution aborted interrupted was result content cleared";
          expect(left.filter((word) => !hostTexts.includes(word))).toEqual([]);
        }
    },
  );

  test("a redacted file holds none of the words of the session, wherever they stood", () => {
    const path = dir.path("words.db");
    const part = (data: object) => `'${JSON.stringify(data).replaceAll("'", "''")}'`;
    const secret = "Tiergarten";
    const tool = {
      type: "tool",
      callID: "toolu_1",
      tool: "read",
      state: {
        status: "error",
        input: { [secret]: [secret], nested: { filePath: `/home/${secret}` } },
        error: `${secret}: ENOENT`,
        metadata: { [secret]: secret },
        time: { start: 1, end: 2 },
      },
    };
    const text = { type: "text", text: `${secret} Straße 😀 \ud800` };
    damagedCopy(
      path,
      "opencode",
      `update session set title = '${secret}', directory = '/home/${secret}', slug = '${secret}';
       update part set data = ${part(tool)} where rowid = (select min(rowid) from part);
       update part set data = ${part(text)} where rowid = (select min(rowid) + 1 from part);`,
    );
    const id = onlySession(path);
    const redacted = exportOf(path, id, true);
    const whole = exportOf(path, id, false);
    expect(whole).toMatch(/Tiergarten.*Straße/s);
    expect(redacted).not.toMatch(/Tiergarten|Straße|filePath|ENOENT|home/);
    const texts = (json: string) =>
      (JSON.parse(json).messages as { parts: { text?: string }[] }[]).flatMap(({ parts }) =>
        parts.map(({ text: said }) => said?.length),
      );
    expect(texts(redacted)).toEqual(texts(whole));
  });

  test("one session is taken where there is only one; a request has no export", () => {
    const path = dir.path("one.db");
    damagedCopy(path, "opencode", "");
    const id = onlySession(path);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [DOCTOR, "export", ...args], { encoding: "utf8", cwd: dir.folder });
    expect(JSON.parse(run(path).stdout).info.id).toBe(id);
    expect(run(path, "--session", "ses_none")).toMatchObject({ status: 2 });
    damagedCopy(dir.path("instatic.db"), "instatic", "");
    expect(run("instatic.db").stderr).toContain("Instatic has no export format");
  });
});

describe("doctor repair of an export", () => {
  test.each(databases)("%s: the mended copy is judged as the mended database", async (name, open) => {
    const path = open();
    for (const { id, hostVersion } of await damaged(path)) {
      const file = dir.path(`${name}.${id}.json`);
      const text = exportOf(path, id, false);
      writeFileSync(file, text);
      const terms = { now: NOW, hostVersion };
      const first = await mendedText(file, terms);
      if (!first.changed) expect(first.text).toBe(text);
      writeFileSync(file, first.text);
      const left = await scan(file, terms);
      const safe = left.findings.filter(
        ({ severity, repair }) => severity !== "info" && repair.safety === "safe",
      );
      expect(safe.map(({ rule }) => rule)).toEqual(
        first.remaining.filter((rule) => safe.some((one) => one.rule === rule)),
      );
      const again = await mendedText(file, terms);
      expect(again.text).toBe(first.text);
    }
  });
});

async function mendedText(file: string, terms: { now: number; hostVersion: string }) {
  let text = "";
  const conversations = [];
  for await (const item of mendJson(file, terms, {}, undefined)) {
    text += item.text;
    conversations.push(...item.conversations);
  }
  return {
    text,
    changed: conversations.some(({ changed }) => changed),
    remaining: conversations.flatMap(({ remaining }) => remaining.map(({ rule }) => rule)),
  };
}

function onlySession(path: string): string {
  const db = openForReading({ name: path });
  const id = String(db.prepare("select id from session limit 1").pluck().get());
  db.close();
  return id;
}
