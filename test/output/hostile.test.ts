import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { present } from "../../src/model/present.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { HOSTILE, type Kind, Planter, plantInDatabase, problemsOf } from "../support/hostile.js";
import { pageProblems } from "../support/page.js";
import { type Ran, run } from "../support/run.js";
import official from "../support/sarif-2.1.0-rtm.5.schema.json" with { type: "json" };
import { xmlProblem } from "../support/xml.js";

const dir = scratch();
const summary = dir.path("summary.md");
beforeAll(() => {
  process.env.GITHUB_STEP_SUMMARY = summary;
});
afterAll(() => {
  delete process.env.GITHUB_STEP_SUMMARY;
  dir.remove();
});

const { id: _, $schema: __, ...schema } = official;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const isSarif = ajv.compile(schema);

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const FORMATS = ["table", "json", "ndjson", "sarif", "junit", "github", "markdown", "html"];
/** A file may be called so. */
const NAME = "::add-mask::x \u001b[31m\n::error::y ##[group]z $(touch PWNED)'\u202e";

const VARIANTS: Kind[][] = [
  ["texts"],
  ["texts", "keys"],
  ["texts", "words"],
  ["ids"],
  ["texts", "words", "ids", "keys"],
];

/** Runs the command on a terminal and in a pipe, and looks at every line of both streams. */
async function checked(args: readonly string[]): Promise<Ran> {
  const format = args[args.indexOf("--format") + 1] ?? "";
  let last: Ran = { code: 0, stdout: "", stderr: "" };
  for (const isTty of format === "table" || !args.includes("--format") ? [true, false] : [false]) {
    last = await run(args, { isTty });
    const problems = [
      ...problemsOf(last.stdout, { isTty, github: format === "github" }),
      ...problemsOf(last.stderr),
    ];
    expect(
      problems,
      `${args.map((word) => JSON.stringify(word)).join(" ")} on ${isTty ? "a terminal" : "a pipe"}`,
    ).toEqual([]);
    expect(last.stderr, args.join(" ")).not.toMatch(/\n\s+at |INTERNAL/);
  }
  if (format === "html") expect(pageProblems(last.stdout)).toEqual([]);
  if (format === "junit") expect(xmlProblem(last.stdout)).toBeNull();
  if (format === "json" && last.stdout !== "") JSON.parse(last.stdout);
  if (format === "ndjson") for (const line of last.stdout.trimEnd().split("\n")) JSON.parse(line);
  if (format === "sarif") {
    isSarif(JSON.parse(last.stdout));
    expect(isSarif.errors).toBeNull();
  }
  return last;
}

async function sessionsOf(path: string): Promise<string[]> {
  const { stdout } = await run(["scan", path, "--format", "json", ...NOW]);
  const report = JSON.parse(stdout) as { inputs: { sessions?: { id: string }[] }[] };
  return report.inputs.flatMap(({ sessions }) => sessions ?? []).map(({ id }) => id);
}

async function checkReading(path: string): Promise<void> {
  for (const format of FORMATS) {
    await checked(["scan", path, "--format", format, "--show-titles", "--size", "--integrity", ...NOW]);
    await checked(["check", path, "--format", format, "--severity", "info", "--fail-on", "info", ...NOW]);
  }
  for (const session of (await sessionsOf(path)).slice(0, 3)) {
    const one = [path, "--session", session];
    for (const format of ["table", "json"])
      for (const command of ["inspect", "replay"]) {
        await checked([command, ...one, "--format", format, "--show-titles", "--show-content", ...NOW]);
        await checked([command, ...one, "--format", format, ...NOW]);
      }
  }
  for (const command of ["inspect", "replay"]) await checked([command, path, ...NOW]);
  await checked(["scan", path, "--session", present(HOSTILE[1]), ...NOW]);
  for (const format of ["table", "json"])
    await checked(["repair", path, "--format", format, "--show-content", "--unsafe", ...NOW]);
}

describe.each([
  ["opencode", "damaged.db"],
  ["instatic", "instatic.db"],
])("nothing in a database of %s acts in any output", (store, fixture) => {
  test.each(VARIANTS.map((kinds) => [kinds.join(", "), kinds] as const))(
    "hostile %s",
    async (name, kinds) => {
      const folder = dir.path(`${store} ${name} ${NAME}`);
      mkdirSync(folder);
      const path = join(folder, `${NAME}.db`);
      copyFileSync(join(FIXTURES, fixture), path);
      plantInDatabase(path, new Planter(kinds));
      await checkReading(path);
      if (store === "opencode")
        for (const session of (await sessionsOf(path)).slice(0, 3))
          for (const flags of [[], ["--redact"]])
            JSON.parse((await checked(["export", path, "--session", session, ...flags])).stdout);
      const untouched = readFileSync(path);
      await checked(["repair", path, "--undo-only", "--yes", ...NOW]);
      const undo = readdirSync(folder).find((entry) => entry.includes(".undo-"));
      if (undo) await checked(["restore", path, "--undo", join(folder, undo)]);
      writeFileSync(path, untouched);
      await checked(["repair", path, "--backup", "--yes", ...NOW]);
      await checked(["restore", path]);
    },
  );
});

