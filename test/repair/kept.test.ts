import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { isObject } from "../../src/model/text.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

const TOOL = "prt_1fcce0f0700152Ia6UzVTL2TKS";
const TEXT = "prt_1fcce12cd001qJvvCA7imX0Osp";
const THINKING = "prt_1fcce1f55001wH1ddpofQuaCSR";
const REPLY = "msg_1fcce12560012oqHopJMTWUOcW";
const PROMPT = "msg_1fcce0a2f0015ZaRihYenvCwL7";

const setPart = (id: string, path: string, json: string) =>
  `update part set data = json_set(data, '${path}', json('${json}')) where id = '${id}';`;
const cutBehind = (words: string, more = 0) =>
  `update part set data = substr(data, 1, instr(data, '${words}') + ${more}) where id = '${TOOL}';`;

let number = 0;
/** The row's content after a default repair, which must be whole: nothing is left to mend. */
async function mended(sql: string, id: string): Promise<Record<string, unknown>> {
  const path = dir.path(`${number++}.db`);
  damagedCopy(path, "opencode", sql);
  const before = await scan(path, { now: NOW });
  expect(before.summary.error + before.summary.warning).toBeGreaterThan(0);
  const { plan } = await prepareRepair(path, { now: NOW }, {});
  await applyPlan(path, plan, { backup: false, nothing: true });
  const { summary } = await scan(path, { now: NOW });
  expect(summary).toMatchObject({ error: 0, warning: 0 });
  const again = await prepareRepair(path, { now: NOW }, {});
  expect([...again.plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
  const db = openForWriting(path);
  const find = "select data from part where id = ? union all select data from message where id = ?";
  const data = db.prepare(find).pluck().get(id, id);
  db.close();
  expect(data, "the row is still there").toBeTypeOf("string");
  const value: unknown = JSON.parse(String(data));
  return isObject(value) ? value : {};
}

describe("an outcome that is no text is kept as one", () => {
  test.each([
    ["an object", '{"n":9007199254740993,"w":1.0}'],
    ["a list", '[{"type":"text","text":"word"}]'],
    ["a number", "42.5"],
    ["true", "true"],
  ])("output: %s", async (_, json) => {
    expect(await mended(setPart(TOOL, "$.state.output", json), TOOL)).toMatchObject({
      state: { status: "completed", output: json, input: { filePath: "/home/dev/demo/hello.txt" } },
    });
  });

  test("an error that is an object", async () => {
    const sql = `update part set data = json_set(json_remove(data, '$.state.output'), '$.state.status', 'error', '$.state.error', json('{"message":"word"}')) where id = '${TOOL}'`;
    expect(await mended(sql, TOOL)).toMatchObject({
      state: { status: "error", error: '{"message":"word"}' },
    });
  });

  test("a text that is an object", async () => {
    expect(await mended(setPart(TEXT, "$.text", '{"said":"word"}'), TEXT)).toMatchObject({
      text: '{"said":"word"}',
    });
  });
});

describe("a tool part that was cut off", () => {
  test.each([
    ["behind its output", ',"metadata"'],
    ["in its metadata", '"truncated"'],
    ["in its title", '"title":"he'],
    ["in its time", '"time":{"start":17952'],
  ])("%s: input and output stay", async (_, words) => {
    const { state } = await mended(cutBehind(words, words.length - 1), TOOL);
    expect(state).toMatchObject({
      status: "completed",
      input: { filePath: "/home/dev/demo/hello.txt" },
      output: expect.stringContaining("2: second line"),
      time: { start: expect.any(Number), end: expect.any(Number) },
    });
    const { start } = (state as { time: { start: number } }).time;
    expect(start).toBeGreaterThan(1_795_242_000_000);
  });

  test("in its output: the call stays, with what is there of the output", async () => {
    expect(await mended(cutBehind("2: second"), TOOL)).toMatchObject({
      state: {
        status: "error",
        error: "Tool output was lost",
        input: { filePath: "/home/dev/demo/hello.txt" },
        metadata: {
          interrupted: true,
          output: expect.stringMatching(/1: hello world[\s\S]*\[The rest of the output was lost\.\]$/),
        },
      },
    });
  });
});

describe("a part whose type was damaged", () => {
  test.each(["null", '""', '"Text"', '" TEXT"'])("a text of type %s", async (json) => {
    expect(await mended(setPart(TEXT, "$.type", json), TEXT)).toMatchObject({
      type: "text",
      text: "Done with the first task.",
    });
  });
  test.each(["null", '""', '"TOOL"'])("a tool of type %s", async (json) => {
    expect(await mended(setPart(TOOL, "$.type", json), TOOL)).toMatchObject({
      type: "tool",
      state: { output: expect.stringContaining("second line") },
    });
  });
  test("signed thinking without a type", async () => {
    const sql = `update part set data = json_remove(data, '$.type') where id = '${THINKING}'`;
    expect(await mended(sql, THINKING)).toMatchObject({ type: "reasoning" });
  });
});

describe("text that is no JSON for something small", () => {
  test.each([
    ["words behind the end", `update part set data = data || 'xyz' where id = '${TOOL}'`],
    ["the same twice", `update part set data = data || data where id = '${TOOL}'`],
    [
      "a NUL",
      `update part set data = replace(data, 'hello world', 'hello' || char(0) || 'world') where id = '${TOOL}'`,
    ],
  ])("%s: the tool stays whole", async (_, sql) => {
    expect(await mended(sql, TOOL)).toMatchObject({
      type: "tool",
      state: { status: "completed", output: expect.stringMatching(/hello.world[\s\S]*second line/) },
    });
  });
});

describe("a message", () => {
  test("that was cut: a number that breaks off is no time, and a summary stays one", async () => {
    const sql = `update message set data = json_set(data, '$.summary', json('true'), '$.mode', 'compaction') where id = '${REPLY}';
      update message set data = substr(data, 1, instr(data, '"completed":1') + 12) where id = '${REPLY}'`;
    const { time, summary, finish, error } = await mended(sql, REPLY);
    expect({ summary, finish, error }).toEqual({ summary: true, finish: "stop", error: undefined });
    expect((time as { completed: number }).completed).toBeGreaterThan(1_795_242_000_000);
  });

  test.each([
    ["reply", REPLY],
    ["prompt", PROMPT],
  ])("that began before all time, in column and content: %s", async (_, id) => {
    const sql = `update message set time_created = -5, data = json_set(data, '$.time.created', -5) where id = '${id}'`;
    const { time } = await mended(sql, id);
    expect((time as { created: number }).created).toBeGreaterThan(1_795_242_000_000);
  });

  test("whose summary has changes that cannot be read keeps the words of the summary", async () => {
    const sql = `update message set data = json_set(data, '$.summary', json('{"title":"word","diffs":[5]}')) where id = '${PROMPT}'`;
    expect((await mended(sql, PROMPT)).summary).toEqual({ title: "word", diffs: [] });
  });
});

describe("parts of a prompt", () => {
  const add = (json: string) =>
    `insert into part select 'prt_1fcce0a40001aaaaaaaaaaaaaa', message_id, session_id, time_created, time_updated, '${json}' from part where id = 'prt_1fcce0a3f001RTxvmyWtLs1upQ'`;
  const PART = "prt_1fcce0a40001aaaaaaaaaaaaaa";
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

  test("a file loses its source, not its data", async () => {
    const sql = add(
      `{"type":"file","mime":"image/png","url":"data:image/png;base64,${png}","source":{"type":"x"}}`,
    );
    const { url, source } = await mended(sql, PART);
    expect({ url, source }).toEqual({ url: `data:image/png;base64,${png}`, source: undefined });
  });

  test("an agent loses its source, not its name", async () => {
    expect(await mended(add('{"type":"agent","name":"general","source":null}'), PART)).toEqual({
      type: "agent",
      name: "general",
    });
  });

  test("an image of a type in other letters gets the right ones", async () => {
    const sql = add(`{"type":"file","mime":"IMAGE/PNG","url":"data:IMAGE/PNG;base64,${png}"}`);
    expect(await mended(sql, PART)).toMatchObject({ mime: "image/png", url: `data:image/png;base64,${png}` });
  });

  test("the words of a web page stay, under its name", async () => {
    const data = Buffer.from("<p>word</p>").toString("base64");
    const sql = add(
      `{"type":"file","mime":"text/html","filename":"page.html","url":"data:text/html;base64,${data}"}`,
    );
    expect(await mended(sql, PART)).toMatchObject({
      type: "text",
      text: expect.stringMatching(/page\.html[\s\S]*<p>word<\/p>/),
    });
  });
});

test("two ids that are the same once a host has sent them get ids that differ", async () => {
  const [one, other] = ["prt_1fcce1071001L0xxo5YpbW8cdo", "prt_1fcce1093001lfaR5xMZfHXf4r"];
  const sql = setPart(one, "$.callID", '"a.b"') + setPart(other, "$.callID", '"a:b"');
  expect((await mended(sql, other)).callID).toBe("a_b_2");
});

test("blank text behind signed thinking: the thinking does not become the end of the request", async () => {
  const sql = `update part set data = json_set(data, '$.text', '') where message_id = (select message_id from part where id = '${THINKING}') and data ->> '$.type' = 'text';
    delete from part where message_id = (select message_id from part where id = '${THINKING}') and data ->> '$.type' = 'tool'`;
  const path = dir.path("blank.db");
  damagedCopy(path, "opencode", sql);
  const { plan } = await prepareRepair(path, { now: NOW, providers: ["anthropic"] }, {});
  await applyPlan(path, plan, { backup: false, nothing: true });
  const { summary } = await scan(path, { now: NOW, providers: ["anthropic"] });
  expect(summary).toMatchObject({ error: 0, warning: 0 });
});
