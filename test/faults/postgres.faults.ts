import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameServer } from "../../src/files/postgres/name.js";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { applyAny, prepareAny } from "../../src/repair/any.js";
import { undoServer } from "../../src/repair/server/undo.js";
import { hasPostgres, type RealServer, realServer } from "../support/debian-postgres.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import { START } from "../support/pglite.js";
import { CANARY, loadFrom } from "../support/postgres.js";
import { damagedFiles, expectEqual } from "../support/postgres-equal.js";
import { proxyTo } from "../support/proxy.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

const STATE =
  "select m::text as row from ai_messages m union all select c::text from ai_conversations c order by 1";
/** Two calls without their results, in two conversations. */
const LOST = `delete from ai_messages where role = 'tool' and id in
  (select min(id) from ai_messages where role = 'tool' group by conversation_id limit 2)`;

/**
 * Adds rows as the host does until a repair has ended: it asks for the last position, and takes the next one. Returns how
 * many were added.
 */
async function appendRows(host: Client, conversation: string, repair: Promise<unknown>): Promise<number> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  repair.then(end, end);
  let added = 0;
  for (; !hasEnded; added++) {
    await host.query("begin");
    const { rows } = await host.query(
      "select coalesce(max(position), -1) + 1 as next from ai_messages where conversation_id = $1",
      [conversation],
    );
    await host.query(
      `insert into ai_messages (id, conversation_id, position, role, content_json, created_at)
       values ($1, $2, $3, 'user', '[{"kind":"text","text":"go on"}]', '2026-01-01Z')`,
      [`host-${added}`, conversation, rows[0].next],
    );
    await host.query("commit");
    // The repair gets its locks between two rows.
    await setTimeout(10);
  }
  return added;
}

