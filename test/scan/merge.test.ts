import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding, InputReport, Report } from "../../src/model/report.js";
import { mergeReports, missingShards, type NamedReport } from "../../src/scan/merge.js";
import { mergeSarif, type NamedLog } from "../../src/scan/merge-sarif.js";
import { reportOf } from "../../src/scan/scan.js";
import { schemaErrors } from "../support/schemas.js";
import { SEED } from "../support/seed.js";

const OF = 4;
const id = fc.constantFrom("a", "b", "c");
const path = fc.constantFrom("a.db", "b.db", "c.json", "dir/d.db");

const finding = fc.record({
  rule: fc.constantFrom("stuck-tool", "orphan-row"),
  severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
  session: fc.option(id),
  position: fc.nat(2),
  evidence: fc.record({ gap: fc.nat(3) }),
  effects: fc.constant<Finding["effects"]>([]),
  repair: fc.constant({ safety: "none" as const }),
  fingerprint: fc.constantFrom("00000000000000000000", "11111111111111111111"),
});

const scanned = fc.record({
  path,
  status: fc.constantFrom("ok" as const, "ok" as const, "busy" as const),
  findings: fc.array(finding, { maxLength: 4 }),
});

function inputOf(of: string, status: InputReport["status"]): InputReport {
  const counts = { sessions: 1, messages: 2, parts: 3 };
  return { path: of, kind: "opencode", hostVersion: "1.18.34", status, counts, sessions: [] };
}

/** A report as a scan makes it: each path once, its findings together. */
const report = fc
  .record({
    inputs: fc.uniqueArray(scanned, { maxLength: 3, selector: (one) => one.path }),
    skipped: fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 3 }),
    accepted: fc.nat(2),
    isWhole: fc.boolean(),
  })
  .map(({ inputs, skipped, accepted, isWhole }): Report => {
    const findings = inputs.flatMap((one): Finding[] =>
      one.findings.map((some) => ({ ...some, input: one.path })),
    );
    const whole = reportOf(
      inputs.map((one) => inputOf(one.path, one.status)),
      findings,
    );
    return {
      ...whole,
      findings,
      incomplete: whole.incomplete || !isWhole,
      ...(skipped.length > 0 && { skipped: skipped.length, skippedFiles: skipped }),
      ...(accepted > 0 && { accepted }),
    };
  });

/** Some reports, of which some are shards; each shard is there once at most. */
const reports = fc.array(report, { minLength: 1, maxLength: 6 }).chain((all) =>
  fc.subarray(Array.from({ length: Math.min(OF, all.length) }, (_, at) => at)).map((sharded) =>
    all.map(
      (one, at): NamedReport => ({
        name: `${at}.json`,
        report: sharded.includes(at) ? { ...one, shards: { of: OF, has: [at + 1] } } : one,
      }),
    ),
  ),
);

const named = (merged: Report): NamedReport => ({ name: "merged.json", report: merged });

