import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openForReading, openForWriting } from "../src/files/sqlite.js";
import { scan } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { present } from "../src/model/present.js";
import { buildExport } from "../src/stores/opencode/export/build.js";
import { SESSION_PATHS } from "../src/stores/opencode/export/cells.js";
import type { Export } from "../src/stores/opencode/export/read.js";
import { redactExport } from "../src/stores/opencode/export/redact.js";
import { FIXTURES, scratch } from "./support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

/** Every field that opencode's schema has, with a value that its reader takes. */
const TIME = { created: 1, updated: 2, completed: 3, start: 4, end: 5, compacted: 6 };
const TOKENS = { input: 1, output: 2, reasoning: 3, total: 6, cache: { read: 4, write: 5 } };
const OWN = {
  id: "prt_1",
  sessionID: "ses_1",
  messageID: "msg_1",
  $row: { data: "{", blob: "AAAA", session_id: "ses_2", time_created: 1, time_updated: 2, project_known: 0 },
};
const SPAN = { value: "v", start: 0, end: 1 };
const FILE = {
  ...OWN,
  type: "file",
  mime: "image/png",
  filename: "f",
  url: "data:text/plain;name=n;base64,QUFB",
  source: {
    type: "symbol",
    path: "p",
    text: SPAN,
    name: "n",
    uri: "u",
    clientName: "c",
    kind: 5,
    range: { start: { line: 1 } },
  },
};
const METADATA = {
  providerExecuted: true,
  anthropic: { signature: "s", redactedData: "r", other: "o" },
  openai: { itemId: "rs_1", reasoningEncryptedContent: "c", other: "o" },
  google: { thoughtSignature: "t" },
  other: { key: "v" },
};
const API_ERROR = {
  name: "APIError",
  data: {
    message: "tool_call_id x not found",
    isRetryable: false,
    statusCode: 400,
    responseHeaders: { "x-request-id": "r" },
    responseBody: "b",
    metadata: { url: "u" },
    cause: "c",
    requestBodyValues: { model: "m", messages: [{ role: "user", content: "x" }] },
    providerID: "anthropic",
    retries: 1,
  },
};
const STATE = {
  status: "completed",
  input: { command: "ls", nested: { list: ["a", 1, true, null] } },
  raw: "r",
  title: "t",
  output: "o",
  error: "Tool execution aborted",
  time: TIME,
  metadata: { interrupted: true, truncated: false, output: "o", sessionId: "ses_3", diff: "d", exit: 0 },
  attachments: [FILE],
};
const DIFFS = [
  {
    file: "f",
    path: "p",
    patch: "p",
    diff: "d",
    before: "b",
    after: "a",
    additions: 1,
    deletions: 2,
    status: "added",
  },
];
const MODEL = { id: "claude-opus-4-5", modelID: "claude-opus-4-5", providerID: "anthropic", variant: "high" };
const PARTS: JsonObject[] = [
  { ...OWN, type: "text", text: "t", synthetic: true, ignored: false, time: TIME, metadata: METADATA },
  { ...OWN, type: "reasoning", text: "t", time: TIME, metadata: METADATA },
  { ...OWN, type: "tool", tool: "bash", callID: "call_1", state: STATE, metadata: METADATA },
  {
    ...OWN,
    type: "tool",
    tool: "bash",
    callID: "call_2",
    state: { status: "pending", input: '{"a":1}', raw: "" },
  },
  { ...OWN, type: "step-start", snapshot: "s" },
  { ...OWN, type: "step-finish", reason: "stop", cost: 0.1, tokens: TOKENS, snapshot: "s" },
  { ...OWN, type: "snapshot", snapshot: "s" },
  { ...OWN, type: "patch", hash: "h", files: ["f"] },
  FILE,
  { ...OWN, type: "agent", name: "build", source: SPAN },
  { ...OWN, type: "subtask", prompt: "p", description: "d", agent: "general", model: MODEL, command: "c" },
  { ...OWN, type: "retry", attempt: 1, error: API_ERROR, time: TIME },
  { ...OWN, type: "compaction", auto: true, overflow: false, tail_start_id: "msg_2" },
  { ...OWN, type: "custom", callProviderMetadata: { a: "b" }, providerMetadata: { a: { id: "b" } } },
];
const USER = {
  id: "msg_1",
  sessionID: "ses_1",
  role: "user",
  time: TIME,
  agent: "build",
  model: MODEL,
  summary: { title: "t", body: "b", diffs: DIFFS },
  system: "s",
  tools: { bash: true },
  format: { type: "json_schema", schema: { type: "object", properties: { a: {} } }, retryCount: 1 },
  variant: "high",
  $row: OWN.$row,
};
const ASSISTANT = {
  ...USER,
  role: "assistant",
  parentID: "msg_0",
  modelID: "m",
  providerID: "p",
  mode: "build",
  path: { cwd: "/c", root: "/r" },
  cost: 0.5,
  tokens: TOKENS,
  error: API_ERROR,
  summary: true,
  finish: "stop",
  structured: { a: "b" },
};
const INFO = {
  id: "ses_1",
  projectID: "global",
  workspaceID: "wrk_1",
  parentID: "ses_0",
  slug: "s",
  directory: "/d",
  path: "p",
  title: "t",
  version: "1.18.34",
  share: { url: "https://u", secret: "s" },
  summary: { additions: 1, deletions: 2, files: 3, diffs: DIFFS },
  metadata: { a: { b: "c" } },
  cost: 1,
  tokens: TOKENS,
  revert: { messageID: "msg_1", partID: "prt_1", snapshot: "s", diff: "d" },
  permission: [{ permission: "bash", pattern: "*", action: "allow" }],
  agent: "build",
  model: MODEL,
  time: { created: 1, updated: 2, compacting: 3, archived: 4 },
  $row: Object.fromEntries(Object.keys(SESSION_PATHS).map((column) => [column, "x"])),
};
const WHOLE: Export = {
  info: INFO,
  messages: [
    { info: USER, parts: PARTS },
    { info: ASSISTANT, parts: PARTS },
  ],
};
/** The same as JSON, and back. */
const WHOLE_JSON: Json = { ...WHOLE, messages: [...WHOLE.messages] };
const asExport = (value: Json): Export => {
  const { info, messages } = value as JsonObject;
  return { info: info as JsonObject, messages: messages as Json[] };
};

