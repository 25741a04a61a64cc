import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";
import { image, reply, text, user, writeRows } from "../support/rows.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);
const NOW = ["--now", "2026-11-21T12:00:00Z"];

async function replayOf(provider: string, ...flags: string[]): Promise<string> {
  const path = dir.path(`${provider}.db`);
  const info = { model: { providerID: provider, modelID: "model" } };
  writeRows(path, [
    { ...user("hi"), info },
    { ...reply(text("ok")), info: { providerID: provider, modelID: "model" } },
    { ...user("look", image()), info },
    reply(text("ok")),
  ]);
  return (await run(["replay", path, ...flags, ...NOW])).stdout;
}

test.each([
  ["google", "gemini"],
  ["mistral", "mistral"],
  ["amazon-bedrock", "bedrock"],
  ["openai", "openai-responses"],
])("of %s, its own provider %s is asked", async (named, provider) => {
  expect(await replayOf(named)).toMatch(
    new RegExp(`next request to ${provider} from host [\\d.]+, the provider that it used last\n`),
  );
});

test("where nothing tells the provider, that is said; a provider that is named is asked", async () => {
  expect(await replayOf("my-gateway")).toContain("next request to anthropic from host 1.18.34, assumed");
  expect(await replayOf("my-gateway", "--provider", "groq")).toContain(
    "next request to groq from host 1.18.34\n",
  );
});

test("a captured request is asked of the provider of its format", async () => {
  const path = dir.path("request.json");
  writeFileSync(path, JSON.stringify({ model: "gpt-5", messages: [{ role: "user", content: "x" }] }));
  expect((await run(["replay", path, ...NOW])).stdout).toContain(
    "next request to openai-chat, the provider of its request format\n",
  );
});

test("a conversation that cannot be opened at all is told as such", async () => {
  const path = dir.path("closed.db");
  damagedCopy(path, "opencode", readFileSync(join(FIXTURES, "rules/malformed-json.opencode.sql"), "utf8"));
  const { stdout, code } = await run(["replay", path, ...NOW]);
  expect(stdout).toContain("The program cannot open this conversation at all.");
  expect(stdout).toContain("caused by ");
  expect(code).toBe(1);
});

test("texts are listed on request only", async () => {
  expect(await replayOf("google", "--show-content")).toContain("look");
  expect(await replayOf("google")).not.toContain("look");
});