describe("merged reports", () => {
  test("are the same in any order and any grouping", () => {
    fc.assert(
      fc.property(reports, fc.nat(), fc.nat(), (all, seed, cut) => {
        const whole = mergeReports(all);
        const shuffled = [...all].sort((one, other) => hash(one.name, seed) - hash(other.name, seed));
        expect(mergeReports(shuffled)).toEqual(whole);
        const at = 1 + (cut % all.length);
        const [left, right] = [shuffled.slice(0, at), shuffled.slice(at)];
        const nested = [named(mergeReports(left)), ...right];
        expect(mergeReports(nested)).toEqual(whole);
        if (right.length > 0) expect(mergeReports([...left, named(mergeReports(right))])).toEqual(whole);
        expect(mergeReports([named(whole)])).toEqual(whole);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test("hold every finding and input, and add the numbers up", () => {
    fc.assert(
      fc.property(reports, (all) => {
        const whole = mergeReports(all);
        const texts = (list: readonly object[]) => list.map((one) => JSON.stringify(one)).sort();
        expect(texts(whole.findings)).toEqual(texts(all.flatMap((one) => one.report.findings)));
        expect(whole.inputs).toEqual(expect.arrayContaining(all.flatMap((one) => one.report.inputs)));
        const errors = all.reduce((sum, one) => sum + one.report.summary.error, 0);
        expect(whole.summary.error).toBe(errors);
        if (all.some((one) => one.report.incomplete && !one.report.shards))
          expect(whole.incomplete).toBe(true);
        expect(schemaErrors("report", { ...whole, findings: [] })).toEqual([]);
      }),
    );
  });
});

function hash(text: string, seed: number): number {
  return [...text].reduce(
    (sum, character) => (sum * 31 + character.charCodeAt(0) * (seed + 7)) % 9973,
    seed % 9973,
  );
}

describe("shards", () => {
  const shard = (index: number, of: number, name = `${index}.json`): NamedReport => ({
    name,
    report: { ...reportOf([inputOf(`${index}.db`, "ok")], []), findings: [], shards: { of, has: [index] } },
  });

  test("that are missing make the report incomplete, until they come", () => {
    const part = mergeReports([shard(3, 3), shard(1, 3)]);
    expect(part).toMatchObject({ incomplete: true, shards: { of: 3, has: [1, 3] } });
    expect(missingShards({ of: 3, has: [1, 3] })).toEqual([2]);
    const whole = mergeReports([named(part), shard(2, 3)]);
    expect(whole.incomplete).toBe(false);
    expect(whole.shards).toBeUndefined();
    expect(whole.inputs.map((input) => input.path)).toEqual(["1.db", "2.db", "3.db"]);
  });

  test.each([
    ["of two numbers", [shard(1, 3), shard(2, 4)], "2.json: one of 4 shards, while 1.json is one of 3"],
    [
      "one of them twice",
      [shard(1, 3), shard(1, 3, "again.json")],
      "again.json: shard 1 of 3 is there twice",
    ],
  ])("%s are refused", (_, all, message) => {
    expect(() => mergeReports(all)).toThrow(message);
  });
});

describe("merged SARIF logs", () => {
  const result = (uri: string, text: string) => ({
    ruleId: "stuck-tool",
    level: "error",
    message: { text },
    locations: [{ physicalLocation: { artifactLocation: { uri } } }],
  });
  const log = fc
    .record({
      results: fc.array(
        fc.record({ uri: fc.constantFrom("a%20b.db", "c.db", "d.db"), text: fc.constantFrom("x", "y") }),
        { maxLength: 4 },
      ),
      failed: fc.boolean(),
    })
    .map(({ results, failed }) => ({
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "session-doctor", version: "1.0.0" } },
          invocations: [
            {
              executionSuccessful: !failed,
              toolExecutionNotifications: failed ? [result("c.db", "unread")] : [],
            },
          ],
          results: results.map(({ uri, text }) => result(uri, text)),
        },
      ],
    }));
  const logs = fc.array(log, { minLength: 1, maxLength: 4 }).map((all) =>
    all.map(
      (one, at): NamedLog => ({
        name: `${at}.sarif`,
        log: {
          ...one,
          runs: one.runs.map((run) => ({ ...run, properties: { shards: { of: OF, has: [at + 1] } } })),
        },
      }),
    ),
  );

  test("are the same in any order and any grouping", () => {
    fc.assert(
      fc.property(logs, fc.nat(), (all, cut) => {
        const whole = mergeSarif(all);
        const turned = [...all].reverse();
        expect(mergeSarif(turned)).toEqual(whole);
        const at = 1 + (cut % all.length);
        const part = { name: "part.sarif", log: mergeSarif(turned.slice(0, at)) };
        expect(mergeSarif([part, ...turned.slice(at)])).toEqual(whole);
        const failed = all.some(
          ({ log: one }) => one.runs[0]?.invocations?.[0]?.executionSuccessful === false,
        );
        expect(whole.runs[0]?.invocations?.[0]?.executionSuccessful).toBe(!failed && all.length === OF);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