/** A secret that stands nowhere else, in each form in which people and machines write one. */
const FORMS: Record<string, (secret: string) => Json> = {
  "one word": (secret) => secret,
  "a sentence": (secret) => `the ${secret} of somebody, ${secret}`,
  "a path": (secret) => `/home/${secret}/${secret}.txt`,
  "behind the prefix of an item": (secret) => `rs_${secret}`,
  "a media type": (secret) => `image/${secret}`,
  "a URL": (secret) => `https://${secret}.example/${secret}?token=${secret}`,
  "a data URL": (secret) =>
    `data:image/${secret};name=${secret};base64,${Buffer.from(secret).toString("base64")}`,
  "an error that is known": (secret) =>
    `messages.3: \`tool_use\` ids were found without \`tool_result\` blocks: ${secret}. tool_call_id ${secret} not found`,
  "a version": (secret) => `1.2.3-${secret}+${secret}`,
  "a model": (secret) => `claude-${secret}-4`,
  "an error's name": (secret) => `${secret}Error`,
  "JSON in a text": (secret) => JSON.stringify({ [secret]: [secret, { type: secret }] }),
  "broken JSON": (secret) => `{"${secret}": "${secret}`,
  "an object": (secret) => ({
    [secret]: secret,
    type: secret,
    id: secret,
    deep: { [`/${secret}/*`]: [secret] },
  }),
  "a list": (secret) => [secret, { name: secret, url: secret }, [[secret]]],
};

let planted = 0;
/** Letters and digits: the placeholder of neither is itself. */
const secretOf = () => `Geheim${(planted++).toString().padStart(5, "0")}Qk`;
const SECRET = /Geheim\d|\d{5}Qk/;
/** Card numbers: 16 digits that count up. */
const numberOf = () => 4_111_222_233_330_000 + planted++;
const NUMBER = /411122223333\d/;

/** Puts a secret into every leaf of the value, and one into every object as a key of its own. */
function plant(value: Json, leaf: (was: Json) => Json, key: () => string): Json {
  if (Array.isArray(value)) return [...value.map((inner) => plant(inner, leaf, key)), leaf("")];
  if (typeof value !== "object" || value === null) return leaf(value);
  const entries = Object.entries(value as JsonObject).map(([name, inner]) => [name, plant(inner, leaf, key)]);
  return Object.fromEntries([...entries, [key(), leaf("")]]) as Json;
}

