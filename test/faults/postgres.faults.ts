import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasPostgres, type RealServer, realServer } from "../support/debian-postgres.js";
import { scratch } from "../support/fixtures.js";
import { START } from "../support/pglite.js";
import { damagedFiles, expectEqual } from "../support/postgres-equal.js";

const dir = scratch();
afterAll(dir.remove);

describe.runIf(hasPostgres)("a server of Debian", () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await realServer();
  }, START);
  afterAll(() => server.stop());

  test.each(damagedFiles(dir.folder))(
    "$name: findings, repair and undo are those of the SQLite file",
    (file) => expectEqual(server, file, dir.folder),
  );
});

test.runIf(!hasPostgres)(
  "no PostgreSQL server is installed: locks and killed connections are not tried",
  () => {
    expect(hasPostgres).toBe(false);
  },
);
