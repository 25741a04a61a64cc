import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { present } from "../src/model/present.js";
import { providerById } from "../src/providers/providers.js";
import { readOne } from "../src/scan/one.js";
import type { ReplayReport } from "../src/scan/replay.js";
import { bodyOf } from "./support/ai-sdk.js";
import { scratch } from "./support/fixtures.js";
import { replayed } from "./support/judging.js";
import { foreseenMessages, type MessageWire, sentMessages } from "./support/messages.js";
import {
  failed,
  image,
  reply,
  type StoredMessage,
  signed,
  text,
  tool,
  user,
  writeRows,
} from "./support/rows.js";
import { SEED } from "./support/seed.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const HOST = "1.18.34";
const WIRES: readonly MessageWire[] = ["anthropic", "openai-chat"];
const dir = scratch();
afterAll(dir.remove);

/** The request that doctor foresees for the stored rows, the one that the SDK sends, and the findings in that one. */
async function witness(
  wire: MessageWire,
  stored: readonly StoredMessage[],
): Promise<{ report: ReplayReport; body: { messages: unknown[] }; found: string[] }> {
  const path = dir.path("rows.db");
  writeRows(path, stored);
  const { conversation } = await readOne(path, undefined, { now: NOW }, true);
  const report = replayed(conversation, present(providerById(wire)), HOST, NOW);
  const body = await bodyOf(wire, stored);
  const captured = dir.path("body.json");
  writeFileSync(captured, JSON.stringify(body));
  const { findings, inputs } = await scan(captured, { now: NOW, providers: [wire] });
  expect(inputs[0]).toMatchObject({ kind: "request", status: "ok" });
  const found = findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
  return { report, body, found: [...new Set(found)] };
}

const closing = reply(text("done"));
const interrupted = { interrupted: true, output: "half" };
const aborted = { error: { name: "MessageAbortedError", data: { message: "Aborted" } } };

const HEALTHY: [string, StoredMessage[]][] = [
  ["words only", [user("a"), reply(text("b")), user("c"), reply(text("d"))]],
  [
    "several steps",
    [user("a"), reply(text("look"), tool("1")), reply(tool("2")), reply(text("more"), tool("3")), closing],
  ],
  ["parallel calls", [user("a"), reply(text("all"), tool("1"), tool("2"), tool("3")), closing]],
  ["a failed tool", [user("a"), reply(tool("1"), failed("2")), closing]],
  [
    "an interrupted tool, with and without output",
    [user("a"), reply(failed("1", interrupted), failed("2", { interrupted: true })), closing],
  ],
  [
    "a tool that never ended",
    [
      user("a"),
      reply(tool("1", { status: "running" })),
      user("b"),
      reply(tool("2", { status: "pending" })),
      closing,
    ],
  ],
  [
    "signed thinking",
    [user("a"), reply(signed("hm"), text("look"), tool("1")), reply(signed("so"), text("done"))],
  ],
  ["two users in a row", [user("a"), user("b"), closing, user("c")]],
  [
    "text behind a call of the same step",
    [user("a"), reply(text("x"), tool("1"), text("y"), tool("2"), text("z"))],
  ],
  [
    "two steps in one message",
    [user("a"), { role: "assistant", parts: [...reply(tool("1")).parts, ...reply(text("y")).parts] }],
  ],
  ["empty texts", [user("a"), reply(text(""), tool("1")), reply(text(""), text("y"))]],
  [
    "a message that failed, and one that was cut off",
    [
      user("a"),
      { ...reply(text("lost")), info: { error: { name: "APIError" } } },
      user("b"),
      { ...reply(text("half")), info: aborted },
    ],
  ],
  [
    "an attachment, and words not for the model",
    [user("a", image(), { ...text("aside"), ignored: true }), closing],
  ],
  ["an id that is rewritten", [user("a"), reply(tool("call.1:0")), closing]],
];

