import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCode } from "../src/index.js";
import type { Severity } from "../src/model/report.js";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { doctor } from "./support/spawn.js";

const NOW = "2026-11-21T12:00:00Z";
const dir = scratch();
afterAll(dir.remove);
const damaged = dir.path("damaged.db");
beforeAll(() => copyFileSync(join(FIXTURES, "damaged.db"), damaged));

describe("the exit code is one pure function", () => {
  const cases: [Severity[], boolean, Severity, number][] = [
    [[], false, "error", 0],
    [["warning"], false, "error", 0],
    [["warning"], false, "warning", 1],
    [["info"], false, "info", 1],
    [["error"], false, "error", 1],
    [["error"], true, "error", 1],
    [[], true, "error", 2],
    [["warning"], true, "error", 2],
  ];
  test.each(cases)("%j, incomplete %s, --fail-on %s: %i", (severities, incomplete, failOn, code) => {
    expect(exitCode({ findings: severities.map((severity) => ({ severity })), incomplete }, failOn)).toBe(
      code,
    );
  });
});

describe("inspect", () => {
  test("shows rows, step brackets, joined calls and findings at their place", () => {
    const { stdout, status } = doctor([
      "inspect",
      damaged,
      "--session",
      "ses_e032db6a1ffec9MPEhUj8sDHgp",
      "--now",
      NOW,
    ]);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /┌ step-start[\s\S]*│ tool write error, interrupted[\s\S]*\^ warning: two steps glued[\s\S]*└ step-finish/,
    );
    const instatic = JSON.parse(
      doctor([
        "inspect",
        join(FIXTURES, "instatic.db"),
        "--session",
        "n03dNdO0TJpEak2-t7H0P",
        "--format",
        "json",
      ]).stdout,
    );
    const call = instatic.entries.find(
      (entry: { callId?: string; tool?: string }) => entry.callId === "call_seq1" && entry.tool,
    );
    expect(instatic.entries.find((entry: { row: string }) => entry.row === call.joins).callId).toBe(
      "call_seq1",
    );
  });

  test("says which session it needs", () =>
    expect(doctor(["inspect", damaged]).stderr).toContain("--session"));
});

describe("check", () => {
  test("a baseline accepts what is there, and says what is stale", () => {
    const baseline = dir.path("baseline.json");
    expect(doctor(["check", damaged, "--baseline", baseline, "--update-baseline"]).status).toBe(0);
    expect(doctor(["check", damaged, "--baseline", baseline]).status).toBe(0);
    const other = doctor(["check", join(FIXTURES, "opencode.db"), "--baseline", baseline]);
    expect(other.stderr).toContain("stale");
    expect(doctor(["check", damaged, "--baseline", dir.path("none.json")]).status).toBe(2);
  });

  test("globs and shards: together the shards are the whole", () => {
    const paths = (...args: string[]) =>
      JSON.parse(doctor(["check", join(FIXTURES, "*.db"), "--format", "json", ...args]).stdout).inputs.map(
        (input: { path: string }) => input.path,
      );
    const whole = paths();
    expect(whole).toHaveLength(3);
    expect([...paths("--shard", "1/2"), ...paths("--shard", "2/2")].sort()).toEqual(whole.sort());
    expect(doctor(["check", join(FIXTURES, "*.nothing")]).status).toBe(2);
    const unknown = dir.path("unknown");
    mkdirSync(unknown, { recursive: true });
    writeFileSync(join(unknown, "package.json"), "{}");
    expect(doctor(["check", unknown]).status).toBe(2);
    expect(doctor(["check", unknown, damaged, "--shard", "1/1", "--now", NOW]).status).toBe(1);
    // One shard tells the inputs that cannot be looked up, and its report is merged with those of the others.
    const missing = (shard: string) => doctor(["check", dir.path("none.db"), "--shard", shard]).status;
    expect([missing("1/2"), missing("2/2")]).toEqual([2, 0]);
    expect(doctor(["check", damaged, join(FIXTURES, "*.nothing"), "--now", NOW]).status).toBe(1);
  });
});

describe("replay and explain", () => {
  test("replay tells the verdict, the text and the rows, by host version", () => {
    const replay = (...args: string[]) => {
      const { stdout, status } = doctor([
        "replay",
        damaged,
        "--session",
        "ses_e032db6a1ffec9MPEhUj8sDHgp",
        "--format",
        "json",
        ...args,
      ]);
      return { ...JSON.parse(stdout), status };
    };
    expect(replay()).toMatchObject({ verdict: "accepted", status: 0 });
    const old = replay("--host-version", "1.2.15");
    expect(old).toMatchObject({ verdict: "rejected", rule: "content-after-tool-call", status: 1 });
    expect(old.error).toContain("without `tool_result` blocks immediately after");
    expect(old.rows).toContain("prt_1fcd2575a0011fV6W3av88e18p");
    expect(JSON.stringify(old.messages)).not.toContain("Second try");
  });

  test.each([["rules"], ["explain", "unanswered-subtask"], ["scan", FIXTURES, "--severity", "info"]])(
    "%s is no wider than 80 columns in a pipe",
    (...args) => {
      const { stdout } = doctor(args);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(stdout.length).toBeGreaterThan(200);
    },
  );

  test("explain takes one rule at a time", () => {
    const { status, stderr } = doctor(["explain", "stuck-tool", "blank-text"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("one rule at a time")]);
  });

  test("explain knows every rule and the texts of providers", () => {
    expect(doctor(["explain", "stuck-tool"]).stdout).toContain("What the tool cannot know");
    expect(
      doctor(["explain", "--error", "tool call result does not follow tool call (2013)"]).stdout,
    ).toContain("orphan-tool-result");
    expect(doctor(["explain", "--error", "the weather is fine"]).status).toBe(1);
    expect(doctor(["explain", "no-such-rule"]).status).toBe(2);
  });
});

describe("rules and repair", () => {
  test("rules lists every rule, as data too", () => {
    expect(doctor(["rules"]).stdout).toContain("missing-step-boundary");
    expect(JSON.parse(doctor(["rules", "--format", "json"]).stdout).rules.length).toBeGreaterThan(40);
  });

  test("repair alone prints the plan and writes nothing; a saved plan can be applied", () => {
    const path = dir.path("plan.db");
    copyFileSync(damaged, path);
    const bytes = readFileSync(path);
    const told = doctor(["repair", path, "--now", NOW]);
    expect(told.status).toBe(1);
    expect(told.stdout).toContain("Nothing was written");
    const saved = dir.path("plan.json");
    expect(doctor(["repair", path, "--format", "json", "--output", saved, "--now", NOW]).status).toBe(1);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(doctor(["repair", path, "--plan", saved, "--undo-only", "--now", NOW]).status).toBe(0);
    expect(doctor(["repair", path, "--plan", saved, "--undo-only", "--now", NOW]).stderr).toContain(
      "changed after the plan",
    );
    expect(doctor(["repair", path, "--backup", "--now", NOW]).stdout).toContain("Nothing to repair");
  });

  test("a backup never overwrites, and is never the database itself", () => {
    const path = dir.path("target.db");
    copyFileSync(damaged, path);
    const taken = dir.path("taken");
    writeFileSync(taken, "mine");
    for (const target of [taken, path]) {
      const { status, stderr } = doctor(["repair", path, "--backup-to", target, "--yes"]);
      expect(status).toBe(2);
      expect(stderr).toContain("--backup-to");
    }
    expect(readFileSync(taken, "utf8")).toBe("mine");
  });
});