/** Base64 hides a word from a search: all of it is looked into. */
function withDecoded(text: string): string {
  const hidden = text.match(/[A-Za-z0-9+/]{8,}={0,2}/g) ?? [];
  return [text, ...hidden.map((word) => Buffer.from(word, "base64").toString("latin1"))].join("\n");
}

function leakOf(body: Export): string | null {
  const told = withDecoded(JSON.stringify(redactExport(body), null, 1));
  const found = SECRET.exec(told) ?? NUMBER.exec(told);
  return found && told.slice(Math.max(0, found.index - 60), found.index + 40);
}

const planting = (form: (secret: string) => Json) =>
  asExport(plant(WHOLE_JSON, () => form(secretOf()), secretOf));

describe("a redacted export tells no secret", () => {
  test.each(Object.entries(FORMS))("%s, in every field and key", (_, form) => {
    expect(leakOf(planting(form))).toBeNull();
  });

  test("numbers, in every field", () => {
    const body = plant(WHOLE_JSON, (was) => (typeof was === "string" ? was : numberOf()), secretOf);
    expect(leakOf(asExport(body))).toBeNull();
    const everywhere = plant(WHOLE_JSON, numberOf, secretOf);
    expect(leakOf(asExport(everywhere))).toBeNull();
  });

  test("one field at a time, while all others are as the host writes them", () => {
    const places: string[] = [];
    const walk = (
      value: Json,
      target: number,
      form: (secret: string) => Json,
    ): { value: Json; seen: number } => {
      let seen = 0;
      const visit = (inner: Json): Json => {
        if (Array.isArray(inner)) return inner.map(visit);
        if (typeof inner === "object" && inner !== null)
          return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, visit(one)]));
        return seen++ === target ? form(secretOf()) : inner;
      };
      return { value: visit(value), seen };
    };
    const { seen } = walk(WHOLE_JSON, -1, () => null);
    for (const form of [present(FORMS["one word"]), present(FORMS["an object"])])
      for (let target = 0; target < seen; target++) {
        const leak = leakOf(asExport(walk(WHOLE_JSON, target, form).value));
        if (leak) places.push(leak);
      }
    expect(places).toEqual([]);
    expect(seen).toBeGreaterThan(400);
  });

  test("values of any shape, at places that no schema has", () => {
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(0).map(secretOf),
        fc.constant(0).map(numberOf),
        fc.constant(0).map(() => JSON.stringify({ [secretOf()]: secretOf() })),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(
            fc.constantFrom("id", "type", "itemId", "output", "anthropic", "interrupted", "status", "time"),
            fc.constant(0).map(secretOf),
          ),
          tie("value"),
          { maxKeys: 4 },
        ),
      ),
    })).value as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(value, value, (one, other) => {
        const part = {
          ...present(PARTS[2]),
          state: { ...STATE, input: one, metadata: other },
          metadata: one,
          unknown: other,
        };
        const info = { ...ASSISTANT, error: { name: one, data: other }, structured: one, other };
        const body = {
          info: { ...INFO, metadata: one, permission: other },
          messages: [{ info, parts: [part, one], more: other }],
        };
        expect(leakOf(asExport(body))).toBeNull();
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test("every column of the rows of a database", () => {
    for (const json of [true, false]) {
      const path = dir.path(`columns ${json}.db`);
      copyFileSync(join(FIXTURES, "opencode.db"), path);
      const db = openForWriting(path);
      db.pragma("foreign_keys = off");
      const id = String(db.prepare("select id from session").pluck().get());
      for (const column of Object.keys(SESSION_PATHS).filter((name) => name !== "id"))
        db.prepare(`update session set "${column}" = ?`).run(
          json ? JSON.stringify({ [secretOf()]: secretOf() }) : secretOf(),
        );
      const set = db.prepare("update part set data = ?, time_created = ?, time_updated = ? where rowid = ?");
      const rows = db.prepare("select rowid, data from part").all() as { rowid: number; data: string }[];
      for (const { rowid, data } of rows) {
        const hidden = plant(
          JSON.parse(data) as Json,
          (was) => (typeof was === "string" ? secretOf() : was),
          secretOf,
        );
        set.run(
          json ? JSON.stringify(hidden) : `{"a": "${secretOf()}", ${secretOf()}`,
          secretOf(),
          numberOf(),
          rowid,
        );
      }
      expect(leakOf(buildExport(db, path, id))).toBeNull();
      db.close();
    }
  });

  test("so many secrets were planted", () => expect(planted).toBeGreaterThan(5000));
});

