import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { choicesOf, chosenOf } from "../../src/commands/choose.js";
import { present } from "../../src/model/present.js";
import { prepareAny } from "../../src/repair/any.js";
import { newerHost, obstaclesOf } from "../../src/repair/obstacles.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { healthyLines, placeLines } from "../support/lines.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);
const NOW = ["--now", "2026-11-21T12:00:00Z"];
const now = Date.parse("2026-11-21T12:00:00Z");

/** A folder with two damaged databases, a healthy one, and text that is no database. */
function folderOf(name: string): { a: string; b: string; whole: string; none: string } {
  mkdirSync(dir.path(name));
  const at = (file: string) => join(dir.path(name), file);
  const paths = { a: at("a.db"), b: at("b.db"), whole: at("whole.db"), none: at("none.db") };
  for (const path of [paths.a, paths.b]) copyFileSync(join(FIXTURES, "damaged.db"), path);
  copyFileSync(join(FIXTURES, "opencode.db"), paths.whole);
  writeFileSync(paths.none, "SQLite format 3\u0000 cut off");
  return paths;
}

describe("several files", () => {
  test("each has its plan; the sum stands at the end; healthy ones are counted", async () => {
    const { a, b, whole } = folderOf("plan");
    const { code, stdout } = await run(["repair", a, b, whole, ...NOW]);
    expect(code).toBe(1);
    expect(stdout).toContain("2 files · 8 conversations · 6 rows changed");
    expect(stdout).toContain("Nothing to repair in 1 other file.");
    expect(stdout).toContain(`doctor repair ${a} ${b} ${whole}`);
  });

  test("each has its backup; one that cannot be read is told, and the exit code is the worst", async () => {
    const { a, b, none } = folderOf("write");
    const { code, stdout, stderr } = await run(["repair", a, none, b, "--backup", "--yes", ...NOW]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(none)]);
    expect(stdout.match(/^Mended 5 findings/gm)).toHaveLength(2);
    for (const path of [a, b])
      expect(
        readdirSync(dir.path("write")).filter((name) =>
          join(dir.path("write"), name).startsWith(`${path}.backup`),
        ),
      ).toHaveLength(1);
    expect((await run(["repair", a, b, ...NOW])).code).toBe(0);
  });

  test("a saved plan of several files is applied to all of them, without their names", async () => {
    const { a, b } = folderOf("saved");
    const plan = dir.path("saved/plan.json");
    expect((await run(["repair", a, b, "--format", "json", "--output", plan, ...NOW])).code).toBe(1);
    const { code, stdout } = await run(["repair", "--plan", plan, "--undo-only", "--format", "json", ...NOW]);
    expect([code, JSON.parse(stdout).files.map(({ rows }: { rows: number }) => rows)]).toEqual([0, [7, 7]]);
  });

  test("of a folder, the databases and sessions in it", async () => {
    mkdirSync(dir.path("folder"));
    copyFileSync(join(FIXTURES, "damaged.db"), dir.path("folder/a.db"));
    placeLines(dir.path("folder"), "pi", healthyLines("pi"));
    const { code, stdout } = await run(["repair", dir.path("folder"), ...NOW]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("Nothing to repair in 1 other file.")]);
  });

  test("a file that is named twice, or stands in a named folder, is mended once", async () => {
    mkdirSync(dir.path("twice"));
    const path = dir.path("twice/a.db");
    copyFileSync(join(FIXTURES, "damaged.db"), path);
    const { code, stdout, stderr } = await run([
      "repair",
      path,
      dir.path("twice"),
      "--backup",
      "--yes",
      ...NOW,
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.match(/^Mended 5 findings/gm)).toHaveLength(1);
    expect(await run(["restore", path, "--from", path, "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("is the database itself"),
    });
  });

  test("of a folder, its damaged JSON files are told: each is mended by itself", async () => {
    mkdirSync(dir.path("requests"));
    copyFileSync(join(FIXTURES, "json", "broken-orphan-result.json"), dir.path("requests/a.json"));
    copyFileSync(join(FIXTURES, "json", "healthy-anthropic.json"), dir.path("requests/b.json"));
    writeFileSync(dir.path("requests/other.json"), "{}");
    for (const way of [[], ["--backup"]]) {
      const { code, stderr } = await run(["repair", dir.path("requests"), ...way, ...NOW]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^note: 1 JSON file of the folder is damaged; .* doctor repair \S+a\.json$/m),
      ]);
    }
  });

  test("a JSON file that cannot be written is named, and the next one is mended", async () => {
    const [deep, damaged] = [dir.path("deep.json"), dir.path("damaged.json")];
    const whole = readFileSync(join(FIXTURES, "json", "broken-orphan-result.json"), "utf8").trimEnd();
    writeFileSync(damaged, whole);
    writeFileSync(deep, whole.replace(/\}$/, `,"x":${"[".repeat(1e5)}${"]".repeat(1e5)}}`));
    const alone = await run(["repair", deep, "--backup"]);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/^\S+deep\.json: holds JSON/)]);
    const both = await run(["repair", deep, damaged, "--backup"]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/^\S+deep\.json: holds JSON/)]);
    expect((await run(["repair", damaged])).code).toBe(0);
  });

  test("a JSON file shares no output with others", async () => {
    const { a } = folderOf("mixed");
    writeFileSync(dir.path("mixed/r.json"), "[]");
    const { code, stderr } = await run(["repair", a, dir.path("mixed/r.json"), "--format", "json"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("mended by itself")]);
  });
});

