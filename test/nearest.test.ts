import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearest } from "../src/nearest.js";
import { PROVIDERS, providerNamed } from "../src/providers/providers.js";
import { FIXTURES } from "./support/fixtures.js";
import { run } from "./support/run.js";

const damaged = join(FIXTURES, "damaged.db");
const SESSION = "ses_e032db6a1ffec9MPEhUj8sDHgp";

test("the word that a mistyped one is most like, or none", () => {
  const words = ["stuck-tool", "orphan-tool-result", "blank-text"];
  expect(nearest("stuk-tool", words)).toBe("stuck-tool");
  expect(nearest("STUCK-TOOL", words)).toBe("stuck-tool");
  expect(nearest("tool-result", words)).toBe("orphan-tool-result");
  expect(nearest("blank", words)).toBe("blank-text");
  expect(nearest("xyz", words)).toBeUndefined();
  expect(nearest("", words)).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});

describe("a mistyped word is told, with the word that was meant, and exit 2", () => {
  test.each([
    [["explain", "stuk-tool"], "did you mean stuck-tool?"],
    [["scan", damaged, "--ignore", "blank-txt"], "did you mean blank-text?"],
    [["scan", damaged, "--rule", "qqqq"], "doctor rules lists them"],
    [["scan", damaged, "--provider", "gogle"], "did you mean google?"],
    [["replay", damaged, "--provider", "qqqq"], "known: anthropic, openai-chat"],
    [["scan", damaged, "--sesion", "x"], "Did you mean --session?"],
    [["inspekt", damaged], "Did you mean inspect?"],
    [["inspect", damaged, "--session", SESSION.replace("1ff", "1fe")], `did you mean ${SESSION}?`],
    [["scan", damaged, "--session", SESSION.replace("1ff", "1fe")], `did you mean ${SESSION}?`],
    [["repair", damaged, "--session", SESSION.replace("1ff", "1fe")], `did you mean ${SESSION}?`],
    [["export", damaged, "--session", SESSION.replace("1ff", "1fe")], `did you mean ${SESSION}?`],
    [["inspect", damaged, "--session", "ses_e03"], `"ses_e03" fits 7 conversations`],
    [["replay", damaged, "--session", "a", "--session", "b"], "only one at a time here"],
  ])("%j", async (args, told) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout + stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe("a word of other tools leads to the command that does it", () => {
  test.each([
    [["fix"], "doctor heal"],
    [["list"], "doctor sessions"],
    [["undo", damaged], "doctor restore"],
    [["scan", damaged, "--json"], "--format json"],
    [["scan", damaged, "--fix"], "doctor repair --backup"],
    [[damaged], `doctor scan ${damaged}`],
  ])("%j", async (args, told) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`next: ${told}`)]);
  });

  test("a word that nobody has leads nowhere", async () =>
    expect((await run(["constructor"])).stderr).not.toContain("next:"));
});

describe("providers have other names", () => {
  test.each([
    ["openai", "openai-responses"],
    ["google", "gemini"],
    ["github-copilot", "openai-chat"],
    ["OpenRouter", "openai-chat"],
    ["anthropic", "anthropic"],
  ])("%s is %s", (name, id) => expect(providerNamed(name)?.id).toBe(id));

  test("no name stands for two", () => {
    const names = PROVIDERS.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
