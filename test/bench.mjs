// Measures the scan of a large healthy opencode database beside SQLite's own JSON check, in one run.
// Usage: npm run bench [-- --size 1000 (MB)] [--keep FILE] [--damaged ROWS]
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./support/generate.mjs";

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(name) ? args[args.indexOf(name) + 1] : fallback);
const megabytes = Number(option("--size", "1000"));
const damaged = Number(option("--damaged", "0"));
const keep = option("--keep");
const folder = mkdtempSync(join(tmpdir(), "doctor-bench-"));
const file = keep ?? join(folder, "opencode.db");
const doctor = fileURLToPath(new URL("../bin/doctor.js", import.meta.url));
const RUNS = 5;

/** Seconds that each command takes: the best of several runs, in turns, so that none has the machine's better minutes. */
function measure(commands) {
  const best = commands.map(() => Number.POSITIVE_INFINITY);
  for (let run = 0; run < RUNS; run++)
    commands.forEach(([command, parameters], at) => {
      const started = process.hrtime.bigint();
      spawnSync(command, parameters, { stdio: "ignore" });
      best[at] = Math.min(best[at], Number(process.hrtime.bigint() - started) / 1e9);
    });
  return best;
}

/** Peak memory (MB) of the command line, threads included. */
function peakMemory(parameters) {
  const probe =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(2, `PEAK ${process.resourceUsage().maxRSS}\\n`));';
  const child = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(probe)}`, doctor, ...parameters],
    { encoding: "utf8" },
  );
  return Math.max(...[...child.stderr.matchAll(/PEAK (\d+)/g)].map((match) => Number(match[1]))) / 1024;
}

try {
  if (!existsSync(file)) {
    process.stderr.write(`generating ${megabytes} MB …\n`);
    generate(file, { megabytes, damaged });
  }
  const session = execFileSync("sqlite3", [file, "select id from session order by rowid limit 1 offset 5"], {
    encoding: "utf8",
  }).trim();
  rmSync(`${file}-wal`, { force: true });
  rmSync(`${file}-shm`, { force: true });
  const scan = ["scan", file, "--format", "json", "--output", join(folder, "report.json")];
  const [baseline, full, one, version, node] = measure([
    ["sqlite3", [`file:${file}?immutable=1`, "select count(*) from part where json_valid(data)"]],
    [process.execPath, [doctor, ...scan]],
    [process.execPath, [doctor, ...scan, "--session", session]],
    [process.execPath, [doctor, "--version"]],
    [process.execPath, ["-e", "0"]],
  ]);
  const memory = peakMemory(scan);
  const size = statSync(file).size / 1e6;
  const row = (name, value, ratio, bound) =>
    console.log(`${name.padEnd(34)} ${value.padStart(10)} ${ratio.padStart(9)}   ${bound}`);
  console.log(`${size.toFixed(0)} MB, best of ${RUNS} runs\n`);
  row("sqlite3 json_valid over all parts", `${baseline.toFixed(2)} s`, "1.00 x", "");
  row(
    "doctor scan, whole file",
    `${full.toFixed(2)} s`,
    `${(full / baseline).toFixed(2)} x`,
    "at most 1.5 x",
  );
  row("  peak memory", `${memory.toFixed(0)} MB`, "", "under 200 MB");
  row("doctor scan --session", `${one.toFixed(2)} s`, "", "under 0.3 s");
  row("node -e 0", `${node.toFixed(3)} s`, "1.00 x", "");
  row("doctor --version", `${version.toFixed(3)} s`, `${(version / node).toFixed(2)} x`, "under 2 x");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
