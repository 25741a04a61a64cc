import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { generationOf } from "../../src/hosts/hosts.js";
import { judge } from "../../src/scan/judge.js";
import { readDatabase } from "../../src/sources/database.js";
import { openForWriting } from "../../src/sources/sqlite.js";
import { FIXTURES, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);
const path = dir.path("plain.db");
copyFileSync(join(FIXTURES, "opencode.db"), path);
const db = openForWriting(path);
afterAll(() => void db.close());
const parts = db.prepare("select id from part").pluck().all() as string[];
const messages = db.prepare("select id from message").pluck().all() as string[];

const attachment = (mime: string, base64: string) =>
  `[{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"file","mime":"${mime}","url":"data:${mime};base64,${base64}"}]`;

/** Small edits of every kind, most of them damage. */
const edit = fc.oneof(
  fc.record({
    table: fc.constant("part"),
    id: fc.constantFrom(...parts),
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
      attachment("image/png", "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"),
      attachment("image/jpeg", "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9"),
      attachment("image/png", "iVBORw0KGgoAAAANSUhEUgAAIygAAAB4CAIAAAA="),
      attachment("image/png", ""),
    ),
  }),
  fc.record({
    table: fc.constant("message"),
    id: fc.constantFrom(...messages),
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
      '"msg_x"',
      "true",
      "2795242723887",
    ),
  }),
);

test("a conversation that the shortcut calls plain has no finding on any host version", () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 2 }), (edits) => {
      db.exec("begin");
      try {
        for (const { table, id, path: at, value } of edits)
          db.prepare(`update ${table} set data = json_set(data, ?, json(?)) where id = ?`).run(at, value, id);
        const reader = readDatabase(db, path);
        const handle = reader.handles()[0]!;
        const skimmed = reader.skim!(handle);
        const { plainSince, ...conversation } = reader.read(handle);
        expect(skimmed?.plainSince).toBe(plainSince);
        if (plainSince === undefined || plainSince > NOW) return;
        plain++;
        for (const hostVersion of ["1.2.15", "1.14.34", "1.18.34"])
          expect(
            judge(conversation, {
              input: path,
              providers: [],
              now: NOW,
              live: false,
              hostVersion,
              generation: generationOf("opencode", hostVersion),
              directoryExists: () => true,
            }),
          ).toEqual([]);
      } finally {
        db.exec("rollback");
      }
    }),
    { numRuns: 400 },
  );
  expect(plain).toBeGreaterThan(20);
});
