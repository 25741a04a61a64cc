import { rmSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { exitCode, scan } from "../../src/index.js";
import { scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

async function refusal(path: string): Promise<string> {
  const report = await scan(path, { now: 0 });
  expect(report.inputs[0]).toMatchObject({ status: "unsupported", error: { code: "UNSUPPORTED" } });
  expect(exitCode(report, "error")).toBe(2);
  return report.inputs[0]?.error?.message ?? "";
}

describe("what is known by sight and not read is named", () => {
  const prompt = { role: "user", content: "hi" };
  const bodies: [name: string, body: unknown, told: string][] = [
    [
      "Cohere, by its model",
      { model: "command-a-03-2025", messages: [prompt, { role: "assistant", content: "a" }] },
      "Cohere v2",
    ],
    [
      "Cohere, by what only it has",
      { model: "x", messages: [prompt, { role: "assistant", tool_plan: "look", tool_calls: [] }] },
      "Cohere v2",
    ],
    ["Cohere, the older API", { message: "hi", chat_history: [] }, "Cohere v1"],
    ["Ollama, by its options", { model: "llama3", messages: [prompt], options: { seed: 1 } }, "Ollama"],
    [
      "Ollama, by its calls",
      {
        model: "llama3",
        messages: [prompt, { role: "assistant", tool_calls: [{ function: { name: "f", arguments: {} } }] }],
      },
      "Ollama",
    ],
    [
      "messages of a user interface",
      [{ id: "1", role: "user", parts: [{ type: "text", text: "hi" }] }],
      "UIMessage",
    ],
  ];
  test.each(bodies)("%s", async (_, body, told) => {
    const path = dir.path("foreign.json");
    writeFileSync(path, JSON.stringify(body));
    expect(await refusal(path)).toContain(told);
    writeFileSync(path, `${JSON.stringify(body)}\n${JSON.stringify(body)}\n`);
    expect(await refusal(path)).toContain("line 1 is");
  });

  const MESSAGES = "id text, session_id text, role text, parts text, model text";
  test.each([
    ["the older opencode", MESSAGES, "older opencode"],
    ["Crush", `${MESSAGES}, provider text`, "Crush"],
  ])("the database of %s", async (_, columns, told) => {
    const path = dir.path("foreign.db");
    rmSync(path, { force: true });
    const db = openForWriting(writeEmpty(path));
    db.exec(
      `create table sessions (id text, title text, message_count integer); create table messages (${columns})`,
    );
    db.close();
    expect(await refusal(path)).toContain(told);
  });
});

function writeEmpty(path: string): string {
  writeFileSync(path, "");
  return path;
}
