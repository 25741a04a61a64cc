import { copyFileSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { buildCli } from "../src/cli.js";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { run } from "./support/run.js";
import { filesBelow, SRC } from "./support/sources.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const dir = scratch();
afterAll(dir.remove);
afterEach(() => vi.unstubAllEnvs());
const damaged = join(FIXTURES, "damaged.db");

const COMMANDS = new Map(
  filesBelow(join(SRC, "commands")).map((path) => [relative(SRC, path).replaceAll("\\", "/"), parsed(path)]),
);

function parsed(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
}

/** The names that a file reads of an object: `flags.name`, and `{ name }` or `{ name: other }` of a pattern. */
function readsOf(source: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.push(node.name.text);
    if (ts.isBindingElement(node)) names.push((node.propertyName ?? node.name).getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

/** A file of src/commands and the files of that folder that it imports. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  const text = COMMANDS.get(file)?.text;
  if (text === undefined || seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of text.matchAll(/"\.\/([\w-]+)\.js"/g)) withImports(`commands/${name}.ts`, seen);
  return seen;
}

describe("a flag that a command does not heed is not offered by it", () => {
  const program = buildCli(
    () => {},
    () => {},
  );
  const pairs = program.commands.flatMap((command) =>
    command.options.map((option) => [command.name(), option.attributeName()] as const),
  );

  test("every command is looked at", () => expect(program.commands.length).toBeGreaterThan(10));

  test.each(program.commands.map((command) => command.name()))("%s", (name) => {
    const reads = new Set(
      [...withImports(`commands/${name}.ts`)].flatMap((file) => {
        const source = COMMANDS.get(file);
        return source ? readsOf(source) : [];
      }),
    );
    const unheeded = pairs.filter(([command, flag]) => command === name && !reads.has(flag));
    expect(unheeded).toEqual([]);
  });
});

describe("--dry-run writes nothing, whatever the other flags say", () => {
  test("repair: the same plan and exit code as without it", async () => {
    const path = dir.path("dry.db");
    copyFileSync(damaged, path);
    const before = readFileSync(path);
    const dry = await run(["repair", path, "--backup", "--yes", "-n", ...NOW]);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(dry).toEqual({
      ...(await run(["repair", path, ...NOW])),
      stdout: expect.stringContaining(`doctor repair ${path} --backup --yes --now`),
    });
  });

  test("heal: the plan, and no question", async () => {
    const path = dir.path("dry-heal.db");
    copyFileSync(damaged, path);
    const before = readFileSync(path);
    const { code, stdout } = await run(["heal", path, "--yes", "--dry-run", ...NOW]);
    expect([code, stdout]).toEqual([1, expect.stringContaining("Nothing was written")]);
    expect(stdout).toContain("DELETED");
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe("repair mends what the filters leave", () => {
  const planned = async (...flags: string[]) => {
    const { stdout } = await run(["repair", damaged, "--format", "json", ...flags, ...NOW]);
    const { sessions }: { sessions: { mended: { rule: string; severity: string }[] }[] } = JSON.parse(stdout);
    return sessions.flatMap(({ mended }) => mended);
  };

  test("--severity and --ignore", async () => {
    const all = await planned();
    expect(new Set(all.map(({ severity }) => severity)).size).toBeGreaterThan(1);
    const errors = await planned("--severity", "error");
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter(({ severity }) => severity !== "error")).toEqual([]);
    const rule = errors[0]?.rule ?? "";
    expect((await planned("--ignore", rule)).map((one) => one.rule)).not.toContain(rule);
  });
});

test("inspect --fail-on counts", async () => {
  const inspect = ["inspect", damaged, "--session", "ses_e033a874", ...NOW];
  expect((await run(inspect)).code).toBe(0);
  expect((await run([...inspect, "--fail-on", "error"])).code).toBe(1);
});

describe("colours", () => {
  const painted = async (env: Record<string, string>, ...flags: string[]) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { stdout } = await run(["scan", damaged, ...NOW, ...flags]);
    vi.unstubAllEnvs();
    return stdout.includes("\u001b[");
  };

  test.each<[Record<string, string>, string[], boolean]>([
    [{}, [], false],
    [{}, ["--color"], true],
    [{ NO_COLOR: "1" }, ["--color"], true],
    [{ FORCE_COLOR: "1" }, [], true],
    [{ FORCE_COLOR: "0" }, [], false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, [], true],
    [{ FORCE_COLOR: "1" }, ["--no-color"], false],
  ])("in a pipe with %j %j: %s", async (env, flags, isPainted) => {
    expect(await painted(env, ...flags)).toBe(isPainted);
  });
});