describe("the findings stay the same", () => {
  async function findingsOf(body: Export, name: string) {
    const path = dir.path(name);
    writeFileSync(path, JSON.stringify(body));
    const { findings } = await scan(path, { now: NOW, hostVersion: "1.18.34" });
    return findings.map(({ rule, severity, message, part, effects, repair, fingerprint }) => ({
      rule,
      severity,
      message,
      part,
      effects: effects.map(({ target, effect }) => `${target} ${effect}`),
      repair: repair.safety,
      fingerprint,
    }));
  }

  test("of every damaged session, whatever words stand in it", async () => {
    const path = dir.path("words.db");
    copyFileSync(join(FIXTURES, "damaged.db"), path);
    const db = openForWriting(path);
    const rows = db.prepare("select rowid, data from part where json_valid(data)").all() as {
      rowid: number;
      data: string;
    }[];
    const set = db.prepare("update part set data = ? where rowid = ?");
    const OWN_WORDS = ["type", "status", "error", "id", "callID", "reason"];
    for (const { rowid, data } of rows) {
      const part = JSON.parse(data, (key, value: Json) =>
        typeof value === "string" && !OWN_WORDS.includes(key) ? secretOf() : value,
      ) as Json;
      set.run(JSON.stringify(part), rowid);
    }
    const ids = db.prepare("select id from session").pluck().all() as string[];
    for (const id of ids) {
      const body = buildExport(db, path, id);
      expect(await findingsOf(redactExport(body), "redacted.json")).toEqual(
        await findingsOf(body, "whole.json"),
      );
    }
    db.close();
  });

  test("names that are equal stay equal, and different ones different; no text becomes longer", async () => {
    const tool = (tool: string, callID: string, at: number) => ({
      id: `prt_${at}`,
      type: "tool",
      tool,
      callID,
      state: {
        status: "completed",
        input: '{"n": 12, "s": "x"}',
        output: "",
        title: "",
        metadata: {},
        time: { start: at, end: at },
      },
    });
    const calls = ["a", "b", "c", "a", "call me", "call we", "\u00e9", "1", "2", "call_1"];
    const body: Export = {
      info: { id: "ses_1", version: "1.18.34", directory: "/x", time: { created: 1, updated: 2 } },
      messages: [
        {
          info: { id: "msg_1", role: "user", time: { created: 1 } },
          parts: [{ id: "prt_0", type: "text", text: "x" }],
        },
        {
          info: { id: "msg_2", role: "assistant", time: { created: 2 } },
          parts: calls.map((call, at) => tool(`${call} tool`, call, at)),
        },
      ],
    };
    const redacted = redactExport(body);
    const told = (redacted.messages[1] as { parts: { callID: string; tool: string }[] }).parts;
    for (const key of ["callID", "tool"] as const) {
      const names = told.map((part) => part[key]);
      expect(new Set(names).size).toBe(new Set(calls).size);
      expect(names[0]).toBe(names[3]);
      expect(names.map(({ length }) => length)).toEqual(
        calls.map((call) => (key === "tool" ? `${call} tool` : call).length),
      );
    }
    expect(told.at(-1)?.callID).toBe("call_1");
    expect(await findingsOf(redacted, "redacted.json")).toEqual(await findingsOf(body, "whole.json"));
  });

  test("an export of the host stays readable by what reads it", () => {
    const db = openForReading({ name: join(FIXTURES, "opencode.db") });
    const id = String(db.prepare("select id from session").pluck().get());
    const body = buildExport(db, "x", id);
    const redacted = redactExport(body);
    db.close();
    expect(redacted.info).toMatchObject({
      id: body.info.id,
      version: body.info.version,
      time: body.info.time,
    });
    expect(redacted.messages).toHaveLength(body.messages.length);
    const types = (one: Export) =>
      (one.messages as { info: JsonObject; parts: JsonObject[] }[]).map(({ info, parts }) => [
        info.role,
        info.modelID,
        ...parts.map(({ type, tool, callID, reason, tokens }) => [type, tool, callID, reason, tokens]),
      ]);
    expect(types(redacted)).toEqual(types(body));
  });
});
