import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import type { Json } from "../../src/model/conversation.js";
import { mendJson } from "../../src/repair/json.js";
import { scratch } from "../support/fixtures.js";
import { DAMAGED, HEALTHY, text } from "../support/logged.js";

const dir = scratch();
afterAll(dir.remove);

const said = (role: string, content: string) => ({ role, parts: [{ type: "text", content }] });
const CALL = { type: "tool_call", id: "call_1", name: "read", arguments: { path: "a" } };
const ANSWER = { type: "tool_call_response", id: "call_1", response: "b" };
const RECORDED = {
  healthy: [
    said("user", "a"),
    { role: "assistant", parts: [{ type: "reasoning", content: "c" }, CALL], finish_reason: "tool_call" },
    { role: "tool", parts: [ANSWER] },
    said("user", "d"),
  ],
  damaged: [said("user", "a"), { role: "assistant", parts: [CALL] }, said("user", "d")],
};
const sdk = (messages: typeof DAMAGED.messages) =>
  messages.map(({ role, content }) => ({
    role,
    content:
      typeof content === "string"
        ? [{ type: "text", text: content }]
        : [{ type: "tool-call", toolCallId: "call_1", toolName: "read", input: {} }],
  }));

const attribute = (key: string, value: unknown) => ({ key, value: { stringValue: text(value) } });
const exported = (...spans: unknown[]) => ({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });

const TRACES: [name: string, write: (state: "healthy" | "damaged") => unknown][] = [
  [
    "an exported trace",
    (state) =>
      exported(
        { name: "http", attributes: [attribute("url.full", "x")] },
        { name: "chat", attributes: [attribute("gen_ai.input.messages", RECORDED[state])] },
      ),
  ],
  [
    "an event of a span",
    (state) =>
      exported({
        events: [{ name: "e", attributes: [attribute("gen_ai.input.messages", RECORDED[state])] }],
      }),
  ],
  ["a flat row", (state) => ({ trace_id: "1", "gen_ai.input.messages": RECORDED[state] })],
  [
    "attributes as an object",
    (state) => ({ attributes: { "gen_ai.input.messages": text(RECORDED[state]) } }),
  ],
  [
    "a whole body",
    (state) => ({ attributes: { "input.value": text(state === "healthy" ? HEALTHY : DAMAGED) } }),
  ],
  [
    "a prompt of the AI SDK",
    (state) =>
      exported({
        attributes: [
          attribute("ai.prompt.messages", sdk(state === "healthy" ? HEALTHY.messages : DAMAGED.messages)),
        ],
      }),
  ],
];

async function errorsIn(path: string): Promise<string[]> {
  const { findings, inputs } = await scan(path, { now: 0 });
  expect(inputs[0]).toMatchObject({ status: "ok", wrappers: ["OpenTelemetry trace"] });
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

async function mendedText(path: string): Promise<string> {
  let all = "";
  for await (const piece of mendJson(path, { now: 0 }, {}, undefined)) all += piece.text;
  return all;
}

describe.each(TRACES)("%s", (name, write) => {
  const path = dir.path(`${name}.json`);

  test("a healthy history is healthy", async () => {
    writeFileSync(path, text(write("healthy")));
    expect(await errorsIn(path)).toEqual([]);
    expect(await mendedText(path)).toBe(readFileSync(path, "utf8"));
  });

  test("a call without its result is found and answered", async () => {
    writeFileSync(path, text(write("damaged")));
    expect(await errorsIn(path)).toEqual(["missing-tool-result"]);
    const mended = await mendedText(path);
    writeFileSync(path, mended);
    expect(await errorsIn(path)).toEqual([]);
    expect(await mendedText(path)).toBe(mended);
    const without = (value: Json) => Object.keys(value as object);
    expect(without(JSON.parse(mended) as Json)).toEqual(without(write("damaged") as Json));
  });
});

test("the answer is written in the words of the record", async () => {
  const path = dir.path("words.json");
  writeFileSync(path, text({ "gen_ai.input.messages": RECORDED.damaged }));
  const { "gen_ai.input.messages": messages } = JSON.parse(await mendedText(path)) as Record<string, Json[]>;
  expect(messages?.[2]).toEqual({
    role: "tool",
    parts: [{ type: "tool_call_response", id: "call_1", response: expect.stringMatching(/\w/) }],
  });
});
