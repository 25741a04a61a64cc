import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/model/report.js";
import { statistics } from "../../src/reporters/statistics.js";
import { triage } from "../../src/reporters/triage.js";
import { finding, NOW, report } from "../support/reports.js";

const options = { color: false, now: NOW, show: "warning" as const, home: "/home/dev" };
const linesOf = (text: Iterable<string>) => [...text].join("").trimEnd().split("\n");

describe.each([60, 80, 120])("323 conversations at %i columns", (width) => {
  test.each([
    [300, 0],
    [7, 13],
    [100, 200],
    [0, 300],
    [2, 1],
  ])("%i dead and %i limping fit in 24 lines", (dead, limping) => {
    const lines = linesOf(triage(report(dead, limping), { ...options, width }));
    expect(lines.length).toBeLessThan(25);
    const wide = lines.filter(
      (line) => line.length > width && !line.includes("--relink") && !line.includes("doctor "),
    );
    expect(wide).toEqual([]);
    const text = lines.join("\n");
    expect(text).toContain(`${dead} dead`);
    expect(text).toContain(`${limping} limping`);
    expect(text).toContain(`${323 - dead - limping} well`);
    expect(text).toContain("~/src/old-worktree");
    expect(text).toContain("opencode (pid 4121)");
  });
});

test("all conversations are listed where they are asked for, the newest first", () => {
  const lines = linesOf(triage(report(300, 0), { ...options, width: 80, all: true }));
  const listed = lines.filter((line) => line.includes("ses_"));
  expect(listed).toHaveLength(300);
  expect(listed[0]).toContain("just now");
});

test("the worst effect of a conversation is the reason", () => {
  const one = finding(0, "error");
  const crash: Finding = { ...one, rule: "invalid-part", effects: [{ target: "opencode", effect: "crash" }] };
  const lines = linesOf(triage({ ...report(0, 0), findings: [one, crash] }, { ...options, width: 100 }));
  expect(lines.find((line) => line.includes("ses_"))).toMatch(
    /part that the host refuses to read \+1 +--unsafe/,
  );
});

test("a healthy file is one line", () => {
  const healthy = report(0, 0);
  const inputs = healthy.inputs.map(({ gone: _, ...input }) => input);
  expect(linesOf(triage({ ...healthy, inputs }, { ...options, width: 80 }))).toEqual([
    "No damage found in 323 conversations (1 file).",
  ]);
});

test("findings are counted by rule", () => {
  const lines = linesOf(statistics(report(7, 13), { ...options, width: 80 }));
  expect(lines[1]).toMatch(/^duplicate-tool-call-id +2 +2 +0 +4$/);
  expect(lines.at(-1)).toContain("7 errors, 13 warnings, 0 notes in 20 of 323 conversations");
});
