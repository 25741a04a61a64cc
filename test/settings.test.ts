import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import project from "../package.json" with { type: "json" };
import { readSettings, repositoryFile, userFile } from "../src/commands/settings.js";
import schema from "../src/schemas/settings.json" with { type: "json" };
import { FIXTURES, scratch } from "./support/fixtures.js";
import { run } from "./support/run.js";

const dir = scratch();
afterAll(dir.remove);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
const NOW = ["--now", "2026-11-21T12:00:00Z"];
const damaged = join(FIXTURES, "damaged.db");

/** Makes this the user's settings for the commands that follow. */
function given(text: string): string {
  const file = dir.path("session-doctor/config.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  vi.stubEnv("XDG_CONFIG_HOME", dir.folder);
  return file;
}

async function rulesOf(...flags: string[]): Promise<string[]> {
  const { stdout } = await run(["scan", damaged, "--format", "json", ...NOW, ...flags]);
  const { findings }: { findings: { rule: string }[] } = JSON.parse(stdout);
  return findings.map(({ rule }) => rule);
}

describe("the settings of the user", () => {
  test("lie in the folder of the system", () => {
    const at = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform) => userFile(env, platform, "/home/u");
    expect(at({}, "linux")).toBe(join("/home/u", ".config", "session-doctor", "config.json"));
    expect(at({ XDG_CONFIG_HOME: "/x" }, "darwin")).toBe(join("/x", "session-doctor", "config.json"));
    expect(at({ XDG_CONFIG_HOME: "relative" }, "linux")).toBe(at({}, "linux"));
    expect(at({ APPDATA: "/app" }, "win32")).toBe(join("/app", "session-doctor", "config.json"));
    expect(userFile({}, "linux", "")).toBeUndefined();
  });

  test("count for a scan; a flag takes their place, and --rule asks for a rule all the same", async () => {
    expect(await rulesOf()).toContain("unanswered-compaction");
    given('{ // mine\n  "$schema": "x", "ignore": ["unanswered-compaction"], "provider": "google", }');
    expect(await rulesOf()).not.toContain("unanswered-compaction");
    expect(await rulesOf("--ignore", "stuck-tool")).toContain("unanswered-compaction");
    expect(await rulesOf("--rule", "unanswered-compaction")).toContain("unanswered-compaction");
  });

  test("name the provider and the host version of a replay", async () => {
    given('{"provider": ["google", "mistral"], "hostVersion": "1.2"}');
    const args = ["replay", damaged, "--session", "ses_e033a874", "--format", "json", ...NOW];
    expect(JSON.parse((await run(args)).stdout)).toMatchObject({ provider: "gemini", hostVersion: "1.2.0" });
    const other = JSON.parse((await run([...args, "--provider", "openai"])).stdout);
    expect(other).toMatchObject({ provider: "openai-responses" });
  });

  test("name the folder of backups, and never ask for a backup", async () => {
    const path = dir.path("mine.db");
    copyFileSync(damaged, path);
    mkdirSync(dir.path("kept"));
    given(`{"backupTo": ${JSON.stringify(dir.path("kept"))}}`);
    const before = readFileSync(path);
    expect((await run(["repair", path, ...NOW])).stdout).toContain("Nothing was written");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect((await run(["repair", path, "--backup", "--yes", ...NOW])).stdout).toContain(dir.path("kept"));
    expect(readdirSync(dir.path("kept")).some((name) => name.includes("backup"))).toBe(true);
  });

  test.each([
    ['{"provder": "x"}', /config\.json: unknown key "provder"; did you mean provider\?/],
    ['{"zzzzzz": 1}', /unknown key "zzzzzz"; known: ignore, provider, hostVersion, model, backupTo/],
    ['{"ignore": ["stuck-tol"]}', /ignore: no rule "stuck-tol"; did you mean stuck-tool\?/],
    ['{"ignore": [7]}', /ignore: must be a text or a list of texts/],
    ['{"provider": "gogle"}', /provider: no provider "gogle"; did you mean google\?/],
    ['{"hostVersion": "new"}', /hostVersion: a version such as/],
    ['{"model": ""}', /model: must be a text/],
    ['{"backupTo": "nowhere/at/all"}', /backupTo: .*nowhere.* is no folder/],
    ['{"ignore": [\n"a", ', /config\.json:2:6: not valid JSON/],
    ["[]", /must be an object/],
  ])("%j is told in one line, with exit 2", async (text, told) => {
    given(text);
    const { code, stdout, stderr } = await run(["scan", damaged, ...NOW]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(told);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("an empty file, and none, say nothing", () => {
    expect(readSettings(given("// nothing yet\n"))).toEqual({});
    expect(readSettings(dir.path("none.json"))).toBeNull();
  });

  test("commands without such flags do not read them", async () => {
    given("broken");
    expect((await run(["rules"])).code).toBe(0);
  });
});

describe("the settings of a repository", () => {
  const NAME = ".session-doctor.json";
  const folder = (name: string) => {
    mkdirSync(dir.path(name), { recursive: true });
    return dir.path(name);
  };

  test("are the nearest ones, up to the folder of the repository, and none of a folder above", () => {
    const deep = folder("above/repo/packages/one");
    folder("above/repo/.git");
    writeFileSync(dir.path(`above/${NAME}`), "{}");
    expect(repositoryFile(deep)).toBeUndefined();
    writeFileSync(dir.path(`above/repo/${NAME}`), "{}");
    expect(repositoryFile(deep)).toBe(dir.path(`above/repo/${NAME}`));
    writeFileSync(join(deep, NAME), "{}");
    expect(repositoryFile(deep)).toBe(join(deep, NAME));
    expect(repositoryFile(folder("above/other"))).toBeUndefined();
  });

  test("count for check, which heeds no settings of the user", async () => {
    given('{"ignore": ["unanswered-compaction"]}');
    const found = async () => {
      const { stdout } = await run(["check", damaged, "--format", "json", ...NOW]);
      return new Set(JSON.parse(stdout).findings.map(({ rule }: { rule: string }) => rule));
    };
    vi.spyOn(process, "cwd").mockReturnValue(folder("project"));
    expect(await found()).toContain("unanswered-compaction");
    writeFileSync(dir.path(`project/${NAME}`), '{"ignore": ["unanswered-compaction"]}');
    expect(await found()).not.toContain("unanswered-compaction");
  });
});

describe("the schema", () => {
  const isValid = new Ajv().compile(schema);

  test("is published", () => {
    expect(project.exports["./schemas/*.json"]).toBe("./dist/schemas/*.json");
  });

  test.each([
    '{"ignore": ["stuck-tool"], "provider": ["google"], "hostVersion": "1.18.34", "model": "m", "backupTo": "."}',
    '{"ignore": "stuck-tool", "provider": "openai", "hostVersion": "1.18"}',
  ])("and the command agree that %s is right", (text) => {
    expect([isValid(JSON.parse(text)), readSettings(given(text))]).toEqual([true, expect.anything()]);
  });

  test.each(['{"ignored": []}', '{"ignore": [7]}', '{"hostVersion": "new"}', '{"model": ""}', "[]"])(
    "and the command agree that %s is wrong",
    (text) => {
      expect(isValid(JSON.parse(text))).toBe(false);
      expect(() => readSettings(given(text))).toThrow();
    },
  );
});
