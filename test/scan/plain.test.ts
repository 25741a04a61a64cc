import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type Database, openForWriting } from "../../src/files/sqlite.js";
import { first, present } from "../../src/model/present.js";
import { generationOf } from "../../src/stores/host.js";
import { stepOf } from "../../src/stores/opencode/decode/step-texts.js";
import { refusalsOfPart } from "../../src/stores/opencode/decode/strict.js";
import { opencodeHost } from "../../src/stores/opencode/host.js";
import { openOpencode } from "../../src/stores/opencode/reader.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { jpeg, png } from "../support/images.js";
import { judged } from "../support/judging.js";
import { failed, reply, signed, text, tool, user, writeRows } from "../support/rows.js";
import { SEED } from "../support/seed.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);
const plainest = dir.path("plain.db");
copyFileSync(join(FIXTURES, "opencode.db"), plainest);

/** Healthy too, with what users and OpenAI leave behind: aborts, compactions, sealed thinking. */
const odd = dir.path("odd.db");
const openai = (more: object) => ({ metadata: { openai: { itemId: "rs_1", ...more } } });
const overloaded = { name: "APIError", data: { message: "overloaded", isRetryable: true } };
const stopped = tool("call_4", {
  status: "error",
  error: "Tool execution aborted",
  metadata: { interrupted: true },
});
const aborted = {
  info: { error: { name: "MessageAbortedError", data: { message: "x" } }, finish: undefined },
};
writeRows(odd, [
  user("one"),
  { ...reply(tool("call_1"), text("a")), ...aborted, parts: [{ type: "step-start" }, text("half a")] },
  user("two"),
  reply(
    { ...signed(""), ...openai({ reasoningEncryptedContent: "gAAA" }) },
    { ...text("now"), metadata: { openai: { itemId: "msg_1" } } },
    { ...tool("call_2"), metadata: { openai: { itemId: "fc_1" } } },
  ),
  { ...reply(signed(""), text("done")), info: { modelID: "claude-opus-4-8" } },
  user({ type: "compaction", auto: true }),
  { ...reply(text("what was said")), info: { summary: true } },
  user("three"),
  { ...reply(), parts: [{ type: "step-start" }], info: { error: overloaded, finish: undefined } },
  user("four"),
  { ...reply(), ...aborted, parts: [{ type: "step-start" }, stopped] },
  user("five"),
  reply(text("ok"), tool("call_3"), failed("call_5")),
  { ...reply(text("and so on")), ...aborted },
]);
const bases = [plainest, odd].map((path) => {
  const db = openForWriting(path);
  db.pragma("foreign_keys = off");
  afterAll(() => void db.close());
  return { path, db };
});

test.each(bases)("$path is plain", ({ db }) => {
  const reader = openOpencode(db);
  expect(reader.skim?.(first(reader.handles()))?.plain).toBeTruthy();
});

const stepTexts = [
  '{"type":"step-start"}',
  '{"type":"step-start","snapshot":"39ed8179b28d46c103c42b97eb2d4b1a85c91c45"}',
  '{"snapshot":"39ed8179b28d46c103c42b97eb2d4b1a85c91c45","type":"step-start"}',
  '{"type":"step-finish","reason":"stop","cost":0.01,"tokens":{"input":3,"output":2,"reasoning":0,"cache":{"read":0,"write":0}}}',
  '{"reason":"tool-calls","snapshot":"39ed8179","type":"step-finish","tokens":{"total":10,"input":3,"output":2,"reasoning":0,"cache":{"write":0,"read":5}},"cost":1.5e-7}',
];

test.each(stepTexts)("a step is known by its text: %s", (text) => {
  expect(stepOf(text)?.type).toBe(JSON.parse(text).type);
});

test("a text that is known for a step is one that the host reads", () => {
  let known = 0;
  const piece = fc.constantFrom(
    "",
    ",",
    "0",
    "1",
    "-",
    ".",
    "e",
    '"',
    "{",
    "}",
    "x",
    "null",
    '"metadata":{},',
    '"total":',
  );
  fc.assert(
    fc.property(fc.constantFrom(...stepTexts), fc.nat(200), fc.nat(3), piece, (text, at, cut, piece) => {
      const edited = text.slice(0, at) + piece + text.slice(at + cut);
      const stands = stepOf(edited);
      if (!stands) return;
      known++;
      const { metadata, type, ...own } = JSON.parse(edited);
      expect({ type, metadata }).toEqual({ type: stands.type });
      expect(refusalsOfPart({ type, ...own })).toEqual([]);
    }),
    { seed: SEED, numRuns: 5000 },
  );
  expect(known).toBeGreaterThan(200);
});

const attachment = (mime: string, base64: string) =>
  `{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"file","mime":"${mime}","url":"data:${mime};base64,${base64}"}`;

