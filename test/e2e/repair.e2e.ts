import { beforeAll, describe, expect, test } from "vitest";
import { type Seen, visit, WELL } from "./support/api.js";
import { CASES, type Case } from "./support/cases.js";
import { placeFixture, repair, sessionOf } from "./support/database.js";
import { inHome } from "./support/host.js";
import { install } from "./support/programs.js";

beforeAll(() => {
  for (const version of new Set(CASES.map((one) => one.version))) install(version);
});

/** Returns the answers of the real program for the damaged session. A visit changes the database: each has a copy of its own. */
function seen({ sql, version, wire }: Case, prepare = (_path: string) => {}): Promise<Seen> {
  return inHome(async (home) => {
    await placeFixture(version, home, sql);
    prepare(home.database);
    return visit(home, version, wire, sessionOf(home.database));
  });
}

describe.concurrent("the real program's own API: list, messages, and one prompt", () => {
  for (const one of CASES) {
    test(`${one.name}, ${one.version}: damaged`, async () => {
      expect(await seen(one)).toEqual(one.before);
    });
    if (one.unmended)
      test.fails(`${one.name}, ${one.version}: repaired (not yet: ${one.unmended})`, async () => {
        expect(await seen(one, repair)).toEqual(WELL);
      });
    else
      test(`${one.name}, ${one.version}: repaired`, async () => {
        expect(await seen(one, repair)).toEqual(WELL);
      });
  }
});
