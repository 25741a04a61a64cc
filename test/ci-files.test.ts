import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import project from "../package.json" with { type: "json" };
import { FORMATS } from "../src/reporters/index.js";
import { damagedCopy, FIXTURES, scratch } from "./support/fixtures.js";
import { SRC } from "./support/sources.js";

const ROOT = join(SRC, "..");
const dir = scratch();
afterAll(dir.remove);

/** A folder with databases, and `npx` and `session-doctor` that run this very program. */
beforeAll(() => {
  mkdirSync(dir.path("bin"));
  mkdirSync(dir.path("two words"));
  const doctor = `exec "${process.execPath}" "${join(ROOT, "bin/doctor.js")}" "$@"`;
  writeFileSync(dir.path("bin/session-doctor"), `#!/bin/sh\n${doctor}\n`, { mode: 0o755 });
  writeFileSync(
    dir.path("bin/npx"),
    `#!/bin/sh\n[ "$1 $2" = "--yes session-doctor" ] || exit 90\nshift 2\n${doctor}\n`,
    { mode: 0o755 },
  );
  copyFileSync(join(FIXTURES, "opencode.db"), dir.path("two words/clean.db"));
  copyFileSync(join(FIXTURES, "damaged.db"), dir.path("damaged.db"));
  damagedCopy(dir.path("warned.db"), "opencode", "update part set session_id = 'ses_other'");
});

function bash(script: string, env: Record<string, string> = {}) {
  const PATH = `${dir.path("bin")}:${process.env.PATH}`;
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: dir.folder,
    encoding: "utf8",
    env: { ...process.env, ...env, PATH, GITHUB_STEP_SUMMARY: "" },
  });
}

describe("action.yml", () => {
  const action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));
  const [step, ...more] = action.runs.steps;

  /** Runs the step with these inputs, as GitHub does: defaults filled in, expressions replaced in `env`. */
  const runStep = (inputs: Record<string, string>) => {
    const value = (name: string) => inputs[name] ?? action.inputs[name].default ?? "";
    const env = Object.entries<string>(step.env).map(([key, text]) => [
      key,
      text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => value(name)),
    ]);
    return bash(step.run, Object.fromEntries(env));
  };

  test("is a composite action with one step", () => {
    expect(action).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    expect(action.runs.using).toBe("composite");
    expect(more).toEqual([]);
    expect(step.shell).toBe("bash");
    expect(Object.keys(action.inputs).sort()).toEqual(["baseline", "fail-on", "format", "paths"]);
    for (const input of Object.values<{ description: string }>(action.inputs))
      expect(input.description).toMatch(/\.$/);
    expect(action.inputs.paths.required).toBe(true);
    expect(FORMATS).toContain(action.inputs.format.default);
  });

  test("passes inputs as data: no expression stands in the script", () => {
    expect(step.run).not.toContain("${{");
    const { status } = runStep({ paths: "two words/clean.db\n$(touch owned)\n`touch owned`" });
    expect(status).toBe(2);
    expect(bash("test -e owned").status).toBe(1);
  });

  test.each([
    [{ paths: "two words/clean.db\n" }, 0, ""],
    [{ paths: "*.db" }, 1, "::error file=damaged.db,"],
    [{ paths: "warned.db" }, 0, "::warning file=warned.db,"],
    [{ paths: "warned.db", "fail-on": "warning" }, 1, "::warning file=warned.db,"],
    [{ paths: "damaged.db", format: "ndjson" }, 1, '{"type":"session"'],
    [{ paths: "damaged.db", baseline: "nowhere.json" }, 2, ""],
  ])("%j exits %d", (inputs, code, begin) => {
    const { status, stdout } = runStep(inputs);
    expect(status).toBe(code);
    expect(stdout.startsWith(begin), stdout).toBe(true);
  });
});

describe(".pre-commit-hooks.yaml", () => {
  const hooks = parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8"));
  const [hook, ...more] = hooks;

  test("holds one hook, whose program the package installs", () => {
    expect(more).toEqual([]);
    expect(hook).toMatchObject({ id: "session-doctor", language: "node", require_serial: true });
    for (const key of ["name", "description"]) expect(hook[key]).toEqual(expect.any(String));
    expect(Object.keys(project.bin)).toContain(hook.entry.split(" ")[0]);
    const files = new RegExp(hook.files);
    for (const [path, isMeant] of [
      ["a/opencode.db", true],
      ["x.sqlite3", true],
      ["package.json", false],
      ["a.db.png", false],
    ] as const)
      expect(files.test(path), path).toBe(isMeant);
  });

  test.each([
    [["'two words/clean.db'", "warned.db"], 0],
    [["'two words/clean.db'", "damaged.db"], 1],
  ])("%j exits %d", (files, code) => {
    expect(bash(`${hook.entry} ${files.join(" ")}`).status).toBe(code);
  });
});
