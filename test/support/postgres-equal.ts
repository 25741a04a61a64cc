import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openForReading } from "../../src/files/sqlite.js";
import { applyAny, prepareAny } from "../../src/repair/any.js";
import { applyPlan } from "../../src/repair/apply.js";
import type { AnyOperation } from "../../src/repair/plan.js";
import { type Prepared, prepareRepair } from "../../src/repair/prepare.js";
import { undoServer } from "../../src/repair/server/undo.js";
import { byId } from "../../src/scan/batch.js";
import { damagedCopy, sqlFixtures } from "./fixtures.js";
import { loadFrom, type TestServer } from "./postgres.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** The fixtures of Instatic's rules, as SQLite files in a folder. */
export function damagedFiles(folder: string): { name: string; path: string }[] {
  return sqlFixtures()
    .filter(({ store }) => store === "instatic")
    .map((fixture) => {
      const path = join(folder, `${fixture.name}.db`);
      damagedCopy(path, "instatic", fixture.sql);
      return { name: fixture.name, path };
    });
}

/** The messages in their order, without what the two forms write differently. */
const MESSAGES =
  "select id, conversation_id, role, content_json, tool_call_id, tool_name from ai_messages order by conversation_id, position";
/** Every value, as text. */
const WHOLE =
  "select m::text as row from ai_messages m union all select c::text from ai_conversations c order by 1";
/** Rows that a fixture writes now would belong to a turn at work; and only without the foreign key a row can lack its owner. */
const CALM = `alter table ai_messages drop constraint ai_messages_conversation_id_fkey;
  update ai_messages set created_at = created_at - interval '1 day';
  update ai_conversations set updated_at = updated_at - interval '1 day';`;

/** All that was found and is planned, without the places and the marks of rows that differ by their kind. */
function told({ input, findings, plan }: Prepared<AnyOperation>) {
  const { notes, path, sessions, ...rest } = input;
  return {
    ...rest,
    sessions: sessions?.sort(byId).map(({ updated, ...note }) => note),
    findings: [...findings].map((finding) => ({ ...finding, input: "" })),
    mended: [...plan.sessions].map(({ session, mended, remaining }) => [
      session,
      mended.length,
      remaining.length,
    ]),
    operations: [...plan.sessions].flatMap(({ operations }) =>
      operations.map(({ kind, id }) => `${kind} ${id}`),
    ),
  };
}

/** Checks that the rows of a SQLite file on a server are found, mended and put back as in the file. */
export async function expectEqual(
  server: TestServer,
  { name, path }: { name: string; path: string },
  folder: string,
) {
  await loadFrom(path, server);
  await server.query(CALM);
  const copy = join(folder, `copy-${name}`);
  copyFileSync(path, copy);
  const before = await server.rows(WHOLE);
  const there = await prepareRepair(copy, { now: NOW }, {});
  const here = await prepareAny(server.name, { now: NOW }, {});
  const [planned, wanted] = [told(here), told(there)];
  // A row that is added takes a place below the others instead of moving the last one.
  const isAdding = wanted.operations.some((operation) => operation.startsWith("insert"));
  expect(isAdding ? { ...planned, operations: [] } : planned).toEqual(
    isAdding ? { ...wanted, operations: [] } : wanted,
  );
  await applyPlan(copy, there.plan, { backup: false });
  const done = await applyAny(server.name, here.plan, { backup: false, backupTo: folder });
  expect([done.skipped, done.inFlight]).toEqual([[], []]);
  const db = openForReading({ name: copy });
  const repaired = db.prepare(MESSAGES).all();
  db.close();
  expect(await server.rows(MESSAGES)).toEqual(repaired);
  expect(done.journal === null).toBe(wanted.operations.length === 0);
  if (done.journal === null) return;
  expect((await undoServer(server.name, done.journal, false)).refused).toEqual([]);
  expect(await server.rows(WHOLE)).toEqual(before);
}
