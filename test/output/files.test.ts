import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { present } from "../../src/model/present.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const REQUEST = join(FIXTURES, "json/broken-orphan-result.json");
const dir = scratch();
afterAll(dir.remove);

let count = 0;
let folder = "";
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = dir.path(`case ${count++}`);
  mkdirSync(folder);
  copyFileSync(join(FIXTURES, "damaged.db"), at("a.db"));
});

/** As its own process: exit handlers, devices and limits are the system's. */
function doctor(shell: string, env: NodeJS.ProcessEnv = process.env) {
  const script = `doctor() { "${process.execPath}" "${join(FIXTURES, "../bin/doctor.js")}" "$@"; }; ${shell}`;
  return spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8", env });
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const madeBy = (part: string) => at(readdirSync(folder).find((name) => name.includes(part)) ?? "nothing");

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

describe("what a report never takes the place of, told by its content", () => {
  const kinds: [string, () => Promise<unknown>][] = [
    [
      "undo journal",
      () =>
        run(["repair", at("a.db"), "--undo-only", "--yes", "--quiet", ...NOW]).then(() =>
          copyFileSync(madeBy(".undo-"), at("kept")),
        ),
    ],
    ["database", async () => copyFileSync(at("a.db"), at("kept"))],
    ["baseline", () => run(["check", at("a.db"), "--baseline", at("kept"), "--update-baseline", ...NOW])],
    ["saved plan", () => run(["repair", at("a.db"), "--format", "json", "--output", at("kept"), ...NOW])],
    ["conversation", async () => copyFileSync(REQUEST, at("kept"))],
    [
      "conversation",
      async () =>
        writeFileSync(at("kept"), `${JSON.stringify(JSON.parse(readFileSync(REQUEST, "utf8")))}\n{"cut`),
    ],
    [
      "conversation",
      async () => copyFileSync(join(FIXTURES, "json/healthy-opencode-export.json"), at("kept")),
    ],
  ];
  test.each(kinds)("%s", async (name, make) => {
    await make();
    const before = readFileSync(at("kept"));
    for (const args of [
      ["scan", at("a.db")],
      ["rules"],
      ["explain", "stuck-tool"],
      ["check", REQUEST],
      ["inspect", REQUEST],
      ["replay", REQUEST],
    ]) {
      const { code, stderr } = await run([...args, "--output", at("kept")]);
      expect([args[0], code]).toEqual([args[0], 2]);
      expect(stderr).toContain(
        `is a${name === "undo journal" ? "n" : ""} ${name === "conversation" ? "stored conversation" : name}`,
      );
    }
    expect(readFileSync(at("kept")).equals(before)).toBe(true);
  });

  test("a backup of a JSON file, by its name", async () => {
    copyFileSync(REQUEST, at("r.json"));
    await run(["repair", at("r.json"), "--backup", "--quiet"]);
    const backup = madeBy(".backup-");
    const before = readFileSync(backup, "utf8");
    expect((await run(["repair", REQUEST, "--output", backup])).code).toBe(2);
    expect((await run(["export", join(FIXTURES, "opencode.db"), "--output", backup])).code).toBe(2);
    expect(readFileSync(backup, "utf8")).toBe(before);
  });

  test("reports, mended copies, exports and plans take the place of their own kind", async () => {
    const twice = async (name: string, ...args: string[]) => {
      for (const _ of [1, 2]) {
        const { stderr } = await run([...args, "--output", at(name), ...(args[0] === "export" ? [] : NOW)]);
        expect(stderr, args.join(" ")).toBe("");
      }
    };
    for (const format of ["table", "json", "ndjson", "sarif", "junit", "markdown"])
      await twice(`report.${format}`, "scan", at("a.db"), "--format", format);
    await twice("replay.json", "replay", REQUEST, "--format", "json");
    await twice("inspect.json", "inspect", REQUEST, "--format", "json");
    await twice("fixed.json", "repair", REQUEST, "--quiet");
    await twice("export.json", "export", join(FIXTURES, "opencode.db"));
    await twice("plan.json", "repair", at("a.db"), "--format", "json");
  });
});

describe("a file is as it was until the new one is whole", () => {
  test.runIf(existsSync("/dev/full") && existsSync("/dev/shm"))(
    "a report that cannot be written whole leaves the old one",
    () => {
      writeFileSync(at("report.json"), "old");
      // Files of at most 8 blocks of 512 bytes: SIGXFSZ is ignored, so that writing fails as on a full disk.
      const { status, stderr } = doctor(
        "trap '' XFSZ; ulimit -f 8; doctor scan a.db --format json --output report.json",
      );
      expect(status).toBe(2);
      expect(stderr).toContain("report.json: cannot be written");
      expect(readFileSync(at("report.json"), "utf8")).toBe("old");
      expect(readdirSync(folder).sort()).toEqual(["a.db", "report.json"]);
    },
  );

  test("what a run that was killed left is removed by the next", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(at(`report.json.partial-${dead}`), "half");
    writeFileSync(at(`report.json.partial-${process.ppid}`), "of another that runs");
    await run(["scan", at("a.db"), "--format", "json", "--output", at("report.json")]);
    expect(readdirSync(folder).sort()).toEqual([
      "a.db",
      "report.json",
      `report.json.partial-${process.ppid}`,
    ]);
  });

  test.skipIf(process.platform === "win32")(
    "links stay links, devices and pipes are written to",
    async () => {
      mkdirSync(at("real"));
      symlinkSync("real/report.txt", at("link.txt"));
      for (const _ of ["new", "there already"]) {
        await run(["scan", at("a.db"), "--output", at("link.txt")]);
        expect(lstatSync(at("link.txt")).isSymbolicLink()).toBe(true);
        expect(readFileSync(at("real/report.txt"), "utf8")).toContain("Next: ");
      }
      expect(doctor("doctor rules --output /dev/stdout | cat").stdout).toContain("stuck-tool");
      expect(doctor("mkfifo pipe; cat pipe & doctor rules --output pipe; wait").stdout).toContain(
        "stuck-tool",
      );
    },
  );

  test("a baseline with entries that are none is refused", async () => {
    for (const entry of [
      { fingerprint: "a" },
      { fingerprint: "a", rule: 1, session: null },
      { fingerprint: "a", rule: "b", session: 1 },
      null,
    ]) {
      writeFileSync(at("baseline.json"), JSON.stringify({ schemaVersion: 1, accepted: [entry] }));
      const { code, stderr } = await run(["check", at("a.db"), "--baseline", at("baseline.json")]);
      expect([code, stderr]).toEqual([2, `${at("baseline.json")}: not a baseline of this version\n`]);
    }
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
      expect(readdirSync(folder)).toEqual(["a.db"]);
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
    expect(json.stderr).toContain("Wrote r.json; the file as it was: ");
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
