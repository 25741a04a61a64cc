import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { nameServer } from "../../src/files/postgres/name.js";
import { CANARY, type TestServer } from "./postgres.js";

/** The time (ms) that a start may take on a loaded machine. */
export const START = 120_000;

/** Starts PostgreSQL in this process, on a free port of loopback; one connection at a time. */
export async function embeddedServer(): Promise<TestServer> {
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, port: 0, host: "127.0.0.1" });
  await server.start();
  const place = `${server.getServerConn()}/postgres`;
  const url = `postgres://doctor:${CANARY}@${place}`;
  return {
    url,
    name: nameServer(url),
    async query(sql, values) {
      if (values === undefined) await db.exec(sql);
      else await db.query(sql, values);
    },
    rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}
