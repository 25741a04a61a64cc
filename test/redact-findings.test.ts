import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForReading, openForWriting, planRead } from "../src/files/sqlite.js";
import { scan } from "../src/index.js";
import type { Json, JsonObject } from "../src/model/conversation.js";
import { buildExport } from "../src/stores/opencode/export/build.js";
import type { Export } from "../src/stores/opencode/export/read.js";
import { redactExport } from "../src/stores/opencode/export/redact.js";
import { FIXTURES, scratch } from "./support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

let planted = 0;
/** Letters and digits: the placeholder of neither is itself. */
const secretOf = () => `Geheim${(planted++).toString().padStart(5, "0")}Qk`;

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
    // Read as a scan does it: a -wal beside the fixture would stay.
    const db = openForReading(planRead(join(FIXTURES, "opencode.db")));
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
