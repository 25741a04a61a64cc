import { afterAll, expect, test } from "vitest";
import { openForReading } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import type { EffectKind } from "../../src/model/report.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

const USER = "(select id from message order by time_created limit 1)";
const LAST = "(select id from message order by time_created desc limit 1)";
const TOOL = "(select id from part where data ->> '$.type' = 'tool' order by id limit 1)";
const TEXT =
  "(select p.id from part p join message m on m.id = p.message_id where m.data ->> '$.role' = 'assistant' and p.data ->> '$.type' = 'text' order by p.id limit 1)";
const setPart = (id: string, edit: string) => `update part set data = ${edit} where id = ${id};`;
const setMessage = (id: string, edit: string) => `update message set data = ${edit} where id = ${id};`;
const setSession = (edit: string) => `update session set ${edit};`;
const part = (id: string, path: string) => `select data -> '${path}' from part where id = ${id}`;
const message = (id: string, path: string) => `select data -> '${path}' from message where id = ${id}`;
const file = (url: string, mime: string) =>
  `insert into part (id, message_id, session_id, time_created, time_updated, data) select 'prt_1fcce0a40001aaaaaaaaaaaaaa', message_id, session_id, time_created, time_updated, json_object('type', 'file', 'mime', '${mime}', 'filename', 'f', 'url', '${url}') from part where message_id = ${USER} limit 1;`;
const noKeys = "pragma foreign_keys = off;";

/**
 * The damage that breaks a current opencode, by the number under which it was collected: the rows, the rule that names it, what
 * 1.18.34 does with it (measured with the real program, or reported), and a value that the repair leaves.
 */
