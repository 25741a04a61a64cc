import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { SEVERITIES } from "../../src/model/report.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const dir = scratch();
afterAll(dir.remove);

const clean = dir.path("clean.db");
const warned = dir.path("warned.db");
const failing = dir.path("failing.db");
const broken = dir.path("broken.json");
copyFileSync(join(FIXTURES, "opencode.db"), clean);
damagedCopy(warned, "opencode", "update part set session_id = 'ses_other'");
copyFileSync(join(FIXTURES, "damaged.db"), failing);
writeFileSync(broken, '{"messages": [');

interface Verdict {
  /** Number of findings. */
  readonly findings: number;
  /** Number of findings that the format itself marks as failing; null where it has no such mark. */
  readonly fails: number | null;
  /** True if the format says that an input could not be read. */
  readonly incomplete: boolean;
}

const count = (text: string, part: RegExp) => [...text.matchAll(part)].length;
const FORMATS: Record<string, (text: string) => Verdict> = {
  json(text) {
    const { findings, incomplete } = JSON.parse(text);
    return { findings: findings.length, fails: null, incomplete };
  },
  ndjson(text) {
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const last = lines.at(-1);
    expect(last.type).toBe("summary");
    const findings = lines.filter(({ type }) => type === "finding").length;
    expect(SEVERITIES.reduce((sum, one) => sum + last.summary[one], 0)).toBe(findings);
    return { findings, fails: null, incomplete: last.incomplete };
  },
  sarif(text) {
    const [one] = JSON.parse(text).runs;
    return {
      findings: one.results.length,
      fails: null,
      incomplete: !one.invocations[0].executionSuccessful,
    };
  },
  junit(text) {
    const fails = count(text, /<failure /g);
    const told = [...text.matchAll(/ failures="(\d+)"/g)].reduce(
      (sum, [, number]) => sum + Number(number),
      0,
    );
    expect(told).toBe(fails);
    return {
      findings: fails + count(text, /<system-out>/g),
      fails,
      incomplete: text.includes("<error "),
    };
  },
};

describe.each(Object.keys(FORMATS))("check --format %s", (format) => {
  const verdict = FORMATS[format];
  test.each([
    ["clean", [clean], "error", 0],
    ["clean", [clean], "info", 0],
    ["warned", [warned], "error", 0],
    ["warned", [warned], "warning", 1],
    ["warned", [warned], "info", 1],
    ["failing", [failing], "error", 1],
    ["failing", [failing], "warning", 1],
    ["an input that cannot be read", [clean, broken], "error", 2],
    ["an input that cannot be read, and findings", [broken, failing], "error", 1],
    ["a path that is not there, and warnings", [dir.path("nowhere.db"), warned], "error", 2],
  ] as const)("%s: %j with --fail-on %s exits %d", async (_, inputs, failOn, code) => {
    const ran = await run(["check", ...inputs, "--format", format, "--fail-on", failOn, ...NOW]);
    expect(ran.code).toBe(code);
    const { findings, fails, incomplete } = verdict?.(ran.stdout) ?? {
      findings: 0,
      fails: 0,
      incomplete: true,
    };
    expect(incomplete).toBe(code === 2 || inputs.some((path) => path === broken));
    expect(findings > 0).toBe(inputs.some((path) => path === warned || path === failing));
    if (fails !== null) expect(fails > 0).toBe(code === 1);
  });
});

test("JUnit fails if the baseline is stale and that fails the run", async () => {
  const baseline = dir.path("baseline.json");
  const accepted = [{ fingerprint: "0".repeat(20), rule: "stuck-tool", session: "ses_1" }];
  writeFileSync(baseline, JSON.stringify({ schemaVersion: 1, accepted }));
  for (const [flags, code] of [
    [[], 0],
    [["--fail-on-stale"], 1],
  ] as const) {
    const ran = await run(["check", clean, "--baseline", baseline, ...flags, "--format", "junit", ...NOW]);
    expect(ran.code).toBe(code);
    expect(count(ran.stdout, /<failure /g)).toBe(code);
  }
});

test("NDJSON counts accepted findings like JSON", async () => {
  const baseline = dir.path("accepted.json");
  await run(["check", failing, "--baseline", baseline, "--update-baseline", ...NOW]);
  const both = [failing, warned, "--baseline", baseline, ...NOW];
  const [whole, lines] = [
    await run(["check", ...both, "--format", "json"]),
    await run(["check", ...both, "--format", "ndjson"]),
  ];
  const { accepted, summary } = JSON.parse(whole.stdout);
  expect(accepted).toBeGreaterThan(3);
  expect(JSON.parse(lines.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ accepted, summary });
});
