import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shardOf } from "../src/commands/shard.js";
import { FIXTURES, requestFixtures, scratch } from "./support/fixtures.js";
import { run } from "./support/run.js";
import { doctor } from "./support/spawn.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const OF = 3;
const dir = scratch();
afterAll(dir.remove);
const fleet = dir.path("fleet");

/** Many small files: damaged requests, healthy ones, a database, files of no known kind, and one that is broken. */
beforeAll(() => {
  mkdirSync(join(fleet, "deep"), { recursive: true });
  for (const [at, { name, body }] of requestFixtures().entries())
    writeFileSync(join(fleet, at % 2 ? "deep" : "", `${name}.json`), JSON.stringify(body));
  copyFileSync(join(FIXTURES, "damaged.db"), join(fleet, "damaged.db"));
  copyFileSync(join(FIXTURES, "opencode.db"), join(fleet, "deep/well.db"));
  copyFileSync(
    join(FIXTURES, "lines/pi.lines"),
    join(fleet, "deep/0198c0de-0000-7000-8000-000000000000.jsonl"),
  );
  writeFileSync(join(fleet, "notes.txt"), "x");
  writeFileSync(join(fleet, "package.json"), "{}");
  writeFileSync(join(fleet, "deep/cut.json"), '{"messages": [');
});

const at = (name: string) => dir.path(name);

/** Checks the fleet whole and in shards; answers with the code of the whole, and the files. */
async function checkAll(format: string): Promise<{ code: number; whole: string; shards: string[] }> {
  const check = ["check", fleet, "--format", format, ...NOW];
  const { code, stdout } = await run(check);
  const shards: string[] = [];
  for (let index = 1; index <= OF; index++) {
    const file = at(`shard-${index}.${format}`);
    await run([...check, "--shard", `${index}/${OF}`, "--output", file]);
    shards.push(file);
  }
  return { code, whole: stdout, shards };
}

const lines = (text: string) => text.trimEnd().split("\n");

describe("the merged reports of shards equal the report of the whole:", () => {
  test("JSON, byte for byte", async () => {
    const { code, whole, shards } = await checkAll("json");
    const merged = await run(["merge", ...[...shards].reverse()]);
    expect(merged).toEqual({ code, stdout: whole, stderr: "" });
    const { summary, skippedFiles, inputs } = JSON.parse(whole);
    expect(inputs.length).toBeGreaterThan(40);
    expect(summary).toMatchObject({ error: expect.any(Number), unread: 1 });
    expect(skippedFiles).toEqual([join(fleet, "notes.txt"), join(fleet, "package.json")]);
  });

  test("NDJSON, line for line, and as JSON", async () => {
    const { code, whole, shards } = await checkAll("ndjson");
    const merged = await run(["merge", ...shards, "--format", "ndjson"]);
    expect(lines(merged.stdout).sort()).toEqual(lines(whole).sort());
    expect(merged.code).toBe(code);
    const asJson = await run(["merge", ...shards]);
    expect(JSON.parse(asJson.stdout)).toEqual(
      JSON.parse((await run(["check", fleet, "--format", "json", ...NOW])).stdout),
    );
  });

  test("SARIF, and its exit code", async () => {
    const { code, whole, shards } = await checkAll("sarif");
    const merged = await run(["merge", ...[...shards].reverse()]);
    expect(JSON.parse(merged.stdout)).toEqual(JSON.parse(whole));
    expect(merged.code).toBe(code);
    const part = await run(["merge", ...shards.slice(1), "--fail-on", "error"]);
    expect(part.stderr).toBe("missing: shard 1 of 3\n");
    expect(JSON.parse(part.stdout).runs[0].invocations[0].executionSuccessful).toBe(false);
  });
});

