import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForReading, planRead } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { first, present } from "../../src/model/present.js";
import { PROVIDERS } from "../../src/providers/providers.js";
import { mendJson } from "../../src/repair/json.js";
import { buildExport } from "../../src/stores/opencode/export/build.js";
import { redactExport } from "../../src/stores/opencode/export/redact.js";
import { CORPUS, damagedCopy, hasCorpus, scratch, sqlFixtures } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const dir = scratch();
afterAll(dir.remove);

function doctor(...args: string[]) {
  return spawnSync(process.execPath, [DOCTOR, ...args, "--now", String(NOW)], {
    encoding: "utf8",
    cwd: dir.folder,
    maxBuffer: 1 << 28,
  });
}

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

const errorsOf = async (path: string, providers: string[] = []) =>
  (await scan(path, { now: NOW, providers })).findings
    .filter(({ severity }) => severity === "error")
    .map(({ rule }) => rule);

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

describe("doctor repair of captured requests", () => {
  const lost = () => {
    const words = (index: number) => (index % 2 ? "" : `step ${index}`);
    const steps = Array.from({ length: 66 }, (_, index) => [
      { role: "assistant", content: words(index) },
      ...Array.from({ length: index < 53 ? 2 : 1 }, (__, nth) => ({
        role: "tool",
        tool_call_id: `call_${index}_${nth}`,
        content: "r",
      })),
    ]);
    const ask = (content: string) => ({ role: "user", content });
    const asks = Array.from({ length: 5 }, (_, index) => ask(`more ${index}`));
    return {
      model: "m",
      messages: [{ role: "system", content: "s" }, ask("go"), ...steps.flat(), ...asks],
    };
  };
  const database = () => {
    const path = dir.path("calls.db");
    const rows = lost().messages.flatMap((message, index) =>
      "tool_call_id" in message
        ? [
            `insert into part (id, message_id, session_id, time_created, time_updated, data)
             select 'prt_zz${String(index).padStart(4, "0")}', m.id, m.session_id, 1, 1,
             '{"type":"tool","callID":"${message.tool_call_id}","tool":"read","state":{"status":"completed","input":{"n":12345678901234567890},"output":"r","title":"","metadata":{},"time":{"start":1,"end":1}}}'
             from message m order by m.id limit 1;`,
          ]
        : [],
    );
    damagedCopy(path, "opencode", rows.join("\n"));
    return path;
  };

  test("192 messages with 119 results and no calls: reported, and mended from the database for every provider", async () => {
    const request = JSON.stringify(lost(), null, 2);
    writeFileSync(dir.path("lost.json"), request);
    expect(lost().messages).toHaveLength(192);
    expect(doctor("scan", "lost.json").stdout.replace(/\s+/g, " ")).toContain(
      "192 messages: system 1, user 6, assistant 66, tool 119; 0 calls, 119 results, 119 orphans",
    );
    const refused = doctor("repair", "lost.json");
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain("--from");
    const done = doctor("repair", "lost.json", "--from", database(), "--output", "fixed.json");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    const every = PROVIDERS.filter(({ wire, id }) => wire === "openai-chat" && id !== "mistral").map(
      ({ id }) => id,
    );
    for (const provider of every) {
      const errors = await errorsOf(dir.path("fixed.json"), [provider]);
      // Prompts in a row are the request's own; strict templates alone refuse them.
      expect(
        errors.filter((rule) => rule !== "role-order"),
        provider,
      ).toEqual([]);
    }
    const fixed = readFileSync(dir.path("fixed.json"), "utf8");
    expect(fixed).toContain('{\\"n\\":12345678901234567890}');
    expect(JSON.parse(fixed).messages).toHaveLength(192);
    expect(readFileSync(dir.path("lost.json"), "utf8")).toBe(request);
    const again = doctor("repair", "fixed.json", "--output", "again.json");
    expect(again.status).toBe(0);
    expect(readFileSync(dir.path("again.json"), "utf8")).toBe(fixed);
  });

  test("a database that does not know every call takes no result away, but on request", () => {
    const some = lost();
    for (const message of some.messages.slice(-9))
      if ("tool_call_id" in message) message.tool_call_id += "_x";
    writeFileSync(dir.path("some.json"), JSON.stringify(some));
    const kept = doctor("repair", "some.json", "--from", database(), "--output", "kept.json");
    expect(kept.status).toBe(1);
    expect(kept.stdout).toMatch(/the database knows 1\d\d of the 119 calls/);
    expect(readFileSync(dir.path("kept.json"), "utf8")).toBe(JSON.stringify(some));
    const asked = doctor("repair", "some.json", "--from", database(), "--unsafe", "--output", "asked.json");
    expect(asked.status).toBe(0);
    const left = readFileSync(dir.path("asked.json"), "utf8");
    expect(left).toContain('"tool_calls"');
    expect(left).not.toContain("_x");
  });

  test("without the database the results go only on request", async () => {
    writeFileSync(dir.path("drop.json"), JSON.stringify(lost()));
    expect(doctor("repair", "drop.json", "--unsafe", "--backup").status).toBe(0);
    expect(await errorsOf(dir.path("drop.json"))).toEqual([]);
    const backup = present(readdirSync(dir.folder).find((name) => name.startsWith("drop.json.backup-")));
    expect(readFileSync(dir.path(backup), "utf8")).toBe(JSON.stringify(lost()));
  });

  test("JSON Lines: lines that are whole, or no JSON, stay as they are", () => {
    const whole = '{"model": "m",  "messages":[{"role":"user","content":"x", "n": 1.0}]}';
    const broken = JSON.stringify({
      model: "m",
      messages: [
        { role: "user", content: "x" },
        { role: "tool", tool_call_id: "a", content: "?" },
        {
          role: "assistant",
          content: "y",
          tool_calls: [{ id: "b", function: { name: "f", arguments: "{}" } }],
        },
      ],
    });
    writeFileSync(dir.path("many.jsonl"), `${whole}\n{"cut":\n${broken}\n`);
    const { status, stderr } = doctor("repair", "many.jsonl", "--output", "many.fixed.jsonl");
    expect(stderr).toContain("line 2 is no JSON");
    expect(status).toBe(2);
    const lines = readFileSync(dir.path("many.fixed.jsonl"), "utf8").split("\n");
    expect(lines.slice(0, 2)).toEqual([whole, '{"cut":']);
    expect(JSON.parse(present(lines[2])).messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
    ]);
    expect(lines[3]).toBe("");
  });

  test.each([
    [["many.jsonl", "--undo-only"], "no undo journal"],
    [["many.jsonl", "--backup", "--output", "x.json"], "one of them"],
    [["many.jsonl", "--output", "many.jsonl"], "EXISTS|input"],
    [["calls.db", "--from", "calls.db"], "--from"],
  ])("wrong use is exit 2: %s", (args, words) => {
    writeFileSync(dir.path("many.jsonl"), '{"messages":[{"role":"user","content":"x"}]}\n');
    database();
    const { status, stderr } = doctor("repair", ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(words));
  });
});
