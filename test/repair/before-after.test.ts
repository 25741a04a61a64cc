import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { drawBeforeAfter } from "../../src/repair/before-after.js";
import { scan } from "../../src/scan/scan.js";
import { triageOf } from "../../src/scan/triage.js";
import { damagedCopy, FIXTURES, requestFixtures, scratch, sqlFixtures } from "../support/fixtures.js";
import { NOW } from "../support/pictures.js";

const dir = scratch();
afterAll(dir.remove);

/**
 * The verdicts before and after, of each conversation that is dead and can be mended safely. `isRefused`: a provider refuses
 * it; the harm of the others is in the program.
 */
async function verdictsOf(path: string, hostVersion?: string, providers?: string[]) {
  const options = { now: NOW, hostVersion, providers };
  const bytes = readFileSync(path);
  const { dead } = triageOf(await scan(path, options));
  const safe = dead.filter(({ safety }) => safety === "safe");
  const drawn = await drawBeforeAfter(safe, options);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(drawn.size).toBe(safe.length);
  return [...drawn].map(([{ worst }, { before, after }]) => ({
    isRefused: worst.effects.some(({ effect }) => effect === "rejected"),
    before: before.isClosed ? "closed" : before.verdict,
    after: after === null ? null : after.isClosed ? "closed" : after.verdict,
  }));
}

const NAMES = readdirSync(join(FIXTURES, "rules"));

describe("a mend in memory leads from a request that fails to one that is taken", () => {
  test.each(sqlFixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    async (_, { store, sql, hostVersion, provider }) => {
      const path = dir.path("damaged.db");
      damagedCopy(path, store, sql);
      for (const { isRefused, before, after } of await verdictsOf(
        path,
        hostVersion,
        provider ? [provider] : undefined,
      )) {
        if (isRefused) expect(before).not.toBe("accepted");
        expect(after).toBe("accepted");
      }
    },
  );

  test.each(requestFixtures().map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    async (_, { body, provider }) => {
      const path = dir.path("request.json");
      writeFileSync(path, JSON.stringify(body));
      for (const { isRefused, before, after } of await verdictsOf(
        path,
        undefined,
        provider ? [provider] : undefined,
      )) {
        if (isRefused) expect(before).not.toBe("accepted");
        expect(after).toBe("accepted");
      }
    },
  );

  test.each(NAMES.filter((name) => /missing-tool-result.*\.error\.lines$/.test(name)))("%s", async (name) => {
    const path = dir.path(name);
    copyFileSync(join(FIXTURES, "rules", name), path);
    const verdicts = await verdictsOf(path);
    expect(verdicts.length).toBe(1);
    expect(verdicts[0]?.after).toBe("accepted");
    expect(verdicts[0]?.before).toBe(verdicts[0]?.isRefused ? "rejected" : "accepted");
  });
});

test("a conversation that cannot be read again has no picture", async () => {
  const path = join(FIXTURES, "damaged.db");
  const { dead } = triageOf(await scan(path, { now: NOW }));
  const piped = dead.map((patient) => ({ ...patient, input: "-" }));
  expect((await drawBeforeAfter(piped, { now: NOW })).size).toBe(0);
});