/** The rule that the body must be refused by, on the wires where it is. */
const DAMAGED: [string, string, readonly MessageWire[], StoredMessage[]][] = [
  ["the same id twice", "duplicate-tool-call-id", WIRES, [user("a"), reply(tool("1"), tool("1")), closing]],
  [
    "input that is a string",
    "invalid-tool-input",
    WIRES,
    [user("a"), reply(tool("1", { input: "x" })), closing],
  ],
  [
    "input that is a list",
    "invalid-tool-input",
    WIRES,
    [user("a"), reply(tool("1", { input: [1] })), closing],
  ],
  ["a name with spaces", "invalid-tool-name", WIRES, [user("a"), reply(tool("1", {}, "read it")), closing]],
  ["an empty id", "invalid-tool-call-id", WIRES, [user("a"), reply(tool("")), closing]],
  [
    "nothing but white space",
    "blank-text",
    ["anthropic"],
    [user("a"), reply(text(" \n")), user("b"), closing],
  ],
  [
    "nothing but thinking",
    "dangling-thinking",
    ["anthropic"],
    [user("a"), reply(signed("hm")), user("b"), closing],
  ],
  [
    "thinking behind the last words",
    "dangling-thinking",
    ["anthropic"],
    [user("a"), reply(text("b"), signed("hm")), user("b"), closing],
  ],
  [
    "half a character, which Chat Completions carry escaped",
    "lone-surrogate",
    ["anthropic"],
    [user("a"), reply(tool("1", { input: { path: "\ud83d" } })), closing],
  ],
];

describe.each(WIRES)("the AI SDK, %s", (wire) => {
  test.each(HEALTHY)("%s: sends what is foreseen, and nothing is found in it", async (_name, stored) => {
    const { report, body, found } = await witness(wire, stored);
    expect(sentMessages(wire, body)).toEqual(foreseenMessages(wire, report));
    expect(report.verdict).toBe("accepted");
    expect(found).toEqual([]);
  });

  test.each(DAMAGED)(
    "%s: sends what is foreseen, and %s is found on both sides",
    async (_name, rule, refusing, stored) => {
      const { report, body, found } = await witness(wire, stored);
      expect(sentMessages(wire, body)).toEqual(foreseenMessages(wire, report));
      const expected = refusing.includes(wire) ? [rule] : [];
      expect(found).toEqual(expected);
      expect(report.rule === undefined ? [] : [report.rule]).toEqual(expected);
    },
  );
});

const step = fc.record({
  thinking: fc.boolean(),
  text: fc.constantFrom(null, "", "words"),
  ends: fc.array(fc.constantFrom("completed", "failed", "interrupted", "running"), { maxLength: 3 }),
  after: fc.boolean(),
});
const turn = fc.record({
  prompts: fc.integer({ min: 1, max: 2 }),
  withImage: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
});

test("random histories are sent as foreseen, and judged alike before and behind the SDK", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...WIRES),
      fc.array(turn, { minLength: 1, maxLength: 3 }),
      async (wire, turns) => {
        const { report, body, found } = await witness(wire, historyOf(turns));
        expect(sentMessages(wire, body)).toEqual(foreseenMessages(wire, report));
        if (report.rule) expect(found).toContain(report.rule);
        else expect(found).toEqual([]);
      },
    ),
    { seed: SEED, numRuns: 80 },
  );
});

function historyOf(
  turns: readonly (typeof turn extends fc.Arbitrary<infer T> ? T : never)[],
): StoredMessage[] {
  let calls = 0;
  const ended = (how: string) => {
    const id = `call_${calls++}`;
    if (how === "failed") return failed(id);
    return how === "interrupted" ? failed(id, interrupted) : tool(id, { status: how });
  };
  return turns.flatMap(({ prompts, withImage, steps }) => [
    ...Array.from({ length: prompts }, () => user("ask", ...(withImage ? [image()] : []))),
    ...steps.map((one) =>
      reply(
        ...(one.thinking ? [signed("hm")] : []),
        ...(one.text === null ? [] : [text(one.text)]),
        ...one.ends.map(ended),
        ...(one.after ? [text("after")] : []),
      ),
    ),
  ]);
}