const REQUESTS: Record<string, unknown> = {
  anthropic: {
    model: "m",
    max_tokens: 1,
    system: "s",
    tools: [{ name: "read", input_schema: {} }],
    messages: [
      {
        role: "user",
        content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: "x" } }],
      },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "t", signature: "s" },
          { type: "tool_use", id: "a", name: "read", input: { a: "b" } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "b", content: "r" }] },
      { role: "assistant", content: [{ type: "strange", text: "x" }] },
    ],
  },
  chat: {
    model: "m",
    messages: [
      { role: "user", content: "x", name: "n" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "a", type: "function", function: { name: "read", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "b", content: "r" },
    ],
  },
  responses: {
    model: "m",
    input: [
      { type: "message", role: "user", content: [{ type: "input_text", text: "x" }] },
      { type: "function_call", call_id: "a", name: "read", arguments: "{}" },
      { type: "function_call_output", call_id: "b", output: "r" },
      { type: "reasoning", id: "rs_1", summary: [] },
    ],
  },
};

describe("nothing in a JSON file acts in any output", () => {
  const files: [string, () => unknown][] = [
    ["export", () => JSON.parse(readFileSync(join(FIXTURES, "json/broken-opencode-export.json"), "utf8"))],
    ...Object.entries(REQUESTS).map(([name, value]): [string, () => unknown] => [name, () => value]),
  ];
  test.each(
    files.flatMap(([name, open]) => VARIANTS.map((kinds) => [name, kinds.join(", "), open, kinds] as const)),
  )("%s: hostile %s", async (name, kindNames, open, kinds) => {
    const path = dir.path(`${name} ${kindNames} ${NAME}.json`);
    writeFileSync(path, JSON.stringify(new Planter(kinds).json(open())));
    await checkReading(path);
    await checked(["repair", path, "--output", dir.path(`fixed ${name} ${kindNames} ${NAME}.json`), ...NOW]);
  });

  test.each(["{", "null", "[1, {}]", '{"messages": [', `x\n${HOSTILE[0]}`])(
    "no conversation: %s",
    async (text) => {
      const path = dir.path(`none ${NAME}.json`);
      writeFileSync(path, text);
      await checkReading(path);
    },
  );
});

test("the job summary of GitHub holds nothing that acts", () => {
  const text = readFileSync(summary, "utf8");
  expect(text.length).toBeGreaterThan(10_000);
  expect(problemsOf(text)).toEqual([]);
});

test("nothing that is typed acts in a message", async () => {
  for (const word of [...HOSTILE, NAME].map((text) => text.replaceAll("\u0000", ""))) {
    await checked([word]);
    await checked(["explain", word]);
    await checked(["explain", "--error", word]);
    for (const flag of [
      "--rule",
      "--provider",
      "--host-version",
      "--format",
      "--output",
      "--shard",
      "--baseline",
    ])
      await checked([
        "check",
        join(FIXTURES, "opencode.db"),
        flag,
        flag === "--output" ? dir.path(`no/${word}`) : word,
      ]);
    for (const command of ["scan", "inspect", "repair", "restore", "export", "replay"])
      await checked([command, word]);
    await checked(["repair", join(FIXTURES, "opencode.db"), "--plan", word]);
    await checked(["restore", join(FIXTURES, "opencode.db"), "--undo", word]);
  }
});

test("a plan from elsewhere acts in no message", async () => {
  const path = dir.path("planned.db");
  copyFileSync(join(FIXTURES, "damaged.db"), path);
  const { stdout } = await run(["repair", path, "--format", "json", ...NOW]);
  const plan = JSON.parse(stdout) as { terms: object };
  const saved = dir.path("plan.json");
  const hostile = new Planter(["texts", "words", "ids"]).json(plan) as { terms: object };
  for (const edited of [
    hostile,
    { ...hostile, terms: plan.terms },
    { ...plan, kind: HOSTILE[4], terms: { ...plan.terms, hostVersion: HOSTILE[4] } },
  ]) {
    writeFileSync(saved, JSON.stringify(edited));
    await checked(["repair", path, "--plan", saved, ...NOW]);
    await checked(["repair", path, "--plan", saved, "--undo-only", "--yes", ...NOW]);
  }
});
