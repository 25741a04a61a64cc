import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { CORPUS, hasCorpus, scratch } from "./support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

async function scanText(name: string, text: string | Buffer) {
  const path = dir.path(name);
  writeFileSync(path, text);
  return scan(path, { now: NOW });
}

test("missing-tool-calls: a request that lost every tool call is reported once, with its counts", async () => {
  const messages = [
    { role: "system", content: "s" },
    ...Array.from({ length: 6 }, () => ({ role: "user", content: "u" })),
    ...Array.from({ length: 66 }, (_, index) => ({ role: "assistant", content: index % 2 ? "" : "words" })),
    ...Array.from({ length: 119 }, (_, index) => ({
      role: "tool",
      tool_call_id: `call_${index}`,
      content: "r",
    })),
  ];
  const report = await scanText("lost.json", JSON.stringify({ model: "m", messages }));
  const errors = report.findings.filter((finding) => finding.severity === "error");
  expect(errors.map((finding) => finding.rule)).toEqual(["missing-tool-calls"]);
  expect(errors[0]?.evidence).toMatchObject({
    messages: 192,
    roles: { system: 1, user: 6, assistant: 66, tool: 119 },
    calls: 0,
    results: 119,
    orphans: 119,
  });
});

describe("files that are not as they should be", () => {
  const whole = JSON.stringify({
    messages: [
      { role: "user", content: "x" },
      { role: "assistant", content: "y" },
      { role: "user", content: "z" },
    ],
  });
  test.each([
    ["a cut document", whole.slice(0, 40), "truncated", "TRUNCATED"],
    ["no JSON", "hello", "unsupported", "UNSUPPORTED"],
    ["another document", '{"a":1}', "unsupported", "UNSUPPORTED"],
    ["an empty list", "[]", "unsupported", "UNSUPPORTED"],
    ["broken JSON", '{"a":}', "unreadable", "INVALID_JSON"],
  ])("%s", async (name, content, status, code) => {
    const report = await scanText(`${name.replaceAll(" ", "-")}.json`, content);
    expect(report.inputs[0]).toMatchObject({ status, error: { code } });
    expect(report.incomplete).toBe(true);
  });
  test("a byte order mark, and UTF-16", async () => {
    expect((await scanText("bom.json", `\ufeff${whole}`)).inputs[0]?.status).toBe("ok");
    expect((await scanText("utf16.json", Buffer.from(`\ufeff${whole}`, "utf16le"))).inputs[0]?.status).toBe(
      "ok",
    );
  });
  test("JSON Lines: a bad line is said, the others are checked", async () => {
    const report = await scanText(
      "many.jsonl",
      `${whole}\n{"cut":\n${JSON.stringify({
        messages: [
          { role: "user", content: "y" },
          { role: "assistant", content: "z" },
        ],
        model: "claude-x",
      })}\n`,
    );
    expect(report.inputs[0]).toMatchObject({ status: "partial", counts: { sessions: 2 } });
    expect(report.findings.map((finding) => `${finding.rule} ${finding.session}`)).toContain(
      "assistant-prefill line 3",
    );
  });
  test("__proto__ keys, null content and numbers beyond reason do no harm", async () => {
    const report = await scanText(
      "odd.json",
      '{"__proto__":{"x":1},"messages":[{"role":"user","content":"x","__proto__":null},{"role":"assistant","content":null},{"role":"user","content":[2000000000000000000000,"s",null]}]}',
    );
    expect(report.inputs[0]?.status).toBe("ok");
  });
});

describe.skipIf(!hasCorpus)("exports of the real program (skipped without the shared corpus)", () => {
  const names = hasCorpus
    ? readdirSync(join(CORPUS, "opencode")).filter((name) => name.endsWith(".export.json"))
    : [];
  test.each(names)("%s is judged as the database that it came from", async (name) => {
    const rules = async (path: string) =>
      (await scan(path, { now: NOW })).findings
        .filter((finding) => finding.session?.startsWith("ses_"))
        .map((finding) => `${finding.severity} ${finding.rule} ${finding.part ?? finding.message ?? ""}`);
    const exported = await rules(join(CORPUS, "opencode", name));
    const stored = await rules(join(CORPUS, "opencode", name.replace(".export.json", ".db")));
    expect(exported).toEqual(stored);
  });
});
