import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import type { Wire } from "../../src/providers/providers.js";
import { runSql, scratch } from "../support/fixtures.js";
import { damage, damageRows, history, writeHistory } from "../support/histories.js";
import { compare } from "./support/compare.js";
import { placeFixture, repair } from "./support/database.js";
import { inHome, modelOf, WIRES } from "./support/host.js";
import { installAll, VERSIONS } from "./support/programs.js";

/** The number of histories; they are the same for the same seed. */
const RUNS = Number(process.env.DOCTOR_E2E_RANDOM ?? 24);
const SEED = Number(process.env.DOCTOR_E2E_SEED ?? 1);

beforeAll(installAll);

const cases = fc
  .sample(fc.tuple(history, fc.array(damage, { minLength: 1, maxLength: 4 })), { numRuns: RUNS, seed: SEED })
  .map(([turns, damages], number) => ({
    turns,
    damages,
    title: `history ${number} of seed ${SEED}`,
    version: present(VERSIONS[number % VERSIONS.length]),
    wire: present(WIRES[Math.floor(number / VERSIONS.length) % WIRES.length]),
  }));

/** The keys that Responses leave at a part: the item that it came as. */
const ITEMS = Object.entries({ reasoning: "rs", text: "msg", tool: "fc" }).map(([type, prefix]) => {
  const own = type === "reasoning" ? `, 'reasoningEncryptedContent', 'secret'` : "";
  return `update part set data = json_set(data, '$.metadata', json_object('openai', json_object('itemId', '${prefix}_' || rowid${own})))
    where data ->> '$.type' = '${type}' and message_id in (select id from message where data ->> '$.role' = 'assistant');`;
});

/** As if the model that goes on had spoken all along: thinking of another model is sent as text. */
function spokenBy(wire: Wire): string {
  const { providerID, modelID } = modelOf(wire);
  const set = (role: string, path: string) =>
    `update message set data = json_set(data, '${path}providerID', '${providerID}', '${path}modelID', '${modelID}') where data ->> '$.role' = '${role}';`;
  const unsigned =
    "update part set data = json_remove(data, '$.metadata') where data ->> '$.type' = 'reasoning';";
  const traces: Record<Wire, string> = {
    anthropic: "",
    "openai-chat": unsigned,
    "openai-responses": unsigned + ITEMS.join(""),
  };
  return set("assistant", "$.") + set("user", "$.model.") + traces[wire];
}

describe.concurrent("random histories, randomly damaged", () => {
  for (const { turns, damages, title, version, wire } of cases) {
    const put = (prepare: (path: string) => void) =>
      inHome(async (home) => {
        const dir = scratch();
        try {
          writeHistory(dir.path("whole.db"), turns);
          await placeFixture(version, home, "", dir.path("whole.db"));
          runSql(home.database, spokenBy(wire));
        } finally {
          dir.remove();
        }
        damageRows(home.database, damages, Date.now());
        prepare(home.database);
        const { findings } = await scan(home.database);
        const report = await compare(home, version, wire);
        return { report, findings };
      });

    test(`${title} on ${version}, ${wire}: as foreseen`, async () => {
      const { report, findings } = await put(() => {});
      if (report.verdict !== "accepted") expect(findings.map(({ severity }) => severity)).toContain("error");
    });

    test(`${title} on ${version}, ${wire}: repaired`, async () => {
      const { report, findings } = await put(repair);
      const left = findings.filter(({ severity }) => severity === "error");
      if (left.length === 0) expect(report.verdict).toBe("accepted");
      expect(left.filter(({ repair: { safety } }) => safety === "safe")).toEqual([]);
    });
  }
});