describe("a list to choose from", () => {
  test("without a terminal: one line, exit 2", async () => {
    const { code, stdout, stderr } = await run(["repair", join(FIXTURES, "damaged.db"), "-i", ...NOW]);
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      "-i needs a terminal\nnext: name conversations with --session\n",
    ]);
  });

  test("names each conversation, and keeps the plan of the chosen ones", async () => {
    const path = join(FIXTURES, "damaged.db");
    const prepared = await prepareAny(path, { now }, {});
    const jobs = [{ path, ...prepared, obstacles: [] }];
    const choices = choicesOf(jobs, now, 60);
    expect(choices.map(({ name }) => name.length).filter((length) => length > 60)).toEqual([]);
    const chosen = present(choices.find(({ name }) => name.startsWith("api · 5 h ago · ses_e0331f65")));
    const [job] = chosenOf(jobs, [chosen.value]);
    expect([...present(job).plan.sessions].map(({ session }) => session)).toEqual([chosen.value.session]);
    expect(chosenOf(jobs, [])).toEqual([]);
  });
});

describe("what stands in the way is told with the plan", () => {
  const planOf = async (path: string) => (await prepareAny(path, { now }, {})).plan;

  test("no place for the backup", async () => {
    const { a } = folderOf("place");
    const plan = await planOf(a);
    const codes = (backupTo?: string) =>
      obstaclesOf(a, plan, { backup: true, backupTo }).map(({ code }) => code);
    expect(codes()).toEqual([]);
    expect(codes(dir.path("place/none/at/all"))).toEqual(["NOT_FOUND"]);
    expect(codes(a)).toEqual(["EXISTS"]);
    const before = readFileSync(a);
    const { code, stdout, stderr } = await run([
      "repair",
      a,
      "--backup-to",
      dir.path("no/such"),
      "--dry-run",
      ...NOW,
    ]);
    expect([code, stdout, stderr]).toEqual([
      1,
      expect.stringContaining("Nothing was written"),
      expect.stringContaining("no such folder for the backup"),
    ]);
    expect(readFileSync(a).equals(before)).toBe(true);
  });

  test.runIf(process.platform === "linux")(
    "another process that has it open; --force passes it (skipped where the system does not tell)",
    async () => {
      const { a } = folderOf("held");
      const plan = await planOf(a);
      const holder = spawn("sh", ["-c", 'exec 3<"$0"; echo open; read line', a]);
      try {
        await new Promise((resolve) => holder.stdout.once("data", resolve));
        expect(obstaclesOf(a, plan, { backup: false })).toMatchObject([{ code: "IN_USE" }]);
        expect(obstaclesOf(a, plan, { backup: false, force: true })).toEqual([]);
        const { stdout, stderr } = await run(["repair", a, ...NOW]);
        expect([stdout, stderr]).toEqual([
          expect.stringContaining("Nothing was written"),
          expect.stringContaining(`open in sh (pid ${holder.pid}); close it`),
        ]);
      } finally {
        holder.kill();
      }
    },
  );

  test("a host that is newer than any that was tried is named", async () => {
    const plan = await planOf(join(FIXTURES, "damaged.db"));
    expect(newerHost(plan)).toBeUndefined();
    const newer = { ...plan, terms: { ...plan.terms, hostVersion: "99.0.0" } };
    expect(newerHost(newer)).toMatch(/99\.0\.0 is newer than \d+\.\d+\.\d+/);
    const { stderr } = await run([
      "repair",
      join(FIXTURES, "damaged.db"),
      "--host-version",
      "99.0.0",
      ...NOW,
    ]);
    expect(stderr).toMatch(/^note: .*99\.0\.0 is newer/m);
  });
});
