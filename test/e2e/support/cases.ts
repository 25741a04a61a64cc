import type { Wire } from "../../../src/providers/providers.js";
import { sqlFixtures } from "../../support/fixtures.js";
import { type Seen, WELL } from "./api.js";
import { WRITTEN_BY } from "./database.js";

/** One damage of the healthy database: what the real program does with it, until it is repaired. */
export interface Case {
  /** The class of the damage, and what it is. */
  readonly name: string;
  readonly sql: string;
  readonly before: Seen;
  readonly wire: Wire;
  readonly version: string;
  /** The damage that the repair does not mend yet. */
  readonly unmended?: string;
}

const files = new Map(sqlFixtures().map(({ name, sql }) => [name, sql]));

/** The SQL of a fixture of the project. */
function file(name: string): string {
  const sql = files.get(name.replace(" ", ".opencode.")) ?? files.get(`${name}.opencode`);
  if (sql === undefined) throw new Error(`no fixture ${name}`);
  return sql;
}

function one(name: string, sql: string, seen: Partial<Seen>, more: Partial<Case> = {}): Case {
  return { wire: "anthropic", version: WRITTEN_BY, ...more, name, sql, before: { ...WELL, ...seen } };
}

const REPLY = "msg_1fcce2e04001s63s1qGTPR7X32";
const TEXT = "prt_1fcce30e1001CYZyt4fX0JNve4";
const THINKING = "prt_1fcce1f55001wH1ddpofQuaCSR";
const TOOL = "prt_1fcce0f0700152Ia6UzVTL2TKS";
const [BASH, WRITE] = ["prt_1fcce1071001L0xxo5YpbW8cdo", "prt_1fcce1093001lfaR5xMZfHXf4r"];
const [PROMPT, DONE] = ["msg_1fcce0a2f0015ZaRihYenvCwL7", "msg_1fcce12560012oqHopJMTWUOcW"];
const LAST_PROMPT = "msg_1fcce2db6001gGwqlzYEiCsp6B";
const set = (table: "message" | "part", id: string, path: string, json: string) =>
  `update ${table} set data = json_set(data, '${path}', json('${json}')) where id = '${id}'`;
const unset = (table: "message" | "part", id: string, ...paths: string[]) =>
  `update ${table} set data = json_remove(data, ${paths.map((path) => `'${path}'`)}) where id = '${id}'`;
const attach = (mime: string, url: string, rest = "''", more = "") =>
  `insert into part (id, message_id, session_id, time_created, time_updated, data)
   select 'prt_1fcce0a40001aaaaaaaaaaaaaa', message_id, session_id, time_created, time_updated,
     json_object('type', 'file', 'mime', '${mime}', 'filename', 'shot', 'url', '${url}' || ${rest}${more})
   from part where id = 'prt_1fcce0a3f001RTxvmyWtLs1upQ'`;

const LARGE_IMAGE = attach(
  "image/png",
  "data:image/png;base64,iVBORw0KGgo",
  "replace(hex(zeroblob(3600000)), '0', 'A')",
);
const LOST_PROJECT = "pragma foreign_keys = off; update session set project_id = 'gone'";
/** The row does not decode: neither the list nor the session. */
const UNFOUND: Partial<Seen> = { list: 500, open: 500, prompt: "500" };
const REFUSED_IMAGE: Partial<Seen> = { prompt: "refused unsendable-media" };

/** A red dot. */
const PNG =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const cut = (id: string, words: string) =>
  `update part set data = substr(data, 1, instr(data, '${words}')) where id = '${id}'`;
const FAILED_BY_OBJECT = `update part set data = json_set(json_remove(data, '$.state.output'), '$.state.status', 'error', '$.state.error', json('{"message":"x"}')) where id = '${TOOL}'`;
const BEFORE_TIME = `update message set time_created = -5, data = json_set(data, '$.time.created', -5) where id = '${DONE}'`;
const SUBTASK = `insert into part (id, message_id, session_id, time_created, time_updated, data)
  select 'prt_1fcce2db7001aaaaaaaaaaaaaa', message_id, session_id, time_created, time_updated, '{"type":"subtask","prompt":"p","description":"d"}'
  from part where message_id = '${LAST_PROMPT}' limit 1`;
/** The row is no JSON: the session does not open. */
const UNREADABLE: Partial<Seen> = { open: 500, prompt: "500" };