describe("merge", () => {
  const clean = ["check", join(FIXTURES, "opencode.db"), ...NOW];

  test("tells missing shards, and exits 2 if nothing else is wrong", async () => {
    await run([...clean, "--format", "json", "--shard", "1/3", "--output", at("one.json")]);
    expect(await run(["merge", at("one.json")])).toMatchObject({
      code: 2,
      stderr: "missing: shards 2, 3 of 3\n",
    });
  });

  test("counts the findings of a scan that was ended, and says so", async () => {
    const { stdout } = await run(["check", join(fleet, "damaged.db"), "--format", "ndjson", ...NOW]);
    const whole = lines(stdout);
    writeFileSync(at("cut.ndjson"), whole.slice(0, 4).join("\n").concat('\n{"type":"fin'));
    const merged = await run(["merge", at("cut.ndjson")]);
    const report = JSON.parse(merged.stdout);
    expect(merged.code).toBe(1);
    expect(report).toMatchObject({ incomplete: true, summary: { unread: 1 } });
    expect(report.findings).toHaveLength(2);
    expect(report.inputs).toMatchObject([{ status: "truncated", error: { code: "TRUNCATED" } }]);
  });

  test("keeps machines with files of the same path apart", async () => {
    const check = ["check", join(fleet, "damaged.db"), "--format", "ndjson", "--show-machine", ...NOW];
    const { stdout } = await run(check);
    const machine = JSON.parse(lines(stdout)[0] ?? "").machine;
    expect(machine).toEqual(expect.any(String));
    writeFileSync(at("a.ndjson"), stdout);
    writeFileSync(
      at("b.ndjson"),
      stdout.replaceAll(`"machine":${JSON.stringify(machine)}`, '"machine":"other"'),
    );
    const report = JSON.parse((await run(["merge", at("a.ndjson"), at("b.ndjson")])).stdout);
    const paths = report.inputs.map((input: { path: string }) => input.path);
    expect(paths.sort()).toEqual(
      [machine, "other"].map((name) => `${name}:${join(fleet, "damaged.db")}`).sort(),
    );
    expect(report.summary.sessionsAffected).toBe(2 * 4);
  });

  test.each([
    [
      "another schema version",
      '{"schemaVersion": 2, "inputs": [], "findings": []}',
      "a report of schemaVersion 2; this version merges 1",
    ],
    [
      "another schema version in lines",
      '{"type":"finding","schemaVersion":9}\n',
      "a report of schemaVersion 9; this version merges 1",
    ],
    ["another file", '{"messages": []}', "no report of doctor"],
    ["no JSON", "hello", "no report of doctor"],
    ["a line that is none", '{"type":"finding","schemaVersion":1}\n', "line 1: no report of doctor"],
    [
      "findings of another kind",
      '{"schemaVersion":1,"incomplete":false,"inputs":[],"summary":{"error":0,"warning":0,"info":0,"sessionsAffected":0},"findings":[1]}',
      "no report of doctor",
    ],
  ])("refuses %s in one line", async (_, text, message) => {
    writeFileSync(at("bad"), text);
    await run([...clean, "--format", "json", "--output", at("good.json")]);
    const { code, stdout, stderr } = await run(["merge", at("good.json"), at("bad")]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n")[0]).toContain(message);
    expect(stderr.split("\n")[0]).toContain(at("bad"));
  });

  test("refuses a report that is not there, and JSON beside SARIF", async () => {
    for (const format of ["json", "sarif"])
      await run([...clean, "--format", format, "--output", at(`x.${format}`)]);
    expect((await run(["merge", at("nowhere.json")])).stderr).toContain("nowhere.json");
    expect((await run(["merge", at("x.json"), at("x.sarif")])).stderr).toContain("merge them apart");
    expect((await run(["merge", at("x.sarif"), "--format", "json"])).stderr).toContain("merged into SARIF");
    writeFileSync(at("y.sarif"), '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"eslint"}}}]}');
    expect((await run(["merge", at("y.sarif")])).stderr).toContain("a SARIF log of eslint");
  });
});

describe("--from-list", () => {
  const paths = () => [join(fleet, "damaged.db"), at("dead.db"), join(fleet, "deep/well.db")];

  test("reads paths from a file; dead ones are told, and the rest goes on", async () => {
    writeFileSync(at("list"), `\ufeff${paths().join("\r\n")}\r\n\n`);
    const { code, stdout } = await run(["check", "--from-list", at("list"), "--format", "json", ...NOW]);
    const { inputs, summary } = JSON.parse(stdout);
    expect(inputs.map((input: { path: string }) => input.path)).toEqual([...paths()].sort());
    expect(summary).toMatchObject({ unread: 1, error: 2 });
    expect(code).toBe(1);
  });

  test("reads them from standard input", () => {
    const { status, stdout } = doctor(["check", "--from-list", "-", "--format", "json", ...NOW], {
      input: `${paths().slice(1).join("\n")}\n`,
    });
    expect(status).toBe(2);
    expect(JSON.parse(stdout).inputs).toHaveLength(2);
  });

  test.each([
    [["--from-list", "EMPTY"], "no path in the list"],
    [["--from-list", "NOWHERE"], "NOWHERE"],
    [[], "check needs an input"],
    [["-", "--from-list", "-"], "standard input is either"],
  ])("%j is an error of usage", async (args, message) => {
    writeFileSync(at("EMPTY"), "\n \n");
    const named = args.map((arg) => (/^[A-Z]+$/.test(arg) ? at(arg) : arg));
    const { code, stderr } = await run(["check", ...named]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("--shard", () => {
  test.each([
    ["2/3", {}, { index: 2, of: 3 }],
    ["auto", { JOB_COMPLETION_INDEX: "0", JOB_COMPLETIONS: "4" }, { index: 1, of: 4 }],
    ["auto", { JOB_COMPLETION_INDEX: "3", JOB_COMPLETIONS: "4" }, { index: 4, of: 4 }],
    ["auto", { CI_NODE_INDEX: "2", CI_NODE_TOTAL: "2" }, { index: 2, of: 2 }],
  ])("%s with %j", (value, env, shard) => {
    expect(shardOf(value, env)).toEqual(shard);
  });

  test.each([
    ["0/3", {}, "--shard 0/3"],
    ["4/3", {}, "--shard 4/3"],
    ["1/0", {}, "--shard 1/0"],
    ["1/2/3", {}, "--shard 1/2/3"],
    ["half", {}, "--shard half"],
    ["auto", {}, "needs JOB_COMPLETION_INDEX and JOB_COMPLETIONS, or CI_NODE_INDEX and CI_NODE_TOTAL"],
    ["auto", { JOB_COMPLETION_INDEX: "1" }, "JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS="],
    ["auto", { JOB_COMPLETION_INDEX: "4", JOB_COMPLETIONS: "4" }, "JOB_COMPLETION_INDEX=4 JOB_COMPLETIONS=4"],
    ["auto", { CI_NODE_INDEX: "0", CI_NODE_TOTAL: "2" }, "CI_NODE_INDEX=0 CI_NODE_TOTAL=2"],
    ["auto", { CI_NODE_INDEX: "-1", CI_NODE_TOTAL: "two" }, "CI_NODE_INDEX=-1"],
  ])("%s with %j is an error of usage", async (value, env, message) => {
    expect(() => shardOf(value, env)).toThrow(message);
    if (value !== "auto") expect((await run(["check", fleet, "--shard", value])).code).toBe(2);
  });

  test("shares every file out once", async () => {
    const all: string[] = [];
    for (const shard of ["1/4", "2/4", "3/4", "4/4"]) {
      const { stdout } = await run(["check", fleet, "--shard", shard, "--format", "json", ...NOW]);
      all.push(...JSON.parse(stdout).inputs.map((input: { path: string }) => input.path));
    }
    const { inputs } = JSON.parse((await run(["check", fleet, "--format", "json", ...NOW])).stdout);
    expect(all.sort()).toEqual(inputs.map((input: { path: string }) => input.path));
    expect(readFileSync(join(fleet, "notes.txt"), "utf8")).toBe("x");
  });
});
