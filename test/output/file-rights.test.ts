import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { present } from "../../src/model/present.js";
import { caseFolder } from "../support/case-folder.js";
import { FIXTURES } from "../support/fixtures.js";
import { run } from "../support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const REQUEST = join(FIXTURES, "json/broken-orphan-result.json");

const { at, path, madeBy, doctor } = caseFolder();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(process.platform === "win32")("who may read what is written", () => {
  test("a mended copy is private; that of a file which is there keeps its mode", async () => {
    expect((await run(["repair", REQUEST, "--output", at("new.json"), "--quiet"])).code).toBe(0);
    expect(modeOf(at("new.json"))).toBe("600");
    for (const mode of [0o644, 0o640, 0o600]) {
      copyFileSync(REQUEST, at("old.json"));
      chmodSync(at("old.json"), mode);
      await run(["repair", REQUEST, "--output", at("old.json"), "--quiet"]);
      expect(modeOf(at("old.json"))).toBe(mode.toString(8));
      await run(["repair", at("old.json"), "--backup", "--quiet"]);
      expect(modeOf(at("old.json"))).toBe(mode.toString(8));
    }
  });

  test("exports, saved plans and what tells content are private, a report is not", async () => {
    const [session] = JSON.parse((await run(["scan", at("a.db"), "--format", "json"])).stdout).inputs[0]
      .sessions as { id: string }[];
    const one = [at("a.db"), "--session", present(session).id];
    await run(["export", ...one, "--output", at("export.json")]);
    await run(["repair", at("a.db"), "--format", "json", "--output", at("plan.json"), ...NOW]);
    await run(["inspect", ...one, "--show-content", "--output", at("told.txt"), ...NOW]);
    await run(["scan", at("a.db"), "--output", at("report.txt"), ...NOW]);
    expect(["export.json", "plan.json", "told.txt"].map((name) => modeOf(at(name)))).toEqual([
      "600",
      "600",
      "600",
    ]);
    expect(modeOf(at("report.txt"))).toBe((0o666 & ~process.umask()).toString(8));
  });
});

describe.skipIf(process.platform === "win32")("a report that cannot be written", () => {
  test.each(["nowhere/report.json", "a.db/report.json"])(
    "nothing is changed where %s cannot be opened",
    async (output) => {
      const before = readFileSync(at("a.db"));
      for (const format of ["table", "json"]) {
        const { code, stderr } = await run([
          "repair",
          at("a.db"),
          "--backup",
          "--yes",
          "--format",
          format,
          "--output",
          at(output),
        ]);
        expect(code).toBe(2);
        expect(stderr).toContain("cannot be written");
      }
      expect((await run(["restore", at("a.db"), "--output", at(output)])).stderr).toContain(
        "cannot be written",
      );
      expect(readFileSync(at("a.db")).equals(before)).toBe(true);
      expect(readdirSync(path())).toEqual(["a.db"]);
    },
  );

  test.runIf(existsSync("/dev/full"))("what was done all the same is told on standard error", () => {
    const { status, stderr } = doctor("doctor repair a.db --backup --yes --quiet > /dev/full");
    expect(status).toBe(2);
    expect(stderr).toContain("Mended ");
    expect(stderr).toContain(`Backup:  ${madeBy(".backup-")}`);
    expect(stderr).toContain(`Journal: ${madeBy(".undo-")}`);
    expect(stderr).toMatch(/To go back: doctor restore a\.db\nstandard output: ENOSPC/);
    const back = doctor("doctor restore a.db --quiet > /dev/full");
    expect(back.status).toBe(2);
    expect(back.stderr).toContain(`The state before is kept in ${madeBy(".before-restore-")}`);
    copyFileSync(REQUEST, at("r.json"));
    const json = doctor("doctor repair r.json --backup > /dev/full");
    expect(json.stderr).toContain(
      `Wrote r.json.\nBackup:  ${madeBy("r.json.backup-")}\nTo go back: doctor restore r.json\n`,
    );
  });

  test.runIf(existsSync("/dev/full"))("--version and --help end with 2, not with a stack trace", () => {
    for (const args of ["--version", "--help", "scan --help", "rules"]) {
      const { status, stderr } = doctor(`doctor ${args} > /dev/full`);
      expect([args, status, stderr]).toEqual([
        args,
        2,
        "standard output: ENOSPC: no space left on device, write\n",
      ]);
    }
    expect(doctor("doctor --version 2> /dev/full").status).toBe(0);
    expect(doctor("doctor scan nowhere 2> /dev/full > /dev/null").status).toBe(2);
  });

  test("too few file handles end with 2, not with a stack trace", () => {
    for (const handles of [20, 22, 24, 26]) {
      const { status, stderr } = doctor(`ulimit -n ${handles}; doctor scan a.db > /dev/null`);
      expect([handles, status]).toEqual([handles, stderr === "" ? 1 : 2]);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

test("a user that the system does not know, without a home, can work", () => {
  const { HOME: _, XDG_DATA_HOME: __, ...env } = process.env;
  const preload = at("no-home.cjs");
  writeFileSync(
    preload,
    `require("node:os").homedir = () => { throw Object.assign(new Error("uv_os_homedir returned ENOENT"), { code: "ENOENT" }); };
     require("node:module").syncBuiltinESMExports();`,
  );
  const own = { ...env, NODE_OPTIONS: `--require "${preload}"` };
  expect(doctor("doctor scan a.db", own)).toMatchObject({ status: 1, stderr: "" });
  const nothing = doctor("doctor scan", own);
  expect(nothing.status).toBe(2);
  expect(nothing.stderr).toMatch(
    /^no database found; looked at\n {2}.*dev\.db\n[\s\S]*next: doctor scan PATH\n$/,
  );
});
