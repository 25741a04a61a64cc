import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { caseFolder } from "../support/case-folder.js";
import { FIXTURES } from "../support/fixtures.js";
import { run } from "../support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const REQUEST = join(FIXTURES, "json/broken-orphan-result.json");

const { at, path, madeBy, doctor } = caseFolder();

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
      expect(readdirSync(path()).sort()).toEqual(["a.db", "report.json"]);
    },
  );

  test("what a run that was killed left is removed by the next", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(at(`report.json.partial-${dead}`), "half");
    writeFileSync(at(`report.json.partial-${process.ppid}`), "of another that runs");
    await run(["scan", at("a.db"), "--format", "json", "--output", at("report.json")]);
    expect(readdirSync(path()).sort()).toEqual([
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