const CASES: [
  id: string,
  sql: string,
  rule: string,
  does: EffectKind,
  after?: [query: string, value: unknown],
][] = [
  [
    "OC-S1 a part that is no JSON",
    setPart(TEXT, `'{"type":"text","text":"cut'`),
    "malformed-json",
    "unreadable",
    [part(TEXT, "$.text"), '"cut"'],
  ],
  [
    "OC-S1 a large tool whose JSON only a lenient parser reads",
    setPart(
      TOOL,
      `replace(json_set(data, '$.state.output', printf('%.*c', 5000, 'x')), '"output"', 'output')`,
    ),
    "malformed-json",
    "unreadable",
  ],
  ["OC-S1 a part that is empty", setPart(TEXT, "''"), "malformed-json", "unreadable"],
  [
    "OC-S1 a message that is no JSON",
    setMessage(LAST, `'{"role":'`),
    "malformed-json",
    "unreadable",
    [message(LAST, "$.role"), '"assistant"'],
  ],
  [
    "OC-S2 a reply without agent",
    setMessage(LAST, "json_remove(data, '$.agent')"),
    "invalid-message",
    "unreadable",
    [message(LAST, "$.agent"), '"build"'],
  ],
  [
    "OC-S2 a reply without parent",
    setMessage(LAST, "json_remove(data, '$.parentID')"),
    "invalid-message",
    "unreadable",
    [message(LAST, "$.parentID"), '"msg_1fcce2db6001gGwqlzYEiCsp6B"'],
  ],
  [
    "OC-S2 a reply without path, cost, tokens",
    setMessage(LAST, "json_remove(data, '$.path', '$.cost', '$.tokens')"),
    "invalid-message",
    "unreadable",
    [message(LAST, "$.path.cwd"), '"/home/dev/demo"'],
  ],
  [
    "OC-S2 a reply without model",
    setMessage(LAST, "json_remove(data, '$.modelID', '$.providerID')"),
    "invalid-message",
    "unreadable",
  ],
  [
    "OC-S3 a prompt without agent and model",
    setMessage(USER, "json_remove(data, '$.agent', '$.model')"),
    "invalid-message",
    "unreadable",
  ],
  [
    "OC-S4 a step-finish without reason, tokens, cost",
    setPart(
      "(select id from part where data ->> '$.type' = 'step-finish' order by id desc limit 1)",
      "json_remove(data, '$.reason', '$.tokens', '$.cost')",
    ),
    "invalid-part",
    "unreadable",
  ],
  [
    "OC-S4 reasoning without time",
    setPart("(select id from part where data ->> '$.type' = 'reasoning')", "json_remove(data, '$.time')"),
    "invalid-part",
    "unreadable",
  ],
  [
    "OC-S4 a completed tool without title, metadata, time",
    setPart(TOOL, "json_remove(data, '$.state.title', '$.state.metadata', '$.state.time')"),
    "invalid-part",
    "unreadable",
    [part(TOOL, "$.state.metadata"), "{}"],
  ],
  [
    "OC-S4 a completed tool without output is no success",
    setPart(TOOL, "json_remove(data, '$.state.output')"),
    "invalid-part",
    "crash",
    [part(TOOL, "$.state.status"), '"error"'],
  ],
  [
    "OC-S4 an error without its text",
    setPart(
      TOOL,
      `json_set(data, '$.state', json('{"status":"error","input":{"a":1},"time":{"start":1,"end":2}}'))`,
    ),
    "invalid-part",
    "unreadable",
    [part(TOOL, "$.state.error"), '"Tool execution failed (details lost)"'],
  ],
  [
    "OC-S5 input that is a list",
    setPart(TOOL, "json_set(data, '$.state.input', json('[1]'))"),
    "invalid-tool-input",
    "rejected",
    [part(TOOL, "$.state.input"), '{"value":[1]}'],
  ],
  [
    "OC-S5 input that is a text of an object",
    setPart(TOOL, `json_set(data, '$.state.input', '{"n":12345678901234567890}')`),
    "invalid-tool-input",
    "rejected",
    [part(TOOL, "$.state.input"), '{"n":12345678901234567890}'],
  ],
  [
    "OC-S5 input that is null",
    setPart(TOOL, "json_set(data, '$.state.input', null)"),
    "invalid-tool-input",
    "rejected",
    [part(TOOL, "$.state.input"), "{}"],
  ],
  [
    "OC-S6 a prompt with a format",
    setMessage(USER, `json_set(data, '$.format', json('{"type":"text"}'))`),
    "stored-format",
    "unreadable",
    [message(USER, "$.format"), null],
  ],
  [
    "OC-S7 null for an optional key",
    setMessage(LAST, "json_set(data, '$.variant', null)"),
    "invalid-message",
    "unreadable",
    [message(LAST, "$.variant"), null],
  ],
  [
    "OC-S7 a time that is no integer",
    setMessage(LAST, "json_set(data, '$.time.completed', (data ->> '$.time.completed') + 0.5)"),
    "invalid-message",
    "unreadable",
  ],
  [
    "OC-S8 a part of an unknown kind",
    setPart(TEXT, `'{"type":"telemetry"}'`),
    "unknown-block",
    "unreadable",
    [`select count(*) from part where id = ${TEXT} and data ->> '$.type' = 'telemetry'`, 0],
  ],
  [
    "OC-S9 a part with an id of another kind",
    `update part set id = 'part_' || substr(id, 5) where id = ${TEXT};`,
    "invalid-part",
    "unreadable",
    ["select count(*) from part where id not like 'prt!_%' escape '!'", 0],
  ],
  [
    "OC-L1 a revert that is no JSON",
    setSession("revert = '{'"),
    "unlistable-session",
    "unreadable",
    ["select revert from session", null],
  ],
  [
    "OC-L2 a workspace of another kind",
    setSession("workspace_id = 'wks_global'"),
    "unlistable-session",
    "unreadable",
    ["select workspace_id from session", null],
  ],
  [
    "OC-L4 a project that is gone",
    `${noKeys} delete from project;`,
    "missing-project",
    "unreadable",
    ["select worktree from project", "/home/dev/demo"],
  ],
  ["OC-L5 a time that is text", setSession("time_updated = 'x'"), "unlistable-session", "unreadable"],
  [
    "OC-L5 a parent of another kind",
    setSession("parent_id = 'x'"),
    "unlistable-session",
    "unreadable",
    ["select parent_id from session", null],
  ],
  [
    "OC-L6 a revert to a message that is gone",
    setSession(`revert = '{"messageID":"msg_gone"}'`),
    "dangling-revert",
    "misleads",
    ["select revert from session", null],
  ],
  [
    "OC-T1 a reply in the future",
    `update message set time_created = time_created + 9e11, data = json_set(data, '$.time.created', (data ->> '$.time.created') + 900000000000) where id = ${LAST};`,
    "future-timestamp",
    "loop",
  ],
  [
    "OC-T1 a prompt in the future, with parts that are no earlier: its id tells",
    `update part set time_created = time_created + 9e11 where message_id = ${USER}; update message set time_created = time_created + 9e11, data = json_set(data, '$.time.created', (data ->> '$.time.created') + 900000000000) where id = ${USER};`,
    "future-timestamp",
    "swallowed",
    ["select time_created from message order by id limit 1", 1795242723887],
  ],
  [
    "OC-T1 a prompt in the future with an id of another kind: its reply tells",
    `${noKeys} update part set time_created = time_created + 9e11, message_id = 'msg_x' where message_id = ${USER}; update message set data = json_set(data, '$.parentID', 'msg_x') where data ->> '$.parentID' = ${USER}; update message set id = 'msg_x', time_created = time_created + 9e11, data = json_set(data, '$.time.created', (data ->> '$.time.created') + 900000000000) where id = ${USER};`,
    "future-timestamp",
    "misleads",
    [
      "select min(time_created) - (select time_created from message where id = 'msg_x') from message where id <> 'msg_x'",
      1,
    ],
  ],
  [
    "OC-T3 a column that is not what the JSON says",
    `update message set time_created = time_created + 60000 where id = ${USER};`,
    "mismatched-column",
    "cosmetic",
  ],
  [
    "OC-T5 parts on both sides of the wrap",
    "update part set id = 'prt_ffff' || substr(id, 9) where id in ('prt_1fcce10630016jQ5JFgszYZc5l', 'prt_1fcce106a001caW7a78TPeu3Yz');",
    "id-order",
    "misleads",
    ["select count(*) from part where id like 'prt_ffff%'", 0],
  ],
  [
    "OC-I1 a tool that still runs",
    setPart(
      TOOL,
      `json_set(data, '$.state', json('{"status":"running","input":{"a":1},"time":{"start":1795243010000}}'))`,
    ),
    "stuck-tool",
    "misleads",
    [part(TOOL, "$.state.metadata.interrupted"), "true"],
  ],
  [
    "OC-I2 a reply that never ended",
    setMessage(LAST, "json_remove(data, '$.time.completed', '$.finish')"),
    "incomplete-message",
    "misleads",
    [message(LAST, "$.error.name"), '"MessageAbortedError"'],
  ],
  [
    "OC-I3 a reply without a part",
    `${setMessage(LAST, "json_remove(data, '$.time.completed', '$.finish')")} delete from part where message_id = ${LAST};`,
    "incomplete-message",
    "misleads",
  ],
  [
    "a command whose subtask never ended",
    `${setMessage(LAST, "json_remove(data, '$.time.completed', '$.finish')")} update part set data = '{"type":"subtask","agent":"general","description":"x","prompt":"do"}' where rowid = (select min(rowid) from part where message_id = (select data ->> '$.parentID' from message where id = ${LAST}));`,
    "incomplete-message",
    "misleads",
    [message(LAST, "$.finish"), '"tool-calls"'],
  ],
  [
    "OC-I7 a compaction mark that was left",
    setSession("time_compacting = time_updated"),
    "stuck-compaction",
    "misleads",
    ["select time_compacting from session", null],
  ],
  [
    "OC-P1 a step boundary that is lost",
    "delete from part where id in ('prt_1fcce0fbd001QErNjc38ti5mJW', 'prt_1fcce10630016jQ5JFgszYZc5l'); update part set message_id = 'msg_1fcce0b71001FxZr0UXp4NZIgV' where message_id = 'msg_1fcce0ff7001Sr3559IAXKgK7h'; delete from message where id = 'msg_1fcce0ff7001Sr3559IAXKgK7h';",
    "missing-step-boundary",
    "misleads",
  ],
  [
    "OC-C1 a compaction that was never answered",
    `insert into part (id, message_id, session_id, time_created, time_updated, data) select 'prt_zzz', id, session_id, time_created, time_updated, '{"type":"compaction","auto":false}' from message where id = 'msg_1fcce2db6001gGwqlzYEiCsp6B'; delete from part where message_id = ${LAST}; delete from message where id = ${LAST};`,
    "unanswered-compaction",
    "swallowed",
  ],
  [
    "OC-C3 a tail that begins nowhere",
    `insert into part (id, message_id, session_id, time_created, time_updated, data) select 'prt_zzz', id, session_id, time_created, time_updated, '{"type":"compaction","auto":true,"tail_start_id":"msg_gone"}' from message where id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'; update message set data = json_set(data, '$.summary', json('true'), '$.parentID', 'msg_1fcce1c32001kDm2Y1fEpHQSSA') where id = 'msg_1fcce2283001iqB6wpFUzyw4tc';`,
    "dangling-compaction-tail",
    "misleads",
    ["select data ->> '$.tail_start_id' from part where id = 'prt_zzz'", null],
  ],
  [
    "OC-C4 a summary whose marker is gone",
    `delete from part where message_id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA'; update message set data = json_set(data, '$.summary', json('true'), '$.parentID', 'msg_1fcce1c32001kDm2Y1fEpHQSSA') where id = 'msg_1fcce2283001iqB6wpFUzyw4tc';`,
    "lost-compaction",
    "misleads",
    ["select count(*) from part where data ->> '$.type' = 'compaction'", 1],
  ],
  ["OC-X2 a file URL", file("file:///home/dev/shot.png", "image/png"), "unsendable-media", "crash"],
  [
    "OC-X1 bytes that are no image",
    file("data:image/png;base64,SGVsbG8gd29ybGQh", "image/png"),
    "unsendable-media",
    "rejected",
  ],
  [
    "OC-X3 a call id twice",
    "update part set data = json_set(data, '$.callID', 'c') where data ->> '$.type' = 'tool';",
    "duplicate-tool-call-id",
    "rejected",
  ],
  [
    "OC-X4 an empty call id",
    setPart(TOOL, "json_set(data, '$.callID', '')"),
    "invalid-tool-call-id",
    "rejected",
  ],
  [
    "OC-X5 a name with spaces",
    setPart(TOOL, "json_set(data, '$.tool', 'read it')"),
    "invalid-tool-name",
    "rejected",
    [part(TOOL, "$.tool"), '"invalid"'],
  ],
  ["OC-X6 blank text", setPart(TEXT, "json_set(data, '$.text', char(10))"), "blank-text", "rejected"],
  [
    "OC-X8 a reply of thinking only",
    `delete from part where message_id = ${LAST} and data ->> '$.type' = 'text'; insert into part (id, message_id, session_id, time_created, time_updated, data) select 'prt_1fcce30f0001aaaaaaaaaaaaaa', id, session_id, time_created, time_updated, '{"type":"reasoning","text":"hm","time":{"start":1,"end":2},"metadata":{"anthropic":{"signature":"s"}}}' from message where id = ${LAST};`,
    "dangling-thinking",
    "rejected",
  ],
  [
    "OC-X9 signed thinking that is empty",
    setPart("(select id from part where data ->> '$.type' = 'reasoning')", "json_set(data, '$.text', '')"),
    "invalid-thinking",
    "rejected",
  ],
  [
    "OC-X15 half a character in an input",
    setPart(TOOL, `json_set(data, '$.state.input', json('{"a":"\\ud83d"}'))`),
    "lone-surrogate",
    "rejected",
    [part(TOOL, "$.state.input"), '{"a":"\\ufffd"}'],
  ],
  [
    "OC-O1 a part without its message",
    `${noKeys} insert into part (id, message_id, session_id, time_created, time_updated, data) select 'prt_zzz', 'msg_gone', session_id, 1, 1, data from part limit 1;`,
    "orphan-row",
    "lost",
    ["select count(*) from part where id = 'prt_zzz'", 0],
  ],
  [
    "OC-O2 a message without its session",
    `${noKeys} insert into message select 'msg_zzz', 'ses_gone', 1, 1, data from message limit 1;`,
    "orphan-row",
    "lost",
  ],
  [
    "OC-O3 a part that names another session",
    `${noKeys} update part set session_id = 'ses_other' where id = ${TEXT};`,
    "mismatched-session",
    "lost",
    ["select count(distinct session_id) from part", 1],
  ],
  [
    "OC-O5 a reply to a message that is gone",
    setMessage(LAST, "json_set(data, '$.parentID', 'msg_gone')"),
    "dangling-parent",
    "cosmetic",
    [message(LAST, "$.parentID"), '"msg_1fcce2db6001gGwqlzYEiCsp6B"'],
  ],
  [
    "OC-T3 a time in the content that would move the message",
    setMessage(
      "'msg_1fcce1c32001kDm2Y1fEpHQSSA'",
      "json_set(data, '$.time.created', (select time_created + 1 from message where id = 'msg_1fcce1c77001zJs3ZahlESwz1E'))",
    ),
    "mismatched-column",
    "cosmetic",
    [
      "select group_concat(id = 'msg_1fcce1c32001kDm2Y1fEpHQSSA', '') from (select id from message order by time_created, id)",
      "0000100000",
    ],
  ],
  [
    "OC-L8 a count that is a text",
    setSession("tokens_input = 'x'"),
    "unlistable-session",
    "unreadable",
    ["select tokens_input from session", 0],
  ],
  [
    "OC-L8 a permission of no kind",
    setSession(`permission = '[{"permission":"a","pattern":"b","action":"maybe"}]'`),
    "unlistable-session",
    "unreadable",
    ["select permission from session", null],
  ],
  [
    "OC-O9 a child of a session that is gone",
    setSession("parent_id = 'ses_gone'"),
    "orphan-row",
    "lost",
    ["select parent_id from session", null],
  ],
];

