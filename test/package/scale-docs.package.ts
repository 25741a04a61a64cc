import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { present } from "../../src/model/present.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";
import { SRC } from "../support/sources.js";

const DOCUMENT = readFileSync(join(SRC, "../docs/scale.md"), "utf8");
const BIN = join(SRC, "../bin/doctor.js");
const dir = scratch();
afterAll(dir.remove);

/** The code block below a mark of the document, such as `query: findings`. */
function block(mark: string): string {
  const start = DOCUMENT.indexOf(`<!-- ${mark} -->`);
  const [, code] = /^<!--[^\n]*\n```\w+\n([\s\S]*?)```/.exec(DOCUMENT.slice(Math.max(0, start))) ?? [];
  return present(start < 0 ? undefined : code);
}

const MORNING = Date.parse("2026-11-22T08:00:00Z");
const DAY = 86_400_000;
const DATABASES = 200;

beforeAll(() => {
  for (const name of ["bin", "databases", "findings"]) mkdirSync(dir.path(name));
  const doctor = `exec "${process.execPath}" "${BIN}" "$@"`;
  writeFileSync(dir.path("bin/doctor"), `#!/bin/sh\n${doctor}\n`, { mode: 0o755 });
  writeFileSync(
    dir.path("bin/npx"),
    `#!/bin/sh\n[ "$1 $2" = "--yes session-doctor" ] || exit 90\nshift 2\n${doctor}\n`,
    { mode: 0o755 },
  );
  // Small databases, of which every tenth is damaged.
  const bad = dir.path("bad.db");
  const broken =
    "update ai_messages set content_json = '[' where rowid = (select min(rowid) from ai_messages)";
  damagedCopy(bad, "instatic", broken);
  for (let index = 0; index < DATABASES; index++)
    copyFileSync(index % 10 ? join(FIXTURES, "instatic.db") : bad, dir.path(`databases/${index}.db`));
});

function sh(script: string, env: Record<string, string> = {}) {
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: dir.folder,
    encoding: "utf8",
    env: { ...process.env, CI_NODE_INDEX: "", ...env, PATH: `${dir.path("bin")}:${process.env.PATH}` },
  });
}

/** The report of a check of the whole. */
async function whole(path: string): Promise<{ inputs: object[]; findings: object[]; summary: object }> {
  return JSON.parse((await run(["check", path, "--format", "json"])).stdout);
}

const bare = (findings: object[]) =>
  findings.map((finding) => JSON.stringify({ ...finding, input: "" })).sort();

describe("recipes", () => {
  const hasParallel = spawnSync("parallel", ["--version"]).status === 0;
  test.runIf(hasParallel)(
    `GNU parallel over ${DATABASES} databases${hasParallel ? "" : " (parallel is missing)"}`,
    async () => {
      const { status, stderr } = sh(`PARALLEL_HOME=${dir.path("parallel")}; ${block("recipe: parallel")}`, {
        HOME: dir.folder,
      });
      expect(status, stderr).toBe(1);
      const merged = JSON.parse(readFileSync(dir.path("report.json"), "utf8"));
      const [damaged, healthy] = [await whole(dir.path("bad.db")), await whole(dir.path("databases/1.db"))];
      const copies = (one: object[], count: number) => Array.from({ length: count }, () => one).flat();
      const expected = [
        ...copies(damaged.findings, DATABASES / 10),
        ...copies(healthy.findings, (DATABASES / 10) * 9),
      ];
      expect(merged.inputs).toHaveLength(DATABASES);
      expect(bare(merged.findings)).toEqual(bare(expected));
      expect(merged.incomplete).toBe(false);
    },
  );

  test("the GitHub matrix", async () => {
    const { jobs } = parse(block("recipe: github"));
    const { shard } = jobs.check.strategy.matrix;
    expect(jobs.report.needs).toBe("check");
    mkdirSync(dir.path("github/sessions"), { recursive: true });
    for (const index of [0, 1, 2, 3])
      copyFileSync(dir.path(`databases/${index}.db`), dir.path(`github/sessions/${index}.db`));
    const runOf = (job: { steps: { run?: string }[] }) => present(job.steps.find((step) => step.run)?.run);
    for (const number of shard) {
      const script = runOf(jobs.check).replace(/\$\{\{ matrix\.shard \}\}/g, String(number));
      expect(script).toContain(`/${shard.length} `);
      const { status, stderr } = sh(`cd github; ${script}`);
      expect(status, stderr).toBe(0);
    }
    expect(readdirSync(dir.path("github")).filter((name) => name.startsWith("shard-"))).toHaveLength(3);
    const summary = dir.path("summary.md");
    expect(sh(`cd github; ${runOf(jobs.report)}`, { GITHUB_STEP_SUMMARY: summary }).status).toBe(1);
    expect(readFileSync(summary, "utf8")).toContain("malformed-json");
  });

  test("the Kubernetes Indexed Job", async () => {
    const { apiVersion, kind, metadata, spec } = parse(block("recipe: kubernetes"));
    expect({ apiVersion, kind, name: metadata.name }).toEqual({
      apiVersion: "batch/v1",
      kind: "Job",
      name: expect.stringMatching(/^[a-z][a-z-]*$/),
    });
    expect(spec.completionMode).toBe("Indexed");
    expect(spec.parallelism).toBeLessThanOrEqual(spec.completions);
    const { containers, restartPolicy, volumes } = spec.template.spec;
    const [{ command, args, env, volumeMounts }] = containers;
    expect(restartPolicy).toBe("Never");
    expect(env).toEqual([{ name: "JOB_COMPLETIONS", value: String(spec.completions) }]);
    const named = (list: { name: string }[]) => list.map(({ name }) => name).sort();
    expect(named(volumeMounts)).toEqual(named(volumes));
    for (const name of ["k8s/data", "k8s/reports"]) mkdirSync(dir.path(name), { recursive: true });
    for (const index of [0, 1, 2, 3, 4])
      copyFileSync(dir.path(`databases/${index}.db`), dir.path(`k8s/data/${index}.db`));
    expect(command).toEqual(["sh", "-c"]);
    const script = args[0]
      .replaceAll("/data", dir.path("k8s/data"))
      .replaceAll("/reports", dir.path("k8s/reports"));
    for (let index = 0; index < spec.completions; index++) {
      const { status, stderr } = sh(script, {
        JOB_COMPLETION_INDEX: String(index),
        JOB_COMPLETIONS: env[0].value,
      });
      expect(status, stderr).toBe(0);
    }
    const reports = readdirSync(dir.path("k8s/reports")).map((name) => dir.path(`k8s/reports/${name}`));
    const merged = JSON.parse((await run(["merge", ...reports])).stdout);
    const { findings, summary } = await whole(dir.path("k8s/data"));
    expect(merged.summary).toEqual(summary);
    expect(bare(merged.findings)).toEqual(bare(findings));
  });

  test("a pipe for each partition", () => {
    const [, command] = /pipe\("([^"]+)"\)/.exec(block("recipe: pipe")) ?? [];
    const messages = [
      { role: "user", content: "x" },
      { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
      { role: "user", content: "y" },
    ];
    const lines = [messages, messages.slice(0, 1), messages].map((some) =>
      JSON.stringify({ model: "claude", messages: some }),
    );
    writeFileSync(dir.path("partition"), `${lines.join("\n")}\n`);
    const { stdout, status } = sh(`${command} < partition`);
    expect(status).toBe(1);
    const found = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === "finding");
    expect(found.map(({ location }) => location.line)).toEqual([1, 3]);
  });
});