export const CASES: readonly Case[] = [
  one("A: a part that is no JSON", file("malformed-json"), { open: 500, prompt: "500" }),
  one("A: a part that is a blob", file("malformed-json blob"), { open: 500, prompt: "500" }),
  one("A: a message that is no JSON", file("malformed-json message"), { open: 500, prompt: "500" }),
  one("A: a reply without agent, parent and path", file("invalid-message"), { open: 400 }),
  one("A: a prompt without agent and model", file("invalid-message user"), { open: 400 }),
  one("A: a step's end without reason and tokens", file("invalid-part step-finish"), { open: 400 }),
  one("A: a tool without output", file("invalid-part"), { open: 400, prompt: "crash" }),
  one("A: thinking without time", unset("part", THINKING, "$.time"), { open: 400 }),
  one("A: tool input that is text", file("invalid-tool-input"), {
    open: 400,
    prompt: "refused invalid-tool-input",
  }),
  one("A: tool input that is a list", file("invalid-tool-input array"), {
    open: 400,
    prompt: "refused invalid-tool-input",
  }),
  one("A: no tool input", file("invalid-tool-input missing"), {
    open: 400,
    prompt: "refused invalid-tool-input",
  }),
  one("A: a stored format", file("stored-format"), { open: 400 }),
  one("A: null for what may be absent", set("part", TEXT, "$.synthetic", "null"), { open: 400 }),
  one("A: half a millisecond", set("message", REPLY, "$.time.completed", "1795242733990.5"), { open: 400 }),
  one("A: a part of an unknown type", file("unknown-block"), { open: 400 }),
  one("A: an id of the old kind", `update part set id = 'part' || substr(id, 4) where id = '${TEXT}'`, {
    open: 400,
  }),
  one(
    "A: an error of an unknown name",
    set("message", REPLY, "$.error", '{"name":"OldError","data":{"message":"x"}}'),
    { open: 400 },
  ),
  one("B: a workspace id and metadata that do not decode", file("unlistable-session"), UNFOUND),
  one("B: a revert that is no JSON", "update session set revert = '{'", UNFOUND),
  one("B: permissions of another shape", "update session set permission = '{}'", UNFOUND),
  one("B: a negative time", "update session set time_created = -1", { list: 400, prompt: "500" }),
  one("B: a parent id of another kind", "update session set parent_id = 'x'", { list: 400, prompt: "500" }),
  one("B: a relative directory", "update session set directory = 'demo'", UNFOUND, {
    unmended: "no honest repair: what it was relative to is not stored",
  }),
  one("B: a project that is gone", LOST_PROJECT, { list: "hidden", prompt: "500" }),
  one("C: a reply in the future", file("future-timestamp"), { prompt: "refused assistant-prefill" }),
  one(
    "C: a reply in the future, Chat Completions",
    file("future-timestamp"),
    { prompt: "loop" },
    { wire: "openai-chat" },
  ),
  one("C: a prompt and its reply in the future", file("future-timestamp pair"), { prompt: "swallowed" }),
  one("D: a tool left running", file("stuck-tool"), { busy: true }),
  one("D: a reply that never ended", file("incomplete-message"), { busy: true }),
  one(
    "D: a reply without any part",
    `delete from part where message_id = '${REPLY}'; ${unset("message", REPLY, "$.time.completed", "$.finish")}`,
    { busy: true },
  ),

  one(
    "E: text behind a call",
    file("content-after-tool-call"),
    { prompt: "refused content-after-tool-call" },
    { version: "1.2.15" },
  ),
  one(
    "E: two steps glued together",
    file("missing-step-boundary host-1.2.15"),
    { prompt: "refused content-after-tool-call" },
    { version: "1.2.15" },
  ),
  one("F: a compaction without an answer", file("unanswered-compaction"), { prompt: "swallowed" }),
  one("F: a subtask whose agent is gone, and two prompts behind it", file("unanswered-subtask failed"), {
    prompt: "500",
  }),
  one("F: a compaction of the host's own without an answer", file("unanswered-compaction auto"), {}),
  one(
    "G: an image of a type that is not taken",
    attach("image/bmp", "data:image/bmp;base64,Qk0="),
    REFUSED_IMAGE,
  ),
  one(
    "G: a file of a kind that no wire has a form for",
    attach("application/zip", "data:application/zip;base64,UEsDBA=="),
    {
      prompt: "crash",
    },
  ),
  one("G: a web page", attach("text/html", "data:text/html;base64,PGgxPg=="), { prompt: "crash" }),
  one("G: an image that is none", attach("image/png", "data:image/png;base64,SGVsbG8="), REFUSED_IMAGE),
  one("G: an image of more than 5 MB", LARGE_IMAGE, REFUSED_IMAGE),
  one(
    "G: a file of no known type",
    attach("application/octet-stream", "data:application/octet-stream;base64,SGVsbG8="),
    { prompt: "crash" },
  ),
  one("G: an attachment in a file", file("unsendable-media"), { prompt: "crash" }),
  one("G: an attachment without data", attach("image/png", "data:image/png;base64,"), REFUSED_IMAGE),
  one("G: the same call id twice", file("duplicate-tool-call-id"), {
    prompt: "refused duplicate-tool-call-id",
  }),
  one("G: an empty call id", file("invalid-tool-call-id"), { prompt: "refused invalid-tool-call-id" }),
  one("G: a tool name with spaces", file("invalid-tool-name"), { prompt: "refused invalid-tool-name" }),
  one("G: white space", file("blank-text"), { prompt: "refused blank-text" }),
  one("G: nothing but thinking", file("dangling-thinking"), { prompt: "refused dangling-thinking" }),
  one("G: signed thinking without words", file("invalid-thinking"), { prompt: "refused invalid-thinking" }),
  one("G: half a character", file("lone-surrogate"), { prompt: "refused lone-surrogate" }),
  one("H: an output that is an object", set("part", TOOL, "$.state.output", '{"a":1}'), { open: 400 }),
  one("H: an output that is a list", set("part", TOOL, "$.state.output", '[{"type":"text","text":"a"}]'), {
    open: 400,
  }),
  one("H: an output that is a number", set("part", TOOL, "$.state.output", "42.5"), { open: 400 }),
  one("H: an output that is true", set("part", TOOL, "$.state.output", "true"), { open: 400 }),
  one("H: an error that is an object", FAILED_BY_OBJECT, { open: 400 }),
  one("H: a tool that was cut behind its output", cut(TOOL, ',"metadata"'), UNREADABLE),
  one("H: a tool that was cut in its output", cut(TOOL, "2: second"), UNREADABLE),
  one("H: a text of type null", set("part", TEXT, "$.type", "null"), { open: 400 }),
  one("H: a tool in capital letters", set("part", TOOL, "$.type", '"TOOL"'), { open: 400 }),
  one("H: words behind the JSON", `update part set data = data || 'x' where id = '${TOOL}'`, UNREADABLE),
  one(
    "H: a NUL in the JSON",
    `update part set data = replace(data, 'hello world', 'a' || char(0)) where id = '${TOOL}'`,
    UNREADABLE,
  ),
  one("H: a reply from before all time", BEFORE_TIME, { open: 400 }),
  one(
    "H: ids that become the same",
    `${set("part", BASH, "$.callID", '"a.b"')}; ${set("part", WRITE, "$.callID", '"a:b"')}`,
    {
      prompt: "refused duplicate-tool-call-id",
    },
  ),
  one(
    "H: a file with a source that is none",
    attach("image/png", PNG, `''`, `, 'source', json('{"type":"x"}')`),
    { open: 400 },
  ),
  one(
    "H: an image of a type in capital letters",
    attach("IMAGE/PNG", PNG.replace("image/png", "IMAGE/PNG")),
    { prompt: "crash" },
  ),
  one("I: a signature without a letter", set("part", THINKING, "$.metadata.anthropic.signature", '""'), {
    prompt: "refused invalid-thinking",
  }),
  one("I: metadata that is null", set("part", TEXT, "$.metadata", "null"), { open: 400 }),
  one(
    "I: a file name that is a number",
    `${attach("image/png", PNG)}; ${set("part", "prt_1fcce0a40001aaaaaaaaaaaaaa", "$.filename", "5")}`,
    { open: 400, prompt: "crash" },
  ),
  one("I: a workspace that is gone", "update session set workspace_id = 'wrk_gone'", {
    open: 500,
    prompt: "500",
  }),
  one("I: a directory of another system", "update session set directory = 'C:\\demo'", UNFOUND, {
    unmended: "no honest repair: where it is here is not stored",
  }),
  one("I: a subtask without an agent", SUBTASK, { open: 400 }),
  one("I: a summary with changes that cannot be read", set("message", PROMPT, "$.summary", '{"diffs":[5]}'), {
    open: 400,
  }),
];
