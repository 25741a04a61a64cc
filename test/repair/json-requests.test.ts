import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { PROVIDERS } from "../../src/providers/providers.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const dir = scratch();
afterAll(dir.remove);

function doctor(...args: string[]) {
  return spawnSync(process.execPath, [DOCTOR, ...args, "--now", String(NOW)], {
    encoding: "utf8",
    cwd: dir.folder,
    maxBuffer: 1 << 28,
  });
}

const errorsOf = async (path: string, providers: string[] = []) =>
  (await scan(path, { now: NOW, providers })).findings
    .filter(({ severity }) => severity === "error")
    .map(({ rule }) => rule);

describe("doctor repair of captured requests", () => {
  const lost = () => {
    const words = (index: number) => (index % 2 ? "" : `step ${index}`);
    const steps = Array.from({ length: 66 }, (_, index) => [
      { role: "assistant", content: words(index) },
      ...Array.from({ length: index < 53 ? 2 : 1 }, (__, nth) => ({
        role: "tool",
        tool_call_id: `call_${index}_${nth}`,
        content: "r",
      })),
    ]);
    const ask = (content: string) => ({ role: "user", content });
    const asks = Array.from({ length: 5 }, (_, index) => ask(`more ${index}`));
    return {
      model: "m",
      messages: [{ role: "system", content: "s" }, ask("go"), ...steps.flat(), ...asks],
    };
  };
  const database = () => {
    const path = dir.path("calls.db");
    const rows = lost().messages.flatMap((message, index) =>
      "tool_call_id" in message
        ? [
            `insert into part (id, message_id, session_id, time_created, time_updated, data)
             select 'prt_zz${String(index).padStart(4, "0")}', m.id, m.session_id, 1, 1,
             '{"type":"tool","callID":"${message.tool_call_id}","tool":"read","state":{"status":"completed","input":{"n":12345678901234567890},"output":"r","title":"","metadata":{},"time":{"start":1,"end":1}}}'
             from message m order by m.id limit 1;`,
          ]
        : [],
    );
    damagedCopy(path, "opencode", rows.join("\n"));
    return path;
  };

  test("192 messages with 119 results and no calls: reported, and mended from the database for every provider", async () => {
    const request = JSON.stringify(lost(), null, 2);
    writeFileSync(dir.path("lost.json"), request);
    expect(lost().messages).toHaveLength(192);
    expect(doctor("scan", "lost.json", "--long").stdout.replace(/\s+/g, " ")).toContain(
      "192 messages: system 1, user 6, assistant 66, tool 119; 0 calls, 119 results, 119 orphans",
    );
    const refused = doctor("repair", "lost.json");
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain("--from");
    const done = doctor("repair", "lost.json", "--from", database(), "--output", "fixed.json");
    expect(done).toMatchObject({ status: 0, stderr: "" });
    const every = PROVIDERS.filter(({ wire, id }) => wire === "openai-chat" && id !== "mistral").map(
      ({ id }) => id,
    );
    for (const provider of every) {
      const errors = await errorsOf(dir.path("fixed.json"), [provider]);
      // Prompts in a row are the request's own; strict templates alone refuse them.
      expect(
        errors.filter((rule) => rule !== "role-order"),
        provider,
      ).toEqual([]);
    }
    const fixed = readFileSync(dir.path("fixed.json"), "utf8");
    expect(fixed).toContain('{\\"n\\":12345678901234567890}');
    expect(JSON.parse(fixed).messages).toHaveLength(192);
    expect(readFileSync(dir.path("lost.json"), "utf8")).toBe(request);
    const again = doctor("repair", "fixed.json", "--output", "again.json");
    expect(again.status).toBe(0);
    expect(readFileSync(dir.path("again.json"), "utf8")).toBe(fixed);
  });

  test("a database that does not know every call takes no result away, but on request", () => {
    const some = lost();
    for (const message of some.messages.slice(-9))
      if ("tool_call_id" in message) message.tool_call_id += "_x";
    writeFileSync(dir.path("some.json"), JSON.stringify(some));
    const kept = doctor("repair", "some.json", "--from", database(), "--output", "kept.json");
    expect(kept.status).toBe(1);
    expect(kept.stdout).toMatch(/the database knows 1\d\d of the 119 calls/);
    expect(readFileSync(dir.path("kept.json"), "utf8")).toBe(JSON.stringify(some));
    const asked = doctor("repair", "some.json", "--from", database(), "--unsafe", "--output", "asked.json");
    expect(asked.status).toBe(0);
    const left = readFileSync(dir.path("asked.json"), "utf8");
    expect(left).toContain('"tool_calls"');
    expect(left).not.toContain("_x");
  });

  test("without the database the results go only on request", async () => {
    writeFileSync(dir.path("drop.json"), JSON.stringify(lost()));
    expect(doctor("repair", "drop.json", "--unsafe", "--backup").status).toBe(0);
    expect(await errorsOf(dir.path("drop.json"))).toEqual([]);
    const backup = present(readdirSync(dir.folder).find((name) => name.startsWith("drop.json.backup-")));
    expect(readFileSync(dir.path(backup), "utf8")).toBe(JSON.stringify(lost()));
  });

  test("JSON Lines: lines that are whole, or no JSON, stay as they are", () => {
    const whole = '{"model": "m",  "messages":[{"role":"user","content":"x", "n": 1.0}]}';
    const broken = JSON.stringify({
      model: "m",
      messages: [
        { role: "user", content: "x" },
        { role: "tool", tool_call_id: "a", content: "?" },
        {
          role: "assistant",
          content: "y",
          tool_calls: [{ id: "b", function: { name: "f", arguments: "{}" } }],
        },
      ],
    });
    writeFileSync(dir.path("many.jsonl"), `${whole}\n{"cut":\n${broken}\n`);
    const { status, stderr } = doctor("repair", "many.jsonl", "--output", "many.fixed.jsonl");
    expect(stderr).toContain("line 2 is no JSON");
    expect(status).toBe(2);
    const lines = readFileSync(dir.path("many.fixed.jsonl"), "utf8").split("\n");
    expect(lines.slice(0, 2)).toEqual([whole, '{"cut":']);
    expect(JSON.parse(present(lines[2])).messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
    ]);
    expect(lines[3]).toBe("");
  });

  test.each([
    [["many.jsonl", "--undo-only"], "no undo journal"],
    [["many.jsonl", "--backup", "--output", "x.json"], "one of them"],
    [["many.jsonl", "--output", "many.jsonl"], "EXISTS|input"],
    [["calls.db", "--from", "calls.db"], "--from"],
  ])("wrong use is exit 2: %s", (args, words) => {
    writeFileSync(dir.path("many.jsonl"), '{"messages":[{"role":"user","content":"x"}]}\n');
    database();
    const { status, stderr } = doctor("repair", ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(words));
  });
});

test("a healthy prompt beside a damaged request keeps every byte, and a second repair changes nothing", async () => {
  const prompt = '{"model":"gpt-5","input":"Check"}';
  const damaged = {
    model: "gpt-5",
    input: [
      { role: "assistant", content: [{ type: "input_text", text: "I will." }] },
      { role: "user", content: "Go" },
    ],
  };
  const path = dir.path("prompts.jsonl");
  writeFileSync(path, `${prompt}\n${JSON.stringify(damaged)}\n`);
  const repair = ["repair", path, "--no-backup", "--yes", "--now", String(NOW)];
  expect((await run(repair)).stdout).toContain("Wrote");
  const mended = readFileSync(path, "utf8");
  expect(mended.split("\n")[0]).toBe(prompt);
  expect((await run(repair)).stdout).toContain("Nothing to repair");
  expect(readFileSync(path, "utf8")).toBe(mended);
});
