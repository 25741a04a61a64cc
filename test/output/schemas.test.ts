import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import project from "../../package.json" with { type: "json" };
import { FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";
import { schemaErrors, schemaNamed } from "../support/schemas.js";
import { ROOTS, SCHEMAS, schemaFiles } from "../tools/schema-files.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const NAMES = Object.keys(ROOTS);
const dir = scratch();
afterAll(dir.remove);

const damaged = dir.path("damaged.db");
const lines = dir.path("0198c0de-0000-7000-8000-000000000000.jsonl");
const request = dir.path("request.json");
beforeAll(() => {
  copyFileSync(join(FIXTURES, "damaged.db"), damaged);
  copyFileSync(join(FIXTURES, "lines/pi.lines"), lines);
  const messages = [
    { role: "user", content: "x" },
    { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
    { role: "user", content: "y" },
  ];
  writeFileSync(request, JSON.stringify({ model: "claude", messages }));
});

async function outputOf(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await run([...args, ...(args[0] === "restore" ? [] : NOW)]);
  expect(stdout, `${args.join(" ")}: ${code} ${stderr}`).not.toBe("");
  return stdout;
}

async function errorsOf(schema: string, ...args: string[]): Promise<string[]> {
  return schemaErrors(schema, JSON.parse(await outputOf(...args, "--format", "json")));
}

describe("the schemas", () => {
  test("say what the types say (npm run schemas writes them)", () => {
    const made = schemaFiles();
    // The schema of the settings is written by hand.
    expect(readdirSync(SCHEMAS).sort()).toEqual([...made.keys(), "settings.json"].sort());
    for (const [name, text] of made)
      expect(JSON.parse(readFileSync(join(SCHEMAS, name), "utf8")), name).toEqual(JSON.parse(text));
  });

  test("are part of the package, each with an id of its own and its version", () => {
    expect(project.exports["./schemas/*.json"]).toBe("./dist/schemas/*.json");
    for (const name of NAMES) expect(schemaNamed(name).$id).toBe(`urn:session-doctor:schema:${name}:1`);
  });

  test("allow members that are added later, and refuse members of another kind", async () => {
    const validate = new Ajv({ strict: true }).compile(schemaNamed("report"));
    const report = JSON.parse(await outputOf("scan", damaged, "--format", "json"));
    expect(validate({ ...report, later: 1 })).toBe(true);
    expect(validate({ ...report, schemaVersion: 2 })).toBe(false);
    expect(validate({ ...report, findings: [{ ...report.findings[0], severity: 1 }] })).toBe(false);
  });
});

describe("real outputs hold to their schema:", () => {
  test("scan and check", async () => {
    const inputs = [damaged, lines, request, dir.path("nowhere.db")];
    expect(
      await errorsOf("report", "scan", ...inputs, "--show-titles", "--size", "--target", "opencode-2"),
    ).toEqual([]);
    expect(await errorsOf("report", "check", ...inputs, "--shard", "1/2")).toEqual([]);
    const written = await outputOf(
      "check",
      ...inputs,
      "--format",
      "ndjson",
      "--show-machine",
      "--show-titles",
    );
    const all = written
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(all.map(({ type }) => type)).size).toBe(4);
    expect(all.flatMap((line) => schemaErrors("ndjson-line", line))).toEqual([]);
  });

  test.each([
    ["damaged", damaged],
    ["lines", lines],
    ["request", request],
  ])("inspect and replay of %s", async (name, input) => {
    const which = name === "damaged" ? ["--session", "latest"] : [];
    for (const more of [[], ["--show-content"]]) {
      expect(await errorsOf("inspect", "inspect", input, ...which, ...more)).toEqual([]);
      expect(await errorsOf("replay", "replay", input, ...which, ...more)).toEqual([]);
    }
  });

  test("sessions", async () => {
    expect(await errorsOf("sessions", "sessions", damaged, lines)).toEqual([]);
    expect(await errorsOf("sessions", "sessions", damaged, "--show-titles")).toEqual([]);
  });

  test("repair of a request", async () => {
    expect(await errorsOf("mend", "repair", request)).toEqual([]);
    expect(await errorsOf("mend", "repair", request, "--output", dir.path("fixed.json"))).toEqual([]);
  });

  test("a plan, the repair, and the ways back", async () => {
    expect(await errorsOf("plan", "repair", damaged, "--unsafe")).toEqual([]);
    expect(await errorsOf("repair", "repair", damaged, "--backup")).toEqual([]);
    expect(await errorsOf("repair", "repair", damaged, "--backup")).toEqual([]);
    expect(await errorsOf("restore", "restore", damaged, "--list")).toEqual([]);
    expect(await errorsOf("restore", "restore", damaged)).toEqual([]);
    expect(await errorsOf("restore", "restore", damaged, "--prune", "1")).toEqual([]);
  });
});
