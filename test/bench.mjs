// Measures scans and repairs of generated opencode databases beside plain SQL over the same rows, in turns.
// Usage: npm run bench [-- --scale 1] [--runs 3] [--only NAME] [--keep FOLDER]
// At --scale 1 the largest file has 1 GB; --scale 0.1 takes about two minutes. Needs sqlite3 and GNU time.
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SUBJECTS } from "./support/bench-subjects.mjs";
import { generate } from "./support/generate.mjs";

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const scale = Number(option("--scale", "0.1"));
const runs = Number(option("--runs", "3"));
const only = option("--only");
const folder = option("--keep") ?? mkdtempSync(join(tmpdir(), "doctor-bench-"));
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "doctor-bench-run-"));
const doctor = fileURLToPath(new URL("../bin/doctor.js", import.meta.url));
/** Later than every row, however many there are. */
const NOW = "2027-06-01T00:00:00Z";
const MOST_MEMORY = 200;

const CHECK = "select count(*) from part where json_valid(data)";
const TOKENS = '{"input":0,"output":0,"reasoning":0,"cache":{"read":0,"write":0}}';
const UPDATE = `update part set data = json_set(data, '$.tokens', json('${TOKENS}')) where data ->> '$.type' = 'step-finish' and data -> '$.tokens' is null`;

/** Seconds and user seconds of the best run of each command, in turns, and the most memory (MB) of any run. */
function measure(commands) {
  const best = commands.map(() => ({
    wall: Number.POSITIVE_INFINITY,
    user: Number.POSITIVE_INFINITY,
    memory: 0,
  }));
  for (let run = 0; run < runs; run++)
    for (const [at, { prepare, command }] of commands.entries()) {
      prepare?.();
      const { wall, user, memory } = timed(command);
      const known = best[at];
      known.wall = Math.min(known.wall, wall);
      known.user = Math.min(known.user, user);
      known.memory = Math.max(known.memory, memory);
    }
  return best;
}

function timed(command) {
  const told = join(scratch, "time");
  const { error } = spawnSync("/usr/bin/time", ["-o", told, "-f", "%e %U %M", ...command], {
    stdio: "ignore",
  });
  if (error) throw error;
  const [wall, user, kilobytes] = readFileSync(told, "utf8").trim().split("\n").at(-1).split(" ").map(Number);
  return { wall, user, memory: kilobytes / 1024 };
}

function scanOf(file) {
  const report = join(scratch, "report.json");
  return [
    { command: ["sqlite3", `file:${file}?immutable=1`, CHECK] },
    {
      command: [process.execPath, doctor, "scan", file, "--now", NOW, "--format", "json", "--output", report],
    },
  ];
}

/** A fresh copy for each run; the command ends when the rows are on the disk. */
function repairOf(file) {
  const copy = join(scratch, "copy.db");
  const prepare = () => {
    for (const name of readdirSync(scratch)) rmSync(join(scratch, name));
    copyFileSync(file, copy);
  };
  return [
    { prepare, command: ["sqlite3", copy, UPDATE] },
    {
      prepare,
      command: [process.execPath, doctor, "repair", copy, "--backup", "--yes", "--quiet", "--now", NOW],
    },
  ];
}

function row(...cells) {
  const widths = [-34, 8, 9, 9, 9, 9, 8, 9, -24];
  console.log(
    cells
      .map((cell, at) => (widths[at] < 0 ? cell.padEnd(-widths[at]) : cell.padStart(widths[at])))
      .join(" ")
      .trimEnd(),
  );
}

function run({ name, repairs, bound, size, options }) {
  const perMegabyte = [];
  // Half of it and all of it: twice the file, twice the time.
  for (const part of [0.5, 1]) {
    const file = join(folder, `${name.replaceAll(" ", "-")}-${scale * part}.db`);
    if (!existsSync(file)) generate(file, { ...options, ...size(scale * part) });
    const [sql, own] = measure(repairs ? repairOf(file) : scanOf(file));
    const megabytes = statSync(file).size / 1e6;
    perMegabyte.push(own.wall / megabytes);
    const isWithin = own.wall / sql.wall <= bound && own.memory < MOST_MEMORY;
    row(
      part === 1 ? name : "",
      `${megabytes.toFixed(0)} MB`,
      `${sql.wall.toFixed(2)} s`,
      `${sql.user.toFixed(2)} s`,
      `${own.wall.toFixed(2)} s`,
      `${own.user.toFixed(2)} s`,
      `${(own.wall / sql.wall).toFixed(2)} x`,
      `${own.memory.toFixed(0)} MB`,
      `at most ${bound.toFixed(1)} x${isWithin ? "" : "  OVER"}`,
    );
    if (!option("--keep")) rmSync(file);
  }
  const [half, whole] = perMegabyte;
  row(`  a megabyte of twice the file`, "", "", "", "", "", `${(whole / half).toFixed(2)} x`, "", "");
}

/** Commands whose time does not depend on the file. */
function runStarts() {
  const [node, version] = measure([
    { command: [process.execPath, "-e", "0"] },
    { command: [process.execPath, doctor, "--version"] },
  ]);
  row(
    "doctor --version",
    "",
    `${node.wall.toFixed(2)} s`,
    "",
    `${version.wall.toFixed(2)} s`,
    "",
    `${(version.wall / node.wall).toFixed(2)} x`,
    "",
    "at most 2.0 x",
  );
}

try {
  const sqlite = execFileSync("sqlite3", ["--version"], { encoding: "utf8" }).split(" ")[0];
  console.log(
    `${cpus()[0]?.model ?? "?"}, ${cpus().length} threads, load ${loadavg()
      .map((one) => one.toFixed(1))
      .join(" ")}; node ${process.version}, sqlite3 ${sqlite}`,
  );
  console.log(`scale ${scale}, best of ${runs} runs, in turns\n`);
  row("", "file", "SQL", "user", "doctor", "user", "ratio", "memory", "bound");
  for (const subject of SUBJECTS) if (!only || subject.name.includes(only)) run(subject);
  if (!only) runStarts();
  console.log(
    `\nload at the end ${loadavg()
      .map((one) => one.toFixed(1))
      .join(" ")}`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
  if (!option("--keep")) rmSync(folder, { recursive: true, force: true });
}
