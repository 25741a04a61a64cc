import { afterAll, expect, test } from "vitest";
import { openForReading, openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { STORES } from "../../src/stores/index.js";
import { openedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const TABLES = (["opencode", "instatic"] as const).flatMap((name) => {
  const store = STORES.find(({ id }) => id === name);
  return (store?.database?.tables ?? []).map((table) => [name, table.name] as const);
});

test.each(TABLES)(
  "%s: without any one column of %s the file is read, or the column is named",
  async (store, table) => {
    const whole = dir.path(`${store}-${table}.db`);
    openedCopy(whole, store).close();
    const db = openForReading({ name: whole });
    const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[];
    db.close();
    for (const column of columns) {
      const path = dir.path(`${store}-${table}-${column}.db`);
      openedCopy(path, store).close();
      const one = openForWriting(path);
      one.pragma("foreign_keys = off");
      // A table without the column, in the place of the whole one: keys and indexes would keep SQLite from dropping it.
      const others = columns.filter((name) => name !== column).map((name) => `"${name}"`);
      one.exec(
        `create table other as select ${others.join(", ")} from "${table}"; drop table "${table}"; alter table other rename to "${table}"`,
      );
      one.close();
      const { inputs } = await scan(path, { now: 0 });
      const error = inputs[0]?.error;
      expect([column, error?.code]).not.toEqual([column, "INTERNAL"]);
      if (error)
        expect([column, error.message]).toEqual([column, expect.stringContaining(`${table}.${column}`)]);
    }
  },
);