test.each(CASES)("%s", async (id, sql, rule, does, after) => {
  const path = dir.path(`${id.replace(/\W+/g, "-")}.db`);
  damagedCopy(path, "opencode", sql);
  const { findings } = await scan(path, { now: NOW, hostVersion: "1.18.34" });
  const found = findings.filter((finding) => finding.rule === rule);
  expect(found.length, findings.map((finding) => finding.rule).join()).toBeGreaterThan(0);
  expect(found.flatMap(({ effects }) => effects.map(({ effect }) => effect))).toContain(does);

  const { plan } = await prepareRepair(path, { now: NOW, hostVersion: "1.18.34" }, {});
  await applyPlan(path, plan, { backup: false, nothing: true });
  const left = await scan(path, { now: NOW, hostVersion: "1.18.34" });
  expect(left.findings.filter(({ severity }) => severity !== "info").map((finding) => finding.rule)).toEqual(
    [],
  );
  expect(left.findings.map((finding) => finding.rule)).not.toContain(rule);
  const again = await prepareRepair(path, { now: NOW, hostVersion: "1.18.34" }, {});
  expect([...again.plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
  if (!after) return;
  const [query, value] = after;
  const db = openForReading({ name: path });
  expect(db.prepare(query).pluck().get() ?? null).toEqual(value);
  db.close();
});

test("a summary whose marker is gone is not laid to the prompt before it, nor an ordinary reply called a summary", async () => {
  const path = dir.path("summaries.db");
  const flag = (id: string) => setMessage(id, "json_set(data, '$.summary', json('true'))");
  const astray = setMessage(LAST, "json_set(data, '$.parentID', 'msg_gone')");
  damagedCopy(path, "opencode", flag(LAST) + astray + flag("'msg_1fcce12560012oqHopJMTWUOcW'"));
  const { plan } = await prepareRepair(path, { now: NOW, hostVersion: "1.18.34" }, {});
  expect([...plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
});
