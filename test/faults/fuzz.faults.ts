import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import type { Report } from "../../src/model/report.js";
import { isSqlite } from "../../src/scan/inputs.js";
import { filesBelow } from "../support/agents.js";
import { times } from "../support/faults.js";
import { scratch } from "../support/fixtures.js";
import { Dice } from "../support/fuzz.js";
import { type Input, type Kind, makeInput, subjectsOf } from "../support/fuzz-subjects.js";
import { type Ran, run } from "../support/run.js";
import { SEED } from "../support/seed.js";

/** ms; far above what any step takes. */
const LONGEST = 10_000;
const NOW = "2026-11-21T12:00:00Z";
/** With DOCTOR_DEBUG, the command line prints the stack of an error that it does not know. */
const STACK = /^\s*at .*:\d+:\d+\)?$/m;
/** Words of the engine in a message: an error that nobody foresaw. */
const ENGINE =
  /Cannot (?:read|set|convert|destructure|mix)|is not (?:a function|iterable|defined|an object)|Maximum call stack|Invalid (?:array|string|count|time|code)|"INTERNAL"|SqliteError|TypeError|RangeError/;
/** A repair that does not do what its plan says. */
const UNFORESEEN = /does not scan as planned|changed after the plan|another conversation/;

const dir = scratch();
process.env.DOCTOR_DEBUG = "1";
afterAll(() => {
  delete process.env.DOCTOR_DEBUG;
  dir.remove();
});

/** Every file of a folder with the sum of its bytes. */
function stateOf(folder: string): string[] {
  return filesBelow(folder).map(
    (path) => `${relative(folder, path)} ${createHash("sha1").update(readFileSync(path)).digest("base64")}`,
  );
}

/** False for a database in which SQLite's own check finds damage. */
function hasWholePages(path = ""): boolean {
  if (!isSqlite(path)) return true;
  const db = openForWriting(path);
  try {
    return db.pragma("integrity_check(1)", { simple: true }) === "ok";
  } catch {
    return false;
  } finally {
    db.close();
  }
}

/** The problems of one input, and the time of its slowest step. */
interface Outcome {
  readonly problems: string[];
  slowest: number;
  mended: boolean;
  /** True if something that is safe to mend was not mended. */
  left: boolean;
}

async function step(args: string[], outcome: Outcome): Promise<Ran> {
  const start = performance.now();
  const ran = await run(args[0] === "export" ? args : [...args, "--now", NOW]).catch((error: unknown) => ({
    code: -1,
    stdout: "",
    stderr: `uncaught ${error instanceof Error ? error.stack : error}`,
  }));
  const took = performance.now() - start;
  outcome.slowest = Math.max(outcome.slowest, took);
  const [command] = args;
  const say = (what: string) => outcome.problems.push(`${command}: ${what}`);
  if (took > LONGEST) say(`took ${Math.round(took)} ms`);
  if (![0, 1, 2].includes(ran.code)) say(`exit code ${ran.code}: ${ran.stderr.slice(0, 400)}`);
  const told = ran.code === 2 || ran.stdout === "" ? `${ran.stderr}` : "";
  for (const pattern of [STACK, ENGINE]) if (pattern.test(told)) say(`says ${told.slice(0, 400)}`);
  // Damaged pages may show a row in two ways: then a refusal is right.
  if (UNFORESEEN.test(told) && hasWholePages(args[1])) say(`says ${told.slice(0, 400)}`);
  return ran;
}

function reportOf({ stdout, stderr }: Ran, outcome: Outcome): Report | null {
  try {
    const report: Report = JSON.parse(stdout);
    for (const { error } of report.inputs)
      if (error?.code === "INTERNAL" || ENGINE.test(error?.message ?? ""))
        outcome.problems.push(`scan: reports ${JSON.stringify(error)}`);
    return report;
  } catch {
    outcome.problems.push(`scan: prints no report but ${stdout.slice(0, 200)} ${stderr.slice(0, 300)}`);
    return null;
  }
}

/** The fingerprints of what is safe to mend and of some weight. */
const safeOnes = (report: Report) =>
  report.findings
    .filter(({ repair, severity }) => repair.safety === "safe" && severity !== "info")
    .map(({ fingerprint }) => fingerprint);

/** Every command over one input. */
async function tryAll({ folder, path }: Input, dice: Dice): Promise<Outcome> {
  const outcome: Outcome = { problems: [], slowest: 0, mended: false, left: false };
  for (const file of filesBelow(folder)) utimesSync(file, 1e9, 1e9);
  const untouched = stateOf(folder);
  const same = (command: string, expected: string[]) => {
    if (JSON.stringify(stateOf(folder)) !== JSON.stringify(expected))
      outcome.problems.push(`${command}: wrote`);
  };
  const scan = ["scan", path, "--format", "json", "--severity", "info", "--jobs", "1"];
  const first = reportOf(await step(scan, outcome), outcome);
  same("scan", untouched);
  const notes = first?.inputs[0]?.sessions ?? [];
  const session = notes.length > 0 ? dice.pick(notes).id : "latest";
  const format = dice.pick(["json", "table"]);
  await step(["replay", path, "--session", session, "--format", format], outcome);
  await step(["export", path, "--session", session, ...dice.pick([[], ["--redact"]])], outcome);
  same("replay and export", untouched);
  const isWhole = dice.below(3) > 0;
  const filter = isWhole ? [] : ["--severity", "error"];
  const repair = ["repair", path, ...filter, "--backup", "--force", "--yes", "--format", "json"];
  const repaired = await step(repair, outcome);
  const after = stateOf(folder);
  outcome.mended = JSON.stringify(after) !== JSON.stringify(untouched);
  await step(repair, outcome);
  same("a second repair", after);
  const second = reportOf(await step(scan, outcome), outcome);
  if (!first || !second || !isWhole || repaired.code === 2) return outcome;
  const before = new Set(safeOnes(first));
  const left = safeOnes(second).filter((one) => before.has(one));
  outcome.left = left.length > 0;
  for (const one of left)
    if (!repaired.stdout.includes(one)) outcome.problems.push(`repair: leaves ${one} without a word`);
  return outcome;
}

const KINDS: [Kind, number, number][] = [
  ["database", 40, 2000],
  ["document", 80, 4000],
  ["lines", 80, 4000],
];

test.each(KINDS)("%s: any input is read, mended once, and never a stack trace", async (kind, few, full) => {
  const folder = dir.path(kind);
  mkdirSync(folder);
  const subjects = subjectsOf(kind, folder);
  const problems: string[] = [];
  const worst = { took: 0, input: "" };
  let mended = 0;
  let left = 0;
  const count = times(few, full);
  for (let number = 0; number < count; number++) {
    const dice = new Dice(SEED + number);
    const input = makeInput(subjects, dice, folder);
    const outcome = await tryAll(input, dice);
    for (const problem of outcome.problems)
      problems.push(`seed ${SEED + number}: ${input.told}\n    ${problem}`);
    if (outcome.mended) mended++;
    if (outcome.left) left++;
    if (outcome.slowest > worst.took) Object.assign(worst, { took: outcome.slowest, input: input.told });
    rmSync(input.folder, { recursive: true });
  }
  process.stderr.write(
    `  ${count} of ${kind}, ${mended} mended, ${left} not wholly; slowest step ${Math.round(worst.took)} ms: ${worst.input}\n`,
  );
  expect(problems).toEqual([]);
  expect(mended).toBeGreaterThan(count / 10);
  expect(left).toBeLessThan(count / 20);
});
