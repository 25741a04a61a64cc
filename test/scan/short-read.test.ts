import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { first } from "../../src/model/present.js";
import { openOpencode } from "../../src/stores/opencode/reader.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { judged } from "../support/judging.js";
import { SEED } from "../support/seed.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
const path = dir.path("large.db");
copyFileSync(join(FIXTURES, "opencode.db"), path);
const db = openForWriting(path);
afterAll(() => {
  db.close();
  dir.remove();
});
const tools = db
  .prepare("select id from part where json_extract(data, '$.type') = 'tool'")
  .pluck()
  .all() as string[];
db.exec(
  "update part set data = json_set(data, '$.state.output', printf('%.*c', 5000, 'x'), '$.state.metadata.output', printf('%.*c', 3000, 'y')) where json_extract(data, '$.type') = 'tool'",
);

const edit = fc.record({
  id: fc.constantFrom(...tools),
  path: fc.constantFrom(
    "$.type",
    "$.callID",
    "$.tool",
    "$.metadata",
    "$.metadata.openai.itemId",
    "$.metadata.providerExecuted",
    "$.state",
    "$.state.status",
    "$.state.input",
    "$.state.input.x",
    "$.state.title",
    "$.state.time",
    "$.state.time.compacted",
    "$.state.metadata",
    "$.state.metadata.interrupted",
    "$.state.output",
    "$.state.attachments",
    "$.state.error",
    "$.extra",
  ),
  value: fc.constantFrom(
    '""',
    '"x y"',
    "{}",
    "[]",
    "null",
    "1",
    "true",
    '"error"',
    '"running"',
    '"\\ud83d"',
    '{"providerExecuted":true}',
    '[{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"file","mime":"image/png","url":"data:image/png;base64,iVBO"}]',
  ),
  remove: fc.boolean(),
});

test("a large row that is read without its output is judged as the whole row", () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (edits) => {
      db.exec("begin");
      try {
        for (const { id, path: at, value, remove } of edits) {
          if (remove) db.prepare("update part set data = json_remove(data, ?) where id = ?").run(at, id);
          else
            db.prepare("update part set data = json_set(data, ?, json(?)) where id = ?").run(at, value, id);
        }
        const reader = openOpencode(db);
        const findings = (full: boolean) =>
          judged(reader.read(first(reader.handles()), full), { now: NOW, hostVersion: "1.18.34" }).map(
            ({ rule, severity, part, effects }) => ({ rule, severity, part, effects }),
          );
        expect(findings(false)).toEqual(findings(true));
      } finally {
        db.exec("rollback");
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
});