/** Files whose URLs are longer than what a quick look reads of them. */
const LONG = 100_000;
const file = (url: string) => `{"type":"file","mime":"image/png","url":"${url}"}`;
const seen = (...attachments: string[]) => largeTool(`,"attachments":[${attachments.join()}]`);
const images = {
  fine: png(640, 480, LONG),
  wide: png(9000, 10, LONG),
  unlike: jpeg(480, 2),
  "wide, said late": jpeg(9000, 2),
  broken: `%${png(640, 480, LONG)}`,
  "broken by a NUL": `AAAA\\u0000${png(640, 480, LONG)}`,
};

const long = "line \\n".repeat(600);
const largeTool = (state: string, rest = "") =>
  `{"type":"tool","tool":"read","callID":"toolu_long","state":{"status":"completed","input":{},"output":"${long}","title":"t","metadata":{},"time":{"start":1,"end":2}${state}}${rest}}`;
const cells = {
  session: {
    revert: ["{}", "no JSON", '{"messageID":"msg_1"}'],
    time_updated: [1, 4e12, "soon"],
    time_compacting: [1],
    directory: ["relative", "C:\\\\work"],
    project_id: ["gone"],
    permission: ["{}", "[]"],
    parent_id: ["ses_gone", "x"],
  },
  message: {
    id: ["x", "msg_0", "msg_zzzzzzzzzzzz"],
    session_id: ["ses_other"],
    time_created: [0, 4e12, "soon", 1.5],
    data: ["", "[]", "null", "{'role':'user'}", Buffer.from("{}"), `{"role":"user","x":"${long}"}`],
  },
  part: {
    id: ["x", "prt_0", "prt_zzzzzzzzzzzz"],
    message_id: ["msg_gone", "msg_1fcce2e04001s63s1qGTPR7X32"],
    session_id: ["ses_other"],
    data: [
      "",
      "[]",
      "null",
      "{type:'text',text:'JSON5'}",
      '#["tool","id","read",null,{},"t",{"start":1,"end":2},null]',
      Buffer.from('{"type":"text","text":"a"}'),
      '{"type":"text","text":"half \\ud83d"}',
      '{"type":"text","text":"a","metadata":null}',
      `{"type":"text","text":"${long}"}`,
      `{type:"text",text:"${long}"}`,
      `#${long}`,
      largeTool(""),
      largeTool("", ',"metadata":null'),
      largeTool("", ',"metadata":{"providerExecuted":true}'),
      largeTool(',"title":null'),
      largeTool(',"input":[]'),
      largeTool(',"input":{"a":"\\udc00"}'),
      largeTool(',"time":{"start":-1,"end":1e999}'),
      largeTool(',"metadata":{"interrupted":true}'),
      largeTool(',"status":"error"'),
      `${largeTool("")}}`,
      ...Object.values(images).flatMap((base64) => [
        file(`data:image/png;base64,${base64}`),
        seen(attachment("image/png", base64)),
      ]),
      seen(attachment("image/jpeg", jpeg(9000, 2))),
      seen(attachment("image/png", images.fine), attachment("image/png", images.wide)),
      largeTool(`,"attachments":${attachment("image/png", images.fine)}`),
      '{"type":"file","mime":"text/plain","url":"file:///a"}',
      '{"type":"agent","name":"plan"}',
      '{"type":"subtask","prompt":"p","description":"d","agent":"a"}',
      file(`file:///${"x".repeat(LONG)}`),
      file("data:image/png;base64,JVBERi0=").replace("image/png", "text/html"),
      file("data:image/png;base64,JVBERi0=").replace("image/png", "application/pdf"),
      file("data:image/png;base64,JVBERi0=").replace("image/png", "application/zip"),
      seen(attachment("application/zip", "UEsDBA==")),
      seen(attachment("application/pdf", "JVBERi0=")),
    ],
  },
};
type Cell = { table: string; column: string; value: unknown };
const allCells: Cell[] = Object.entries(cells).flatMap(([table, columns]) =>
  Object.entries(columns).flatMap(([column, values]) =>
    values.map((value: unknown) => ({ table, column, value })),
  ),
);