describe.runIf(hasPostgres)("a server of Debian", () => {
  let server: RealServer;
  const damaged = dir.path("damaged.db");
  beforeAll(async () => {
    server = await realServer();
    damagedCopy(damaged, "instatic", LOST);
  }, START);
  afterAll(() => server.stop());

  test.each(damagedFiles(dir.folder))(
    "$name: findings, repair and undo are those of the SQLite file",
    (file) => expectEqual(server, file, dir.folder),
  );

  test("a connection that is cut at any message leaves the rows before or after the repair", async () => {
    await loadFrom(damaged, server);
    const before = await server.rows(STATE);
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    const proxy = await proxyTo(server.port);
    const name = nameServer(server.url.replace(`:${server.port}/`, `:${proxy.port}/`));
    const options = { backup: true, backupTo: dir.folder };
    const files = readdirSync(dir.folder).length;
    let cuts = 0;
    for (let at = 2; ; at++) {
      proxy.cutAt(at);
      const outcome = await applyAny(name, plan, options).catch((error: Error) => error);
      if (!(outcome instanceof Error)) {
        expect(await server.rows(STATE)).not.toEqual(before);
        break;
      }
      cuts++;
      expect(outcome.message).toMatch(/connection was lost/);
      expect(outcome.message).not.toContain(CANARY);
      expect(await server.rows(STATE)).toEqual(before);
      expect(readdirSync(dir.folder).length).toBe(files);
    }
    expect(cuts).toBeGreaterThan(15);
    await proxy.stop();
  });

  test("a commit whose answer is lost is asked for, and told as done", async () => {
    await loadFrom(damaged, server);
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    const proxy = await proxyTo(server.port);
    const name = nameServer(server.url.replace(`:${server.port}/`, `:${proxy.port}/`));
    const before = await server.rows(STATE);
    const options = { backup: false, backupTo: dir.folder };
    // The messages of a repair that nothing disturbs, without the end of its connection.
    proxy.cutAt(Number.POSITIVE_INFINITY);
    const { journal } = await applyAny(name, plan, options);
    const commit = proxy.messages - 1;
    await undoServer(server.name, String(journal), false);
    expect(await server.rows(STATE)).toEqual(before);
    proxy.cutAt(commit, true);
    const done = await applyAny(name, plan, options);
    await proxy.stop();
    expect(done.rows).toBeGreaterThan(0);
    expect((await scan(server.name, { now: NOW })).summary).toMatchObject({ error: 0, warning: 0 });
    await undoServer(server.name, String(done.journal), false);
    expect(await server.rows(STATE)).toEqual(before);
  });

  test("no row of a host that writes at the same time is lost", async () => {
    await loadFrom(damaged, server);
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    const id = present([...plan.sessions][0]).session;
    const host = await server.connect();
    let repaired = 0;
    for (let run = 0; run < 50; run++) {
      await loadFrom(damaged, server);
      const repair = applyAny(server.name, plan, { backup: false, nothing: true });
      const [done, added] = await Promise.all([repair, appendRows(host, String(id), repair)]);
      repaired += [...done.sessions].filter(({ session }) => session === id).length;
      const found = await server.rows("select id from ai_messages where id like 'host-%'");
      expect(added).toBeGreaterThan(0);
      expect(found.length).toBe(added);
    }
    await host.end();
    expect(repaired).toBeGreaterThan(0);
  });

  test("a result that is added moves no row behind the last position that the host saw", async () => {
    await loadFrom(damaged, server);
    // The result was never written: its call and the next row have positions without a gap.
    await server.query(`update ai_messages set position = position + 1000;
      update ai_messages m set position = v.place from (select id, row_number() over (partition by conversation_id order by position) - 1 as place
        from ai_messages) v where v.id = m.id`);
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    const id = String(present([...plan.sessions][0]).session);
    const host = await server.connect();
    const ask = async () => {
      const { rows } = await host.query(
        "select max(position) as last from ai_messages where conversation_id = $1",
        [id],
      );
      return Number(rows[0].last);
    };
    const seen = await ask();
    await host.query(
      `insert into ai_messages (id, conversation_id, position, role, content_json, created_at)
       values ('late', $1, $2, 'user', '[{"kind":"text","text":"go on"}]', '2026-01-01Z')`,
      [id, seen + 1],
    );
    const done = await applyAny(server.name, plan, { backup: false, nothing: true });
    expect([...done.sessions].map(({ session }) => session)).toContain(id);
    expect(await ask()).toBe(seen + 1);
    await host.end();
  });

  test("rows that another program holds are not waited for; the other conversations are mended", async () => {
    await loadFrom(damaged, server);
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    const [first, second] = [...plan.sessions].map(({ session }) => session);
    const other = await server.connect();
    await other.query("begin");
    await other.query("select 1 from ai_messages where conversation_id = $1 for update", [first]);
    const done = await applyAny(server.name, plan, { backup: false, nothing: true });
    await other.end();
    expect(done.skipped).toEqual([{ session: first, reason: expect.stringContaining("holds a lock") }]);
    expect([...done.sessions].map(({ session }) => session)).toContain(second);
  });

  test("a user without rights, and one who may only read", async () => {
    await loadFrom(damaged, server);
    await server.query(`create role reader login password '${CANARY}'`);
    const name = nameServer(server.url.replace("doctor:", "reader:"));
    expect((await scan(name)).inputs[0]?.error).toMatchObject({
      code: "NOT_READABLE",
      message: expect.stringContaining("lacks a right"),
    });
    await server.query("grant select on ai_messages, ai_conversations, schema_migrations to reader");
    const { plan } = await prepareAny(name, { now: NOW }, {});
    await expect(applyAny(name, plan, { backup: false, nothing: true })).rejects.toThrow("lacks a right");
    const wrong = nameServer(server.url.replace(CANARY, "wrong"));
    expect((await scan(wrong)).inputs[0]?.error?.message).toContain("refuses the user or the password");
    nameServer(server.url);
  });

  test("a replica in recovery is scanned, not written", async () => {
    await loadFrom(damaged, server);
    server.becomeReplica();
    const { plan } = await prepareAny(server.name, { now: NOW }, {});
    expect(plan.sessions.length).toBeGreaterThan(0);
    expect(plan.obstacles?.[0]).toContain("replica in recovery");
    await expect(applyAny(server.name, plan, { backup: false, nothing: true })).rejects.toMatchObject({
      code: "READ_ONLY",
    });
  });
});

test.runIf(!hasPostgres)(
  "no PostgreSQL server is installed: locks and killed connections are not tried",
  () => {
    expect(hasPostgres).toBe(false);
  },
);
