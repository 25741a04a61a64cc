import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { renderJson } from "../../src/files/json-text.js";
import { mendMessages } from "../../src/index.js";
import { FIXTURES, scratch } from "../support/fixtures.js";

const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const dir = scratch();
afterAll(dir.remove);

function doctor(...args: string[]) {
  return spawnSync(process.execPath, [DOCTOR, ...args], { encoding: "utf8", cwd: dir.folder });
}

const call = { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: {} }] };
const orphan = { role: "user", content: [{ type: "tool_result", tool_use_id: "z", content: "?" }] };
const hi = { role: "user", content: "hi" };

describe("the text of a mended copy", () => {
  const cases: [name: string, text: string, change: (value: never) => unknown, after: string][] = [
    [
      "numbers beside what changed keep their digits",
      '{"seed":12345678901234567890,"t":1.0,"list":[1]}',
      (value: { list: number[] }) => ({ ...value, list: [] }),
      '{"seed":12345678901234567890,"t":1.0,"list":[]}',
    ],
    [
      "a key that stands twice stays so",
      '{"a":{"n":1},"a":{"n":2},"list":[1]}',
      (value: { list: number[] }) => ({ ...value, list: [] }),
      '{"a":{"n":1},"a":{"n":2},"list":[]}',
    ],
    [
      "a file that is indented stays so",
      '{\n  "list": [\n    {"x": 1}\n  ]\n}\n',
      (value: { list: object[] }) => ({ ...value, list: [...value.list, {}] }),
      '{\n  "list": [\n    {"x": 1},\n    {}\n  ]\n}\n',
    ],
  ];
  test.each(cases)("%s", (_, text, change, after) => {
    const value = JSON.parse(text);
    expect(renderJson(text, value, change(value as never) as never)).toBe(after);
    expect(renderJson(text, value, value)).toBe(text);
  });
});

describe("files that are not what they seem", () => {
  const damaged = JSON.stringify({ model: "claude", messages: [hi, call, hi] });
  test("a link stays a link: the file behind it is mended", () => {
    writeFileSync(dir.path("real.json"), damaged);
    symlinkSync(dir.path("real.json"), dir.path("link.json"));
    expect(doctor("repair", "link.json", "--backup").status).toBe(0);
    expect(lstatSync(dir.path("link.json")).isSymbolicLink()).toBe(true);
    expect(readFileSync(dir.path("real.json"), "utf8")).toContain("interrupted");
  });
  test("what is no file is not replaced, and nothing half-written stays", () => {
    writeFileSync(dir.path("in.json"), damaged);
    const { status, stderr } = doctor("repair", "in.json", "--output", dir.folder);
    expect(status).toBe(2);
    expect(stderr).toContain("no file");
    expect(doctor("repair", "in.json", "--output", "none/out.json").status).toBe(2);
    expect(existsSync(dir.path("none"))).toBe(false);
  });
  test("a file of no known kind is said once, and not copied", () => {
    writeFileSync(dir.path("other.json"), '{"a":1}');
    const { status, stdout, stderr } = doctor("repair", "other.json", "--output", "copy.json");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.match(/neither an export nor a request/g)).toHaveLength(1);
    expect(existsSync(dir.path("copy.json"))).toBe(false);
  });
  test("elements of a list that are neither kind make the scan partial", () => {
    writeFileSync(dir.path("mixed.json"), JSON.stringify([{ messages: [hi] }, { foo: 1 }]));
    const { status, stdout } = doctor("scan", "mixed.json", "--format", "json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout).inputs[0]).toMatchObject({ status: "partial", counts: { sessions: 1 } });
  });
  test.each([
    ["inside a list of names", '"a.ts"'],
    ["behind a bracket pair", '"metadata"'],
  ])("an export that was cut %s is told as cut", (_, words) => {
    const message = { info: { id: "msg_1", metadata: {} }, parts: [{ type: "patch", files: ["a.ts"] }] };
    const lines = JSON.stringify({ info: { id: "ses_1" }, messages: [message] }, null, 2).split("\n");
    const end = lines.findIndex((line) => line.includes(words)) + 1;
    writeFileSync(dir.path("cut.json"), lines.slice(0, end).join("\n"));
    const { stdout, status } = doctor("scan", "cut.json", "--format", "json");
    expect(JSON.parse(stdout).inputs[0].status).toBe("truncated");
    expect(status).toBe(2);
  });
  test("parts of one id stay what they are, each for itself", () => {
    const part = (id: string, text: string) => ({
      id,
      sessionID: "ses_1",
      messageID: "msg_1",
      type: "text",
      text,
    });
    const time = { created: 1_795_242_723_887, updated: 1_795_242_723_887 };
    const body = {
      info: { id: "ses_1", projectID: "p", directory: "/home/dev", title: "t", version: "1.18.34", time },
      messages: [
        {
          info: {
            id: "msg_1",
            sessionID: "ses_1",
            role: "user",
            time,
            agent: "build",
            model: { providerID: "anthropic", modelID: "claude" },
          },
          parts: [part("prt_1", "FIRST"), part("prt_1", "SECOND"), part("prt_2", " ")],
        },
      ],
    };
    writeFileSync(dir.path("twice.json"), JSON.stringify(body));
    doctor("repair", "twice.json", "--output", "twice.fixed.json");
    const mended = readFileSync(dir.path("twice.fixed.json"), "utf8");
    expect(mended).toContain("FIRST");
    expect(mended).toContain("SECOND");
    expect(mended).not.toContain('" "');
  });
  test("a message that stands twice is told and never multiplied", () => {
    const whole = readFileSync(join(FIXTURES, "json/healthy-opencode-export.json"), "utf8");
    const body = JSON.parse(whole) as { messages: { parts: { type: string }[] }[] };
    const at = body.messages.findIndex(({ parts }) => parts.some(({ type }) => type === "tool"));
    const copy = structuredClone(body.messages[at]) ?? { parts: [] };
    const more = { ...copy, parts: [...copy.parts, { ...copy.parts[0], type: "text", text: "ONLY HERE" }] };
    body.messages.splice(at, 0, copy, more);
    const sizes = (name: string) =>
      (JSON.parse(readFileSync(dir.path(name), "utf8")) as typeof body).messages.map(
        ({ parts }) => parts.length,
      );
    writeFileSync(dir.path("again.json"), JSON.stringify(body));
    const { stdout } = doctor("scan", "again.json", "--format", "json");
    expect(stdout).toContain("2 messages have the id of another one");
    doctor("repair", "again.json", "--output", "again1.json");
    doctor("repair", "again1.json", "--output", "again2.json");
    expect(readFileSync(dir.path("again1.json"), "utf8").split("ONLY HERE")).toHaveLength(2);
    expect(Math.max(...sizes("again1.json"))).toBeLessThanOrEqual(copy.parts.length + 1);
    expect(readFileSync(dir.path("again2.json"), "utf8")).toBe(readFileSync(dir.path("again1.json"), "utf8"));
  });
  test("a body that becomes one of another format is mended in that format too, at once", () => {
    const search = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } };
    const messages = [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: [{ type: "text", text: "I search." }, search] },
      { role: "tool", content: "And?" },
      { role: "user", content: "Thanks" },
    ];
    writeFileSync(dir.path("two.json"), JSON.stringify({ model: "claude", max_tokens: 1, messages }));
    doctor("repair", "two.json", "--unsafe", "--output", "two1.json");
    doctor("repair", "two1.json", "--unsafe", "--output", "two2.json");
    const mended = readFileSync(dir.path("two1.json"), "utf8");
    expect(mended).not.toContain("srvtoolu_1");
    expect(readFileSync(dir.path("two2.json"), "utf8")).toBe(mended);
  });
  test("a session that is not there is not found", () => {
    writeFileSync(dir.path("in.json"), damaged);
    expect(doctor("repair", "in.json", "--session", "nope")).toMatchObject({ status: 2 });
  });
  test("a baseline never overwrites anything but a baseline", () => {
    writeFileSync(dir.path("in.json"), damaged);
    expect(doctor("check", "in.json", "--baseline", "in.json", "--update-baseline").status).toBe(2);
    expect(readFileSync(dir.path("in.json"), "utf8")).toBe(damaged);
  });
});

