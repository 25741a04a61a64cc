import { expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { scan } from "../../src/scan/scan.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import { NOW } from "../support/reports.js";

const dir = scratch();

/** Damage whose right value the rest of the row, or its neighbours, tell. */
const reply = "id = 'msg_1fcce2e04001s63s1qGTPR7X32'";
const step = "id = 'msg_1fcce1c77001zJs3ZahlESwz1E'";
const at = (position: number) => `conversation_id = 'n03dNdO0TJpEak2-t7H0P' and position = ${position}`;
const error = (value: string) =>
  `update message set data = json_remove(json_set(data, '$.error', ${value}), '$.finish') where ${reply}`;
const content = (position: number, value: string) =>
  `update ai_messages set content_json = ${value} where ${at(position)}`;
const contentAt = (position: number) => `select content_json from ai_messages where ${at(position)}`;
const ERROR = `select data -> '$.error' from message where ${reply}`;

const CASES: [name: string, store: "opencode" | "instatic", sql: string, asked: string, value: unknown][] = [
  [
    "an abort with its message in the wrong place stays an abort",
    "opencode",
    error(`json('{"name":"MessageAbortedError","message":"The operation was aborted."}')`),
    ERROR,
    '{"name":"MessageAbortedError","data":{"message":"The operation was aborted."}}',
  ],
  [
    "an error of the API keeps its status",
    "opencode",
    error(
      `json('{"name":"APIError","data":{"message":"m","isRetryable":false,"statusCode":400,"responseBody":null}}')`,
    ),
    ERROR,
    '{"name":"APIError","data":{"message":"m","isRetryable":false,"statusCode":400}}',
  ],
  [
    "an error that is a text keeps its words",
    "opencode",
    error("'plain words'"),
    ERROR,
    '{"name":"UnknownError","data":{"message":"plain words"}}',
  ],
  [
    "the time that part and id tell wins over the column",
    "opencode",
    `update message set time_created = time_created + 5000 where ${step}`,
    `select time_created = data ->> '$.time.created' and time_created = 1795242728567 from message where ${step}`,
    1,
  ],
  [
    "a part with an odd id keeps its place",
    "opencode",
    "update part set id = 'my-plugin-1' where id = 'prt_1fcce1f5c0017pqPIAIJIi1Sqd'",
    `select group_concat(type) from (select data ->> '$.type' as type from part where message_${step} order by id)`,
    "text,step-start,reasoning,tool,step-finish",
  ],
  [
    "a number that is infinite is none",
    "opencode",
    `update message set data = replace(data, '"input":100', '"input":1e999') where ${step}`,
    `select data -> '$.tokens.input' from message where ${step}`,
    "0",
  ],
  [
    "a number in a text is a number",
    "opencode",
    `update message set data = json_set(data, '$.tokens.input', '5', '$.cost', '0.5') where ${step}`,
    `select (data -> '$.tokens.input') || ' ' || (data -> '$.cost') from message where ${step}`,
    "5 0.5",
  ],
  [
    "a revert keeps its message where its part is null",
    "opencode",
    'update session set revert = \'{"messageID":"msg_1fcce2db6001gGwqlzYEiCsp6B","partID":null}\'',
    "select revert from session",
    '{"messageID":"msg_1fcce2db6001gGwqlzYEiCsp6B"}',
  ],
  [
    "both times of a reply in seconds become ms",
    "opencode",
    `update message set time_created = 1795242728, data = json_set(data, '$.time', json('{"created":1795242728,"completed":1795242729}')) where ${step}`,
    `select data -> '$.time' from message where ${step}`,
    '{"created":1795242728000,"completed":1795242729000}',
  ],
  [
    "an attachment without a URL leaves its name",
    "opencode",
    `update part set data = '{"type":"file","mime":"image/png","url":null,"filename":"a.png"}' where id = 'prt_1fcce1c34001S9P41ObOHVDIB4'`,
    "select data ->> '$.text' from part where id = 'prt_1fcce1c34001S9P41ObOHVDIB4'",
    "[The attachment a.png could not be read.]",
  ],
  [
    "a time in words is a time",
    "opencode",
    "update session set time_updated = '2026-11-21T06:32:14.003Z', time_archived = 'yes'",
    "select time_updated || ' ' || (time_archived is null) from session",
    `${Date.parse("2026-11-21T06:32:14.003Z")} 1`,
  ],
  [
    "a lost project has the worktree in which the session's folder lies",
    "opencode",
    "update session set directory = '/home/dev/demo/a/b', path = 'a/b'; delete from project",
    "select worktree from project",
    "/home/dev/demo",
  ],
  [
    "a success with an empty error stays one",
    "instatic",
    content(3, `'[{"kind":"toolResult","ok":true,"error":null}]'`),
    contentAt(3),
    '[{"kind":"toolResult","ok":true}]',
  ],
  [
    "an error keeps its words",
    "instatic",
    content(9, `'[{"kind":"toolResult","error":"Node not found"}]'`),
    contentAt(9),
    '[{"kind":"toolResult","ok":false,"error":"Node not found"}]',
  ],
  [
    "a call gets its name from the column, and keeps its result",
    "instatic",
    content(4, "json_remove(content_json, '$[0].toolName')"),
    `select content_json ->> '$[0].toolName' from ai_messages where ${at(4)}`,
    "site_insert_html",
  ],
  [
    "a call without an input is one without arguments",
    "instatic",
    content(4, "json_remove(content_json, '$[0].input')"),
    `select content_json -> '$[0].input' from ai_messages where ${at(4)}`,
    "{}",
  ],
  [
    "a result under another role is a tool's",
    "instatic",
    `update ai_messages set role = 'assistant' where ${at(3)}`,
    `select role from ai_messages where ${at(3)}`,
    "tool",
  ],
  [
    "words without a block around them are kept",
    "instatic",
    content(7, `'"Delete the old footer"'`),
    contentAt(7),
    '[{"kind":"text","text":"Delete the old footer"}]',
  ],
];

test.each(CASES)("%s", async (name, store, sql, asked, value) => {
  const path = dir.path(`${name}.db`);
  damagedCopy(path, store, `pragma foreign_keys = off; ${sql}`);
  const { plan } = await prepareRepair(path, { now: NOW }, {});
  await applyPlan(path, plan, { backup: false });
  const db = openForWriting(path);
  expect(db.prepare(asked).pluck().get()).toBe(value);
  db.close();
  const left = await scan(path, { now: NOW });
  expect([...left.findings].filter(({ severity }) => severity !== "info")).toEqual([]);
});
