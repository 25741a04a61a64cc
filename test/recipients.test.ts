import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import type { JsonObject } from "../src/model/conversation.js";
import { recipientOf } from "../src/providers/recipients.js";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { errorsIn, findingsIn } from "./support/judging.js";

const dir = scratch();
afterAll(dir.remove);

const says = (role: string, ...content: JsonObject[]): JsonObject => ({ role, content });
const text = (words: string): JsonObject => ({ type: "text", text: words });
const unsigned: JsonObject = { type: "thinking", thinking: "hm" };
const hi = says("user", text("hi"));
const claude = (settings: JsonObject, ...messages: JsonObject[]): JsonObject => ({
  model: "claude-sonnet-4-5",
  ...settings,
  messages,
});

describe("who the body was made for", () => {
  const pair: JsonObject[] = [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "user", content: "go on" },
  ];
  const chat = (model?: string): JsonObject => ({
    ...(model && { model }),
    messages: [{ role: "user", content: "hi" }, ...pair],
  });
  test.each([
    ["gpt-5", "error"],
    [undefined, "error"],
    ["my-alias", "error"],
    ["anthropic/claude-x", "error"],
    ["ft:gpt-4o:org::id", "error"],
    ["deepseek-chat", "error"],
    ["gpt-oss-120b", "info"],
    ["llama3.2:3b", "info"],
    ["deepseek-ai/DeepSeek-R1", "info"],
    ["palmyra-x5", "info"],
  ])("a call without its result, model %s: %s", (model, severity) => {
    const [missing] = findingsIn(chat(model)).filter(({ rule }) => rule === "missing-tool-result");
    expect(missing?.severity).toBe(severity);
    expect(errorsIn(chat(model), ["openai-chat"])).toEqual(["missing-tool-result"]);
  });
  test("the body itself tells", () => {
    expect(recipientOf({ format: "anthropic", isForBedrock: true })).toBe("bedrock");
    expect(recipientOf({ format: "anthropic", model: "us.anthropic.claude-x-v1:0" })).toBe("bedrock");
    expect(recipientOf({ format: "anthropic", model: "claude-x" })).toBeUndefined();
    expect(recipientOf({ format: "openai-responses", model: "deepseek-v4" })).toBe("deepseek");
  });
  test("thinking of a model of another maker is not held against Anthropic's rules", () => {
    const history = [hi, says("assistant", unsigned, text("a")), hi, says("assistant", unsigned), hi];
    expect(errorsIn({ model: "deepseek-v4", system: "s", messages: history })).toEqual([]);
    expect(new Set(errorsIn(claude({}, ...history)))).toEqual(
      new Set(["dangling-thinking", "invalid-thinking"]),
    );
  });
});

describe("--model, where the body does not say it", () => {
  const body = { anthropic_version: "bedrock-2023-05-31", messages: [hi, says("assistant", text("{"))] };
  test("a model that takes a prefill, and one that does not", () => {
    expect(errorsIn(body, ["anthropic"])).toEqual(["assistant-prefill"]);
    expect(errorsIn(body, ["anthropic"], "claude-haiku-4-5")).toEqual([]);
    expect(errorsIn(body, [], "anthropic.claude-haiku-4-5-v1:0")).toEqual([]);
    expect(errorsIn(body, [], "anthropic.claude-opus-4-8-v1:0")).toEqual(["assistant-prefill"]);
    expect(errorsIn({ ...body, model: "claude-opus-4-8" }, ["anthropic"], "claude-haiku-4-5")).toEqual([
      "assistant-prefill",
    ]);
  });
  test("on the command line, for scan, replay and repair", async () => {
    const path = dir.path("prefill.json");
    writeFileSync(path, JSON.stringify(body));
    const doctor = (...args: string[]) =>
      spawnSync(process.execPath, [join(FIXTURES, "../bin/doctor.js"), ...args], { encoding: "utf8" });
    const named = ["--provider", "anthropic", "--model", "claude-haiku-4-5"];
    expect(doctor("scan", path, "--provider", "anthropic").status).toBe(1);
    expect(doctor("scan", path, ...named).status).toBe(0);
    expect(doctor("replay", path, ...named).stdout).toContain("accepted");
    expect(doctor("repair", path, "--unsafe", ...named).status).toBe(0);
    expect((await scan(path, { now: 0 })).inputs[0]?.formats).toEqual(["anthropic"]);
  });
});
