import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readJsonItems } from "../../src/files/json-file.js";
import { type JsonPath, placesIn } from "../../src/files/json-places.js";
import { scan } from "../../src/index.js";
import type { Json } from "../../src/model/conversation.js";
import { present } from "../../src/model/present.js";
import type { Finding } from "../../src/model/report.js";
import { conversationsIn } from "../../src/scan/json-conversations.js";
import { locate } from "../../src/scan/locate.js";
import { CORPUS, FIXTURES, hasCorpus, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

describe("where the value at a path begins", () => {
  const cases: [string, JsonPath, string | undefined][] = [
    ['{"a": 1}', [], "1:1"],
    ['  \n {"a": 1}', [], "2:2"],
    ['{"a": 1, "b": [10, 20]}', ["b", 1], "1:20"],
    ['{\r\n  "a": {\r\n    "b": null\r\n  }\r\n}', ["a", "b"], "3:10"],
    ['[[], {}, [{"x": {}}], "y"]', [2, 0, "x"], "1:17"],
    ['[[], {}, [{"x": {}}], "y"]', [3], "1:23"],
    ['{"a": ["}", ",", "]", "\\""], "b": true}', ["b"], "1:35"],
    ['{"a\\"b\\u0041": -1e3}', ['a"bA'], "1:16"],
    ['{"text": "caf\u00e9 \u{1f600}\u2028", "b": 0}', ["b"], "1:27"],
    ['{"a": [1], "a": [1, 2]}', ["a", 0], "1:18"],
    ['{"__proto__": {"length": 3}}', ["__proto__", "length"], "1:26"],
    ['{"a": [1]}', ["a", 1], undefined],
  ];
  test.each(cases)("%s at %j: %s", (text, path, expected) => {
    expect(() => JSON.parse(text)).not.toThrow();
    const [place] = placesIn(text, [path]);
    expect(place && `${place.line}:${place.column}`).toBe(expected);
  });

  test("however deep it is nested", () => {
    const deep = 200_000;
    const text = `{"a": ${"[".repeat(deep)}${"]".repeat(deep)}, "b": 1}`;
    expect(placesIn(text, [["b"]])).toEqual([{ line: 1, column: 2 * deep + 14 }]);
  });
});

/** Where a finding with this message and part is noted. */
function placeOf(text: string, of: Pick<Finding, "message" | "part">, line = 0): string {
  const value = JSON.parse(text) as Json;
  const finding = { ...of } as Finding;
  locate(
    { value, text, line, bytes: 0 },
    conversationsIn(value, line).map((one) => ({ ...one, findings: [finding] })),
  );
  return `${present(finding.location).line}:${present(finding.location).column}`;
}

describe("the place of a finding of a request", () => {
  const anthropic = `{
  "model": "claude",
  "messages": [
    {"role": "user", "content": "hi"},
    {"role": "assistant", "content": [
      {"type": "text", "text": "a"},
      {"type": "tool_use", "id": "1", "name": "f", "input": {}}
    ]}
  ]
}`;
  const chat = `{"model": "gpt", "messages": [
{"role": "user", "content": "hi"},
{"role": "assistant", "content": null,
 "tool_calls": [ {"id": "1"},
  {"id": "2"}]}]}`;
  const responses =
    '{"instructions": "x",\n "input": [\n{"role": "user", "content": "x"},\n  {"type": "function_call"}]}';
  const bare = ' [{"role": "user", "content": "x"},\n {"role": "assistant", "content": "y"}]';
  const cases: [string, string, string | undefined, string][] = [
    ["the message", anthropic, "1", "5:5"],
    ["a block", anthropic, "1.content.1", "7:7"],
    ["a block inside which nothing is", anthropic, "1.content.1.nothing.0", "7:7"],
    ["a field", anthropic, "0.content", "4:33"],
    ["an index that the message has not", anthropic, "1.900", "5:5"],
    ["an index beyond the list", anthropic, "9", "1:1"],
    ["no index", anthropic, "length", "1:1"],
    ["the whole request", anthropic, "request", "1:1"],
    ["no message", anthropic, undefined, "1:1"],
    ["a call", chat, "1.tool_calls.1", "5:3"],
    ["an item", responses, "1", "4:3"],
    ["a message of a bare list", bare, "1", "2:2"],
    ["all of a bare list", bare, undefined, "1:2"],
  ];
  test.each(cases)("%s", (_, text, message, expected) => expect(placeOf(text, { message })).toBe(expected));

  test("a line of JSON Lines counts from its own line", () =>
    expect(placeOf('  {"messages": [{"role": "user", "content": ""}]}', { message: "0" }, 41)).toBe("41:17"));
});

describe("the place of a finding of an export", () => {
  const text = `{
  "info": {"id": "ses_1"},
  "messages": [
    {"info": {"id": "msg_2", "role": "assistant"}, "parts": []},
    {
      "info": {"id": "msg_1", "role": "user"},
      "parts": [
        {"id": "prt_1", "type": "text"},
        17,
        {"id": "prt_2", "type": "text"}
      ]
    }
  ]
}`;
  const cases: [string, Pick<Finding, "message" | "part">, string][] = [
    ["the session", {}, "2:11"],
    ["a message, in the order of the file", { message: "msg_2" }, "4:14"],
    ["a part", { message: "msg_1", part: "prt_2" }, "10:9"],
    ["a part without an id", { message: "msg_1", part: "" }, "6:15"],
    ["a part of another message", { message: "msg_2", part: "prt_2" }, "4:14"],
    ["a message that is gone", { message: "msg_9" }, "2:11"],
  ];
  test.each(cases)("%s", (_, finding, expected) => expect(placeOf(text, finding)).toBe(expected));
});

describe("places in files", () => {
  const body = '{"messages": [\n {"role": "assistant", "content": "x"}, {"role": "user", "content": "y"}]}';
  const line = body.replace("\n", "");
  const healthy = '{"messages": [{"role": "user", "content": "x"}]}';
  const cases: [string, string | Buffer, string[]][] = [
    ["one.json", body, ["request 2:2"]],
    ["crlf.json", body.replace("\n", "\r\n"), ["request 2:2"]],
    ["bom.json", `\ufeff${line}`, ["request 1:16"]],
    ["utf16le.json", Buffer.from(`\ufeff${body}`, "utf16le"), ["request 2:2"]],
    ["utf16be.json", Buffer.from(`\ufeff${body}`, "utf16le").swap16(), ["request 2:2"]],
    ["list.json", `[\n${healthy},\n ${line},\n${body}]`, ["request 1 3:17", "request 2 5:2"]],
    ["many.jsonl", `\ufeff${line}\n\n${healthy}\n  ${line}\n`, ["line 1 1:16", "line 4 4:18"]],
    ["crlf.jsonl", `${healthy}\r\n${line}\r\n`, ["line 2 2:16"]],
    ["lists.jsonl", `${healthy}\n[${healthy}, ${line}]\n`, [`line 2 1 2:${healthy.length + 19}`]],
  ];
  test.each(cases)("%s", async (name, content, expected) => {
    writeFileSync(dir.path(name), content);
    const { findings } = await scan(dir.path(name), {
      now: NOW,
      rules: ["leading-assistant"],
      providers: ["gemini"],
    });
    expect(
      findings.map(({ session, location }) => `${session} ${location?.line}:${location?.column}`),
    ).toEqual(expected);
  });

  test("a file too large to read whole is read line by line, its byte order mark aside", async () => {
    writeFileSync(dir.path("large.jsonl"), `\ufeff${line}\r\n  ${line}`);
    const items: unknown[] = [];
    for await (const item of readJsonItems(dir.path("large.jsonl"), 0))
      items.push([item.line, item.text, item.error]);
    expect(items).toEqual([
      [1, line, undefined],
      [2, `  ${line}`, undefined],
    ]);
  });

  test("the rows of a database have no place", async () => {
    const { findings } = await scan(join(FIXTURES, "damaged.db"), { now: NOW });
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter(({ location }) => location !== undefined)).toEqual([]);
  });

  test("a GitHub annotation and a SARIF region name the line and the column", () => {
    const path = dir.path("formats.json");
    writeFileSync(path, body);
    const check = (format: string) =>
      spawnSync(
        process.execPath,
        [
          join(FIXTURES, "../bin/doctor.js"),
          "check",
          path,
          "--rule",
          "leading-assistant",
          "--provider",
          "gemini",
          "--format",
          format,
        ],
        { encoding: "utf8" },
      ).stdout;
    expect(check("github")).toMatch(/^::error file=[^,]*,line=2,col=2,title=leading-assistant::/);
    const [run] = JSON.parse(check("sarif")).runs;
    expect(run.columnKind).toBe("utf16CodeUnits");
    expect(run.results[0].locations[0].physicalLocation.region).toEqual({ startLine: 2, startColumn: 2 });
  });
});

describe.skipIf(!hasCorpus)("exports of the real program (skipped without the shared corpus)", () => {
  const names = hasCorpus
    ? readdirSync(join(CORPUS, "opencode")).filter((name) => name.endsWith(".export.json"))
    : [];
  test("every finding stands at the object that has its id", async () => {
    let checked = 0;
    for (const name of names) {
      const path = join(CORPUS, "opencode", name);
      const lines = readFileSync(path, "utf8").split("\n");
      for (const { message, part, location } of (await scan(path, { now: NOW })).findings) {
        const { line, column } = present(location);
        const rest = `${present(lines[line - 1]).slice(column - 1)}${lines.slice(line).join("")}`;
        expect(rest[0]).toBe("{");
        expect(present(/"id": "((?:prt|msg)_\w+)"/.exec(rest))[1]).toBe(part ?? message);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(10);
  });
});
