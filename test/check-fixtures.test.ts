import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import project from "../package.json" with { type: "json" };
import { first } from "../src/model/present.js";
import { FIXTURES, scratch } from "./support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);
const ROOT = join(FIXTURES, "..");
const json = (name: string) => dir.path(`fixtures/json/${name}`);

/** The very command of the CI step, on a copy of the committed files. */
function step(...more: string[]) {
  const [, ...args] = project.scripts["check:fixtures"].split(" ");
  return spawnSync(process.execPath, [join(ROOT, first(args)), ...args.slice(1), ...more], {
    encoding: "utf8",
    cwd: dir.folder,
  });
}

function change(name: string, from: string, to: string): void {
  const text = readFileSync(json(name), "utf8");
  expect(text).toContain(from);
  writeFileSync(json(name), text.replace(from, to));
}

describe("CI checks the committed conversations", () => {
  beforeEach(() => {
    rmSync(dir.path("fixtures"), { recursive: true, force: true });
    cpSync(FIXTURES, dir.path("fixtures"), { recursive: true });
  });

  test("it is a step of CI", () =>
    expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toContain("npm run --silent check:fixtures\n"));

  test("what is committed passes; files of no known kind are counted", () => {
    const { status, stderr, stdout } = step("--format", "json");
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.inputs).toHaveLength(3 + readdirSync(join(FIXTURES, "json")).length);
    const unknown = ["rules", "lines"].flatMap((name) => readdirSync(join(FIXTURES, name)));
    expect(report.skipped).toBe(1 + unknown.length);
  });

  test("new damage fails it, and is shown at its place", () => {
    change("healthy-anthropic.json", '"tool_use_id": "toolu_02"', '"tool_use_id": "toolu_03"');
    const { status, stdout } = step("--format", "github");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /file=fixtures[^,]*healthy-anthropic.json,line=\d+,col=\d+,title=missing-tool-result/,
    );
  });

  test("damage that is accepted and gone fails it", () => {
    rmSync(json("broken-orphan-result.json"));
    const { status, stderr, stdout } = step();
    expect(status).toBe(1);
    expect(stderr).toBe("stale in the baseline: orphan-tool-result request\n");
    expect(stdout).toContain("No new damage found");
  });

  test("a file that was cut fails it as incomplete", () => {
    writeFileSync(json("cut.json"), '{"messages": [{');
    expect(step().status).toBe(2);
  });

  test.each([
    ["--fail-on-stale", "--baseline"],
    ["--fail-on-stale --baseline fixtures/baseline.json --shard 1/2", "--shard"],
  ])("wrong use is exit 2: %s", (flags, words) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, "bin/doctor.js"), "check", "fixtures", ...flags.split(" ")],
      { encoding: "utf8", cwd: dir.folder },
    );
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });
});

const healthy = readdirSync(join(FIXTURES, "json")).filter((name) => name.startsWith("healthy-"));
test.each(healthy)("%s has nothing to accept", (name) => {
  const { status } = spawnSync(
    process.execPath,
    [
      join(ROOT, "bin/doctor.js"),
      "check",
      join(FIXTURES, "json", name),
      "--fail-on",
      "info",
      "--now",
      "2026-11-21T12:00:00Z",
    ],
    { encoding: "utf8" },
  );
  expect(status).toBe(0);
});
