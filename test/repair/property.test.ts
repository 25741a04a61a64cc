import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { scratch } from "../support/fixtures.js";
import { damage, damageRows, history, writeHistory } from "../support/histories.js";
import { SEED } from "../support/seed.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

/** Every word that some row of the file holds. */
function words(path: string): string[] {
  const db = openForWriting(path);
  const rows = [
    ...db.prepare("select cast(data as text) from part").pluck().all(),
    ...db.prepare("select cast(data as text) from message").pluck().all(),
  ] as string[];
  db.close();
  return rows.flatMap((row) => row.match(/word\d+word/g) ?? []);
}

/** Where every message was cut, nobody in the session knows the model, and none is made up. */
const NO_MODEL = /^invalid-message .*\$\.(model|modelID)"/;

let number = 0;
test("random histories, randomly damaged: repaired once, whole, and nothing is lost", async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.array(damage, { minLength: 1, maxLength: 4 }), async (turns, damages) => {
      const path = dir.path(`property-${number++}.db`);
      writeHistory(path, turns, number % 2 === 0);
      expect((await scan(path, { now: NOW })).summary).toMatchObject({ error: 0, warning: 0 });
      damageRows(path, damages, NOW);
      const before = words(path);
      const { plan } = await prepareRepair(path, { now: NOW }, {});
      const { journal } = await applyPlan(path, plan, { backup: false });
      const after = await scan(path, { now: NOW });
      expect(
        after.findings
          .filter((finding) => finding.severity !== "info" && finding.repair.safety === "safe")
          .map((finding) => `${finding.rule} ${JSON.stringify(finding.evidence)}`)
          .filter((line) => !NO_MODEL.test(line)),
      ).toEqual([]);
      const again = await prepareRepair(path, { now: NOW }, {});
      expect([...again.plan.sessions].flatMap((session) => session.operations)).toEqual([]);
      const kept = new Set([
        ...words(path),
        ...(journal ? (readFileSync(journal, "utf8").match(/word\d+word/g) ?? []) : []),
      ]);
      const blobs = journal
        ? [...readFileSync(journal, "utf8").matchAll(/\["b","([^"]*)"\]/g)]
            .map((match) => Buffer.from(present(match[1]), "base64").toString("utf8"))
            .join()
        : "";
      expect(before.filter((one) => !kept.has(one) && !blobs.includes(one))).toEqual([]);
    }),
    { seed: SEED, numRuns: 150 },
  );
});
