import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStandardLines } from "../../src/files/json-file.js";
import { type JsonItem, readJsonLines } from "../../src/files/json-lines.js";
import { openForReading, planRead } from "../../src/files/sqlite.js";
import { contextOf } from "../../src/scan/batch.js";
import { scanDatabase } from "../../src/scan/database.js";
import type { Found, Sink } from "../../src/scan/sink.js";
import { type Receiver, scanInThreads } from "../../src/scan/threads.js";
import { newShared, Turns, takeBatch } from "../../src/scan/turns.js";
import { openDatabase } from "../../src/stores/index.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "../support/generate.mjs";
import { doctor } from "../support/spawn.js";

const BIN = join(FIXTURES, "../bin/doctor.js");
const TIME = Date.parse("2026-11-21T12:00:00Z");
const NOW = ["--now", String(TIME)];
const dir = scratch();
afterAll(dir.remove);
const large = dir.path("large.db");
beforeAll(() => void generate(large, { megabytes: 3, damaged: 900, lean: true }));

const BROKEN = JSON.stringify({
  model: "claude",
  messages: [
    { role: "user", content: "x" },
    { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
    { role: "user", content: "y" },
  ],
});

/** Scans the large file in this thread. Counts the conversations that were read. */
async function scanCounted(receiver: (reads: () => number, total: number) => Receiver): Promise<number> {
  const plan = planRead(large);
  const db = openForReading(plan);
  try {
    const { store, reader } = openDatabase(db, large);
    let reads = 0;
    const counted = {
      ...reader,
      skim: undefined,
      read: (handle: number) => {
        reads++;
        return reader.read(handle);
      },
    };
    const handles = reader.handles();
    const context = contextOf(large, "1.18.34", { now: TIME });
    await scanInThreads(
      { db, store, reader: counted, context, name: plan.name, path: large },
      handles,
      1,
      receiver(() => reads, handles.length),
    );
    return reads;
  } finally {
    db.close();
    plan.dispose();
  }
}

describe("findings of a database", () => {
  test("are told before the next conversations are read, and a slow reader holds the scan", async () => {
    const readsAt: number[] = [];
    let all = 0;
    await scanCounted((reads, total) => ({
      isStream: true,
      isOver: () => false,
      async take({ findings }) {
        if (findings.length > 0) readsAt.push(reads());
        all = total;
        const before = reads();
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(reads()).toBe(before);
      },
    }));
    expect(readsAt[0]).toBe(16);
    expect(readsAt.length).toBeGreaterThan(1);
    expect(all).toBeGreaterThan(64);
  });

  test("are asked for no longer when the reader goes away", async () => {
    let isOver = false;
    const reads = await scanCounted(() => ({
      isStream: true,
      isOver: () => isOver,
      async take() {
        isOver = true;
      },
    }));
    expect(reads).toBe(16);
  });

  test("are not kept: the report holds none, the sink got them all", async () => {
    const kept = await scanDatabase(large, { now: TIME, jobs: 1 });
    const found: Found[] = [];
    const sink: Sink = {
      isClosed: false,
      take: async (some) => void found.push(some),
      end: async () => {},
    };
    const { input, findings } = await scanDatabase(large, { now: TIME, jobs: 1, sink });
    expect(findings.length).toBe(0);
    expect(input.sessions).toEqual([]);
    const texts = (all: Iterable<object>) => [...all].map((one) => JSON.stringify(one)).sort();
    expect(texts(found.flatMap((one) => one.findings))).toEqual(texts(kept.findings));
    expect(texts(found.flatMap((one) => one.sessions))).toEqual(texts(kept.input.sessions ?? []));
    expect(kept.findings.length).toBe(900);
  });
});

test("results of threads are passed on in the order of the conversations, and no thread runs far ahead", async () => {
  const shared = newShared(
    Array.from({ length: 160 }, (_, index) => index),
    2,
  );
  const passed: number[] = [];
  const turns = new Turns<number>(shared, async (result) => {
    await null;
    passed.push(result);
  });
  const batches = Array.from({ length: 3 }, () => takeBatch(shared));
  const [first, second, third] = batches;
  if (!first || !second || !third) throw new Error("three batches");
  let hasRoom = false;
  const waiting = turns
    .room(third, () => false)
    .then(() => {
      hasRoom = true;
    });
  turns.put(second.at, 16, second.at);
  await turns.settled();
  expect(passed).toEqual([]);
  expect(hasRoom).toBe(false);
  turns.put(first.at, 16, first.at);
  await waiting;
  await turns.settled();
  expect(passed).toEqual([0, 16]);
});

test("a reader that fails ends the work with its error", async () => {
  const shared = newShared([1, 2], 1);
  const turns = new Turns<string>(shared, async () => {
    throw new Error("disk full");
  });
  turns.put(0, 2, "x");
  await expect(turns.settled()).rejects.toThrow("disk full");
});

describe("lines of standard input", () => {
  const bytes = async function* (...chunks: string[]): AsyncGenerator<Buffer> {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  const read = async (items: AsyncIterable<JsonItem>) => {
    const all: [number, unknown][] = [];
    for await (const { line, value, error } of items) all.push([line, error?.message ?? value]);
    return all;
  };

  test.each([
    ["lines cut anywhere", ['\ufeff{"a":', "1}\r", '\n\n{"b":2}\n["', 'c"]'], [1, 3, 4]],
    ["a document over several lines", ["{\n", '"a": 1\n}\n'], [0]],
    ["a first line without an end", ['{"a":1}'], [1]],
  ])("%s", async (_, chunks, lines) => {
    expect((await read(readStandardLines(bytes(...chunks)))).map(([line]) => line)).toEqual(lines);
  });

  test("a line that is no JSON, or too long, is told, and the others are read", async () => {
    expect(
      await read(readJsonLines("-", bytes('{"a":1}\n{"b"\n', `["${"x".repeat(30)}`, '"]\n[2]'), 20)),
    ).toEqual([
      [1, { a: 1 }],
      [2, "-: line 2 is no JSON"],
      [3, "-: line 3 is longer than 0 MB"],
      [4, [2]],
    ]);
  });

  test("check - is a filter: the findings of a line come before the next line is sent", async () => {
    const child = spawn(process.execPath, [BIN, "check", "-", "--format", "ndjson", ...NOW]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value));
    const got: unknown[][] = [];
    for (const input of [BROKEN, BROKEN]) {
      child.stdin.write(`${input}\n`);
      for (const type of ["session", "finding"]) {
        const line = await next();
        expect(line.type).toBe(type);
        got.push([line.session, line.location?.line]);
      }
    }
    child.stdin.end("{}\n");
    expect(got).toEqual([
      ["line 1", undefined],
      ["line 1", 1],
      ["line 2", undefined],
      ["line 2", 2],
    ]);
    expect(await next()).toMatchObject({ type: "input", status: "partial", counts: { sessions: 2 } });
    expect(await next()).toMatchObject({ type: "summary", summary: { error: 2, sessionsAffected: 2 } });
    expect(await ended).toBe(1);
  });
});

test("the order is the same with any number of threads", () => {
  const [one, two] = ["1", "2"].map((jobs) =>
    doctor(["check", large, "--format", "ndjson", "--jobs", jobs, ...NOW]),
  );
  expect(two?.stdout).toBe(one?.stdout);
  expect(one?.stdout.split("\n").length).toBeGreaterThan(900);
});

test("a pipe that is closed ends the scan quietly", async () => {
  const child = spawn(process.execPath, [BIN, "check", "-", "--format", "ndjson", ...NOW]);
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += chunk;
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.stdin.on("error", () => {});
  child.stdin.write(`${BROKEN}\n`);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.destroy();
  // Standard input stays open: the program ends because nobody reads.
  const more = setInterval(() => child.stdin.write(`${BROKEN}\n`), 5);
  expect(await ended).toBe(1);
  clearInterval(more);
  expect(told).toBe("");
});