describe("DuckDB queries", () => {
  let rows: (query: string) => Promise<Record<string, unknown>[]>;
  let newest: { rule: string; severity: string; session: string; database: string }[];

  /** Three runs: yesterday a database with damage; today the same one, later with another one. */
  beforeAll(async () => {
    mkdirSync(dir.path("hosts"));
    cpSync(join(FIXTURES, "damaged.db"), dir.path("hosts/a.db"));
    const scan = async (time: number, name: string) => {
      const file = dir.path(`findings/${name}.ndjson`);
      await run([
        "check",
        dir.path("hosts"),
        "--format",
        "ndjson",
        "--show-machine",
        "--now",
        String(time),
        "--output",
        file,
      ]);
      const all = readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      return all.filter(({ type }) => type === "finding");
    };
    await scan(MORNING, "1");
    await scan(MORNING + DAY, "2");
    cpSync(dir.path("bad.db"), dir.path("hosts/b.db"));
    newest = await scan(MORNING + DAY + 1000, "3");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    rows = async (query) => (await connection.runAndReadAll(query)).getRowObjectsJson();
    await rows(
      block("query: findings").replace(
        "findings/*.ndjson",
        dir.path("findings/*.ndjson").replaceAll("'", "''"),
      ),
    );
  });

  const countBy = <T>(list: readonly T[], key: (one: T) => string) => {
    const counts: Record<string, number> = {};
    for (const one of list) counts[key(one)] = (counts[key(one)] ?? 0) + 1;
    return counts;
  };

  test("worst conversations", async () => {
    const worst = await rows(block("query: worst conversations"));
    const counts = countBy(newest, ({ database, session }) => `${database} ${session}`);
    expect(
      Object.fromEntries(worst.map((row) => [`${row.database} ${row.session}`, Number(row.findings)])),
    ).toEqual(counts);
    const errors = worst.map((row) => Number(row.errors));
    expect(errors).toEqual([...errors].sort((one, other) => other - one));
    expect(errors[0]).toBeGreaterThan(0);
    expect(errors.reduce((sum, one) => sum + one, 0)).toBe(
      newest.filter(({ severity }) => severity === "error").length,
    );
  });

  test("rules by version", async () => {
    const found = await rows(block("query: rules by version"));
    const byRule: Record<string, number> = {};
    for (const row of found)
      byRule[String(row.rule)] = (byRule[String(row.rule)] ?? 0) + Number(row.findings);
    expect(byRule).toEqual(countBy(newest, ({ rule }) => rule));
    expect(new Set(found.map((row) => row.store))).toEqual(new Set(["instatic", "opencode"]));
    expect(found.find((row) => row.store === "opencode")?.hostVersion).toBe("1.18.34");
  });

  test("new since yesterday", async () => {
    const fresh = await rows(block("query: new since yesterday"));
    const keys = (all: readonly Record<string, unknown>[]) =>
      all.map(({ database, session, rule }) => `${database} ${session} ${rule}`);
    expect(keys(fresh)).toEqual(keys(newest.filter(({ database }) => database.endsWith("b.db"))).sort());
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh[0]?.machine).toEqual(expect.any(String));
  });
});
