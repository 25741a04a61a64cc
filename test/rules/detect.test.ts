import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { damagedCopy, scratch, sqlFixtures } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

describe("every SQL fixture shows its damage at its row", () => {
  test.each(sqlFixtures().map((fixture) => [fixture.name, fixture] as const))("%s", async (name, fixture) => {
    const path = dir.path(`${name}.db`);
    damagedCopy(path, fixture.store, fixture.sql);
    const report = await scan(path, {
      now: NOW,
      hostVersion: fixture.hostVersion,
      providers: fixture.provider ? [fixture.provider] : [],
    });
    const found = report.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      rows: [finding.part ?? finding.message ?? finding.session, `@${finding.session}/${finding.position}`],
    }));
    for (const { rule, severity, row } of fixture.expect)
      expect(found, `${rule} at ${row}`).toContainEqual(
        expect.objectContaining({ rule, severity, rows: expect.arrayContaining([row]) }),
      );
    for (const rule of fixture.absent) expect(found.map((one) => one.rule)).not.toContain(rule);
  });
});

test.each(["opencode", "instatic"] as const)(
  "the healthy %s database has no error and no warning",
  async (store) => {
    const path = dir.path(`${store}.db`);
    damagedCopy(path, store, "select 1");
    const report = await scan(path, { now: NOW });
    expect(report.summary).toMatchObject({ error: 0, warning: 0 });
  },
);
