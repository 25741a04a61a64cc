import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { buildCli } from "../src/cli.js";
import { offersFor } from "../src/commands/complete.js";
import { SHELLS } from "../src/commands/shells.js";
import { FIXTURES, openedCopy, scratch } from "./support/fixtures.js";
import { run } from "./support/run.js";

const dir = scratch();
afterAll(dir.remove);
const program = buildCli(
  () => {},
  () => {},
);
const damaged = join(FIXTURES, "damaged.db");
const words = (...typed: string[]) => offersFor(typed, program).offers.map(({ word }) => word);
const takesFiles = (...typed: string[]) => offersFor(typed, program).files === true;

describe("the words that may stand at the end of a command line", () => {
  test.each<[string[], string[]]>([
    [["sc"], ["scan"]],
    [["help", "expl"], ["explain"]],
    [["--vers"], ["--version"]],
    [["scan", "--stat"], ["--statistics"]],
    [["explain", "stuck-t"], ["stuck-tool"]],
    [["scan", "--ignore", "blank"], ["blank-text"]],
    [["replay", "--provider", "openai-r"], ["openai-responses"]],
    [
      ["scan", "--provider", "=", "goo"],
      ["google-vertex-anthropic", "google", "google-vertex"],
    ],
    [["scan", "--fail-on=e"], ["--fail-on=error"]],
    [["scan", "--format", "js"], ["json"]],
    [
      ["completion", "="],
      ["bash", "zsh", "fish", "powershell"],
    ],
    [["inspect", damaged, "--session", "ses_e0331f"], ["ses_e0331f65cffeeMh0AeWFh9myYW"]],
    [["inspect", damaged, "--session", "la"], ["latest"]],
    [["inspect", join(FIXTURES, "baseline.json"), "--session", "ses"], []],
    [["scan", "--model", ""], []],
  ])("%j: %j", (typed, offered) => expect(words(...typed)).toEqual(offered));

  test("names of files, where a file may stand", () => {
    expect(takesFiles("scan", "")).toBe(true);
    expect(takesFiles("repair", "--plan", "")).toBe(true);
    expect(takesFiles("explain", "")).toBe(false);
    expect(takesFiles("scan", "--rule", "")).toBe(false);
  });

  test("every command is offered, but for the one that shells call", () => {
    expect(words("")).toEqual(expect.arrayContaining(["heal", "completion", "restore"]));
    expect(words("")).not.toContain("complete");
  });

  test("an id that a shell could take for more than a word is not offered", () => {
    const path = dir.path("hostile.db");
    const db = openedCopy(path, "opencode");
    db.pragma("foreign_keys = off");
    db.prepare("update session set id = ? where id = (select min(id) from session)").run("ses_$(touch x)");
    db.close();
    const healthy = join(FIXTURES, "opencode.db");
    expect(words("inspect", healthy, "--session", "")).toEqual([
      "latest",
      expect.stringMatching(/^ses_\w+$/),
    ]);
    expect(words("inspect", path, "--session", "")).toEqual(["latest"]);
  });

  test("are printed with a description", async () => {
    const { code, stdout } = await run(["complete", "--", "scan", "--lon"]);
    expect([code, stdout]).toEqual([0, "--long list every finding, with its rows and effects\n"]);
    expect((await run(["completion", "zsh"])).stdout).toBe(SHELLS.zsh);
    expect((await run(["completion", "tcsh"])).code).toBe(2);
  });
});

const hasBash = spawnSync("bash", ["-c", "exit 0"]).status === 0;

test.runIf(hasBash)("bash hands every word over as it is, and evaluates none (skipped without bash)", () => {
  const stub = `doctor() { printf '%s\\n' "\${@:3}" > seen; printf '%s\\n' 'one about $(touch ran)' '$(touch ran)' ':files'; }`;
  const line = `COMP_WORDS=(doctor scan 'a b' '$(touch ran)' ''); COMP_CWORD=4; _doctor`;
  const { stdout, stderr } = spawnSync(
    "bash",
    ["--norc", "-c", `${stub}\n${SHELLS.bash}\n${line} 2>/dev/null; cat seen; echo "=\${COMPREPLY[*]}"`],
    { cwd: dir.folder, encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(stdout).toBe("scan\na b\n$(touch ran)\n\n=one $(touch\n");
  expect(existsSync(dir.path("ran"))).toBe(false);
});

test("files of this machine are looked at where none is named", async () => {
  vi.stubEnv("OPENCODE_DB", damaged);
  expect(words("inspect", "--session", "ses_e0331f")).toContain("ses_e0331f65cffeeMh0AeWFh9myYW");
  vi.unstubAllEnvs();
});