/** Small edits of every kind, most of them damage. */
const edit = fc.oneof(
  fc.record({ cell: fc.constantFrom(...allCells), at: fc.nat(100) }),
  fc.record({
    table: fc.constant("part"),
    at: fc.nat(100),
    path: fc.constantFrom(
      "$.text",
      "$.type",
      "$.callID",
      "$.tool",
      "$.state.status",
      "$.state.input",
      "$.state.output",
      "$.state.error",
      "$.state.attachments",
      "$.state.metadata.interrupted",
      "$.metadata",
      "$.metadata.openai",
      "$.tail_start_id",
      "$.reason",
      "$.time",
    ),
    value: fc.constantFrom(
      '""',
      '" "',
      '"x"',
      "{}",
      "[]",
      "null",
      "1",
      "true",
      '"text"',
      '"reasoning"',
      '"step-start"',
      '"error"',
      '"running"',
      '"Tool execution aborted"',
      '"compaction"',
      '"msg_gone"',
      '{"itemId":"rs_2"}',
      '{"itemId":"rs_2","reasoningEncryptedContent":"gAAA"}',
      `[${attachment("image/png", "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9")}]`,
      `[${attachment("image/jpeg", "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9")}]`,
      `[${attachment("image/png", "iVBORw0KGgoAAAANSUhEUgAAIygAAAB4CAIAAAA=")}]`,
      `[${attachment("image/png", "")}]`,
    ),
  }),
  fc.record({
    table: fc.constant("message"),
    at: fc.nat(100),
    path: fc.constantFrom(
      "$.role",
      "$.finish",
      "$.error",
      "$.time.created",
      "$.time.completed",
      "$.parentID",
      "$.tokens",
      "$.summary",
      "$.format",
    ),
    value: fc.constantFrom(
      '"user"',
      '"assistant"',
      '"stop"',
      '"tool-calls"',
      "null",
      "1",
      '{"name":"MessageAbortedError","data":{"message":"x"}}',
      '{"name":"UnknownError","data":{"message":"x"}}',
      '"msg_x"',
      "true",
      "2795242723887",
    ),
  }),
);

function change(db: Database, table: string, at: number, assignment: string, ...values: unknown[]) {
  const rowids = db.prepare(`select rowid from ${table} order by rowid`).pluck().all() as number[];
  db.prepare(`update or ignore ${table} set ${assignment} where rowid = ?`).run(
    ...values,
    rowids[at % rowids.length],
  );
}

const SET_JSON = "data = iif(typeof(data) = 'text' and json_valid(data), json_set(data, ?, json(?)), data)";

test("a conversation that the shortcut calls plain has no finding on any host version", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.constantFrom(...bases), fc.array(edit, { maxLength: 2 }), ({ db }, edits) => {
      db.exec("begin");
      try {
        for (const one of edits) {
          if ("cell" in one) change(db, one.cell.table, one.at, `"${one.cell.column}" = ?`, one.cell.value);
          else change(db, one.table, one.at, SET_JSON, one.path, one.value);
        }
        const reader = openOpencode(db);
        const handle = first(reader.handles());
        const skimmed = reader.skim?.(handle);
        const { plain: found, ...conversation } = reader.read(handle);
        const { plain: _, ...rest } = present(skimmed).read();
        expect(JSON.stringify(rest)).toBe(JSON.stringify(conversation));
        for (const hostVersion of ["1.2.15", "1.14.34", "1.18.14", "1.18.34"]) {
          const features = present(generationOf(opencodeHost, hostVersion)).features;
          expect(skimmed?.plain?.(NOW, features) ?? false).toBe(found?.(NOW, features) ?? false);
          if (!found?.(NOW, features)) continue;
          plain++;
          const terms = { now: NOW, hostVersion, directoryExists: () => true };
          expect(judged(conversation, terms)).toEqual([]);
        }
      } finally {
        db.exec("rollback");
      }
    }),
    { seed: SEED, numRuns: 2000 },
  );
  expect(plain).toBeGreaterThan(200);
});

test.each([
  ["a file that is cut", file(`data:image/png;base64,${images.fine}`), true],
  ["a picture that a tool saw", seen(attachment("image/png", images.fine)), true],
  ["a picture that is too wide", seen(attachment("image/png", images.wide)), false],
  ["a picture that says its size late", seen(attachment("image/jpeg", jpeg(480, 2))), false],
  ["a picture that is too large", seen(attachment("image/png", png(640, 480, 6_000_000))), false],
  ["two pictures", seen(attachment("image/png", images.fine), attachment("image/png", images.fine)), true],
])("a quick look at %s", (_, data, isPlain) => {
  const { db } = first(bases);
  db.exec("begin");
  try {
    const type = JSON.parse(data).type as string;
    const row = type === "tool" ? "$.type' = 'tool" : "$.type' = 'text' and data not like '%metadata%";
    db.prepare(
      `update part set data = ? where rowid = (select min(rowid) from part where data ->> '${row}')`,
    ).run(data);
    const reader = openOpencode(db);
    expect((reader.skim?.(first(reader.handles())).plain ?? null) !== null).toBe(isPlain);
  } finally {
    db.exec("rollback");
  }
});

test.each([
  [50, 2000, true],
  [51, 2000, false],
  [21, 2001, false],
])("%i images of %i pixels are plain: %s", (count, side, isPlain) => {
  const path = dir.path(`${count}-of-${side}.db`);
  const image = { type: "file", mime: "image/png", url: `data:image/png;base64,${png(side, 2)}` };
  writeRows(path, Array.from({ length: count }, () => [user(image), reply(text("a picture"))]).flat());
  const db = openForWriting(path);
  const reader = openOpencode(db);
  expect(reader.skim?.(first(reader.handles())).plain !== null).toBe(isPlain);
  db.close();
});
