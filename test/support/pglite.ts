import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import type { Runs } from "./postgres.js";

/** The password of the tests' server: no output may hold it. */
export const CANARY = "canary-7f3a";

/** The time (ms) that a start may take on a loaded machine. */
export const START = 120_000;

export interface EmbeddedServer extends Runs {
  /** With the password. */
  readonly url: string;
  /** As reports show it. */
  readonly name: string;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL in this process, on a free port of loopback; one connection at a time. */
export async function embeddedServer(): Promise<EmbeddedServer> {
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, port: 0, host: "127.0.0.1" });
  await server.start();
  const place = `${server.getServerConn()}/postgres`;
  return {
    url: `postgres://doctor:${CANARY}@${place}`,
    name: `postgres://doctor@${place}`,
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
