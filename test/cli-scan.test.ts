import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damagedCopy, FIXTURES, scratch, sqlFixtures } from "./support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "./support/generate.mjs";
import { schemaErrors } from "./support/schemas.js";
import { doctor } from "./support/spawn.js";

const NOW = "2026-11-21T12:00:00Z";
const dir = scratch();
afterAll(dir.remove);
const damaged = dir.path("damaged.db");
beforeAll(() => copyFileSync(join(FIXTURES, "damaged.db"), damaged));

describe("scan", () => {
  test("the table fits 80 columns, has no colour in a pipe, and ends with the next command", () => {
    const { stdout, status } = doctor(["scan", damaged, "--now", NOW]);
    expect(status).toBe(1);
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n"))
      if (!line.includes(dir.folder)) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toContain(`doctor heal ${damaged}`);
    expect(stdout).toContain("website");
  });

  test("the next command has the rules and conversations that were chosen", () => {
    const scanned = (...chosen: string[]) => doctor(["scan", damaged, "--now", NOW, ...chosen]).stdout;
    const rule = ["--rule", "stuck-tool"];
    expect(scanned(...rule)).toContain(`Next: doctor repair ${damaged} --rule stuck-tool --backup\n`);
    const [{ session }] = JSON.parse(scanned(...rule, "--format", "json")).findings;
    expect(scanned("--session", session)).toContain(
      `doctor repair ${damaged} --session ${session} --backup\n`,
    );
  });

  test("real reports hold to the published JSON Schema", () => {
    const paths = [damaged, dir.path("nowhere.db")];
    for (const fixture of sqlFixtures()) {
      const path = dir.path(`${fixture.name}.db`);
      damagedCopy(path, fixture.store, fixture.sql);
      paths.push(path);
    }
    const mixed = dir.path("mixed.db");
    damagedCopy(mixed, "opencode", "create table session_v2 (id text); create table kv (key text)");
    const args = ["--format", "json", "--now", NOW, "--show-titles", "--size", "--target", "opencode-2"];
    const { stdout } = doctor(["scan", ...paths, mixed, ...args]);
    const report = JSON.parse(stdout);
    expect(report.inputs.at(-1).readiness.notImported).toBe(1);
    expect(report.inputs.at(-1).size.pages).toBeGreaterThan(10);
    expect(schemaErrors("report", report)).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(60);
    expect(report.incomplete).toBe(true);
    expect(
      new Set(
        report.findings.map(
          (finding: { fingerprint: string; input: string }) => finding.input + finding.fingerprint,
        ),
      ).size,
    ).toBe(report.findings.length);
  });

  test("--target opencode-2 decides the exit code by what its import would lose", () => {
    const path = dir.path("target.db");
    damagedCopy(path, "opencode", "update part set session_id = 'ses_other'");
    expect(doctor(["scan", path]).status).toBe(0);
    const { stdout, status } = doctor(["scan", path, "--target", "opencode-2"]);
    expect(status).toBe(1);
    expect(stdout).toContain("opencode 2.0 would not import 29 parts of 1 conversation");
    expect(doctor(["scan", path, "--target", "opencode-3"]).status).toBe(2);
  });

  test("a clean scan is one line", () => {
    const { stdout, status } = doctor(["scan", join(FIXTURES, "opencode.db")]);
    expect(status).toBe(0);
    expect(stdout).toContain("opencode 2.0 would import every row");
    expect(stdout.trim().split("\n")).toHaveLength(1);
  });

  test("a folder is searched, its hidden folders are not; what is of no known kind is counted", () => {
    const folder = dir.path("folder");
    mkdirSync(join(folder, ".hidden"), { recursive: true });
    copyFileSync(damaged, join(folder, "a.db"));
    copyFileSync(damaged, join(folder, ".hidden/b.db"));
    for (const name of ["notes.txt", "package.json"]) writeFileSync(join(folder, name), "{}");
    const report = JSON.parse(doctor(["scan", folder, "--format", "json"]).stdout);
    expect(report.inputs.map((input: { path: string }) => input.path)).toEqual([join(folder, "a.db")]);
    expect(report).toMatchObject({ skipped: 2, incomplete: false });
    expect(doctor(["scan", folder]).stdout).toContain("2 files of no known kind skipped");
  });

  test("standard input is read for -", () => {
    const request = JSON.stringify({
      model: "claude",
      messages: [
        { role: "user", content: "x" },
        { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
        { role: "user", content: "y" },
      ],
    });
    const { stdout, status } = doctor(["scan", "-"], { input: request });
    expect(status).toBe(1);
    expect(stdout).toContain("missing-tool-result");
  });

  test("titles and texts stay private unless asked for", () => {
    expect(doctor(["scan", damaged]).stdout).not.toContain("Oracle title");
    expect(doctor(["scan", damaged, "--show-titles"]).stdout).toContain("Oracle title");
  });

  test("terminal escapes in ids and titles never reach the output", () => {
    const path = dir.path("hostile.db");
    damagedCopy(
      path,
      "opencode",
      "pragma foreign_keys = off; update part set id = 'prt_1' || char(27) || '[31m' || char(155) || char(8238), data = '{' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'; update session set title = char(27) || ']0;owned' || char(7), directory = '/x/' || char(27) || '[2J'",
    );
    for (const format of ["table", "json", "ndjson", "sarif", "junit", "github", "markdown"]) {
      const { stdout } = doctor(["scan", path, "--format", format, "--show-titles"]);
      expect(stdout).toContain("malformed-json");
      expect(stdout).not.toMatch(/[\u001b\u009b\u0007\u202e]/);
    }
    expect(doctor(["inspect", path]).stdout).not.toMatch(/[\u001b\u009b\u0007\u202e]/);
  });

  test("nothing in a file is a workflow command or markup in a report", () => {
    const path = dir.path("markup.db");
    const words = "\r\n::error::owned%0A::warning::x <script>alert(1)</script> [a](b) | `x`";
    damagedCopy(
      path,
      "opencode",
      `pragma foreign_keys = off; update part set id = 'prt_${words.replaceAll("\r\n", "' || char(13) || char(10) || '")}', data = '{' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'; update session set title = '${words.replaceAll("\r\n", "' || char(10) || '")}'`,
    );
    for (const format of ["github", "sarif", "junit", "markdown", "table"]) {
      const { stdout } = doctor(["check", path, "--format", format, "--show-titles"]);
      const lines = stdout.split(/\r?\n/);
      if (format === "github")
        expect(
          lines
            .filter((line) => line !== "")
            .every((line) => /^::(error|warning|notice) (file=[^,]*,)?title=[\w-]+::/.test(line)),
        ).toBe(true);
      expect(lines.some((line) => line.startsWith("::error::owned"))).toBe(false);
      if (format === "junit" || format === "markdown") expect(stdout).not.toContain("<script");
      if (format === "markdown") expect(stdout).not.toContain("[a](b)");
    }
  });

  test("grades by host version and by provider", () => {
    const severity = (...args: string[]) =>
      JSON.parse(
        doctor(["scan", damaged, "--rule", "missing-step-boundary", "--format", "json", ...args]).stdout,
      ).findings[0].severity;
    expect(severity()).toBe("warning");
    expect(severity("--host-version", "1.2.15")).toBe("error");
    expect(severity("--host-version", "1.2.15", "--provider", "openai-chat")).toBe("warning");
  });

  test("one session, also where its id begins with a dash", () => {
    const { stdout } = doctor([
      "scan",
      join(FIXTURES, "instatic.db"),
      "--session",
      "-90QppDTP1QqbyWIs0_bz",
      "--format",
      "json",
    ]);
    expect(JSON.parse(stdout).inputs[0].counts.sessions).toBe(1);
    expect(doctor(["scan", damaged, "--session", "ses_none"]).status).toBe(2);
  });

  test("threads find what one thread finds", () => {
    const many = dir.path("many.db");
    generate(many, { megabytes: 3, damaged: 200, damagedInEach: 2, lean: true });
    const report = (jobs: string) =>
      JSON.parse(doctor(["scan", many, "--jobs", jobs, "--format", "json", "--now", NOW]).stdout);
    const one = report("1");
    // Fewer conversations are not shared out.
    expect(one.inputs[0].counts.sessions).toBeGreaterThan(64);
    expect(one.findings.length).toBeGreaterThan(100);
    expect(report("2")).toEqual(one);
    const planned = (jobs: string) =>
      JSON.parse(doctor(["repair", many, "--jobs", jobs, "--format", "json", "--now", NOW]).stdout);
    const plan = planned("1");
    expect(plan.sessions.length).toBeGreaterThan(64);
    expect(planned("2")).toEqual(plan);
  });

  test("a session that begins like an option, and one that only one of two databases has", () => {
    expect(doctor(["scan", damaged, "--session", "-Vnone"]).stderr).not.toContain("0.1.0");
    expect(doctor(["scan", damaged, "--session", "-Vnone"]).status).toBe(2);
    const session = "ses_e032db6a1ffec9MPEhUj8sDHgp";
    const both = ["scan", damaged, join(FIXTURES, "opencode.db"), "--now", NOW, "--format", "json"];
    const { findings, incomplete } = JSON.parse(doctor([...both, "--session", session]).stdout);
    expect(incomplete).toBe(false);
    expect(findings.length).toBeGreaterThan(0);
    expect(doctor([...both, "--session", "ses_none"]).status).toBe(2);
  });

  test("what is named twice, or found again, is one input", () => {
    const inputs = (...paths: string[]) =>
      JSON.parse(doctor(["scan", ...paths, "--format", "json", "--now", NOW]).stdout).inputs.length;
    expect(inputs(damaged, damaged)).toBe(1);
    const folder = dir.path("nested/folder");
    mkdirSync(folder, { recursive: true });
    copyFileSync(damaged, join(folder, "x.db"));
    expect(inputs(dir.path("nested"), folder, join(folder, "x.db"))).toBe(1);
  });

  test.each([["explain", "stuck-tool"], ["rules"]])("%s writes no report over a database", (...args) => {
    const before = readFileSync(damaged);
    expect(doctor([...args, "--output", damaged]).status).toBe(2);
    expect(readFileSync(damaged).equals(before)).toBe(true);
  });

  test.each([
    [["scan", "--rule", "no-such-rule"], /no rule/],
    [["scan", "--provider", "nobody"], /no provider/],
    [["scan", "--format", "xml"], /xml/],
    [["scan", "--host-version", "x"], /version/],
    [["scan", "--host-version", "foo 3.x"], /version/],
    [["check", "x.db", "--shard", "1/3/4"], /shard/],
    [["replay", "x.db", "--session", "a", "--session", "b"], /one at a time/],
    [["check", "x.db", "--baseline", "b.json", "--update-baseline", "--rule", "stuck-tool"], /whole/],
    [["frobnicate"], /unknown command/],
    [["scan", "nowhere.db"], /no such file/],
  ])("wrong use is exit 2 and says why: %j", (args, words) => {
    const { status, stderr, stdout } = doctor(args);
    expect(status).toBe(2);
    expect(stderr + stdout).toMatch(words);
  });

  test("a reader that goes away ends it quietly", () => {
    const { stderr } = spawnSync(
      "sh",
      ["-c", `"${process.execPath}" bin/doctor.js scan ${damaged} --format json | head -c 10`],
      { encoding: "utf8", cwd: join(FIXTURES, "..") },
    );
    expect(stderr).toBe("");
  });
});