describe("messages that are not what they seem", () => {
  test("entries that are no messages stay where they are", () => {
    const messages = [hi, call, null, "x", hi] as object[];
    const { messages: mended } = mendMessages(messages, { format: "anthropic" });
    expect(mended).toEqual([hi, call, expect.objectContaining({ role: "user" }), null, "x", hi]);
  });
  test("content that is an object is kept", () => {
    const odd = { role: "user", content: { type: "text", text: "words" } };
    const { messages } = mendMessages([hi, call, odd], { format: "anthropic" });
    expect(JSON.stringify(messages)).toContain("words");
  });
  test("a result too many is never the answer to a later call", () => {
    const chat = (id: string) => ({
      role: "assistant",
      content: null,
      tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}" } }],
    });
    const tool = (content: string) => ({ role: "tool", tool_call_id: "a", content });
    const messages = [hi, chat("a"), tool("first"), tool("again"), hi, chat("a"), hi];
    const { messages: mended } = mendMessages(messages, { format: "openai-chat" });
    expect(mended.slice(-2)).toEqual([
      expect.objectContaining({ role: "tool", content: "[Tool execution was interrupted]" }),
      hi,
    ]);
    expect(JSON.stringify(mended)).not.toContain("again");
  });
  test("a request of which nothing would be left stays as it is, and says why", () => {
    const messages = [orphan];
    const { messages: mended, remaining } = mendMessages(messages, { format: "anthropic" });
    expect(mended).toBe(messages);
    expect(remaining.map(({ rule }) => rule)).toContain("orphan-tool-result");
  });
  test("a provider of another wire is asked where it is named", () => {
    const { actions } = mendMessages([hi, call, hi], { format: "anthropic", provider: "deepseek" });
    expect(actions.map(({ rule }) => rule)).toEqual(["missing-tool-result"]);
  });
  test("unknown formats and missing options are usage errors", () => {
    expect(() => mendMessages([], { format: "xml" as never })).toThrow(/known: anthropic/);
    expect(() => mendMessages([], undefined as never)).toThrow(/no format/);
  });
});
