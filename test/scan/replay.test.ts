import { afterAll, describe, expect, test } from "vitest";
import { GENERATIONS } from "../../src/hosts/opencode/versions.js";
import { stopsBy } from "../../src/hosts/replay.js";
import { scan } from "../../src/index.js";
import { providerById } from "../../src/providers/providers.js";
import { readOne } from "../../src/scan/one.js";
import { replayConversation } from "../../src/scan/replay.js";
import { replaysOf } from "../../src/scan/scenarios.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import { MEASURED, measuredVerdict, SHAPES } from "../support/shapes.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

test("versions share only what each of them would send by itself", async () => {
  for (const [name, [, sql]] of Object.entries(SHAPES)) {
    const path = dir.path("shared.db");
    damagedCopy(path, "opencode", sql);
    const { conversation } = await readOne(path, undefined, {}, true);
    const shared = replaysOf(conversation, NOW);
    for (const generation of GENERATIONS)
      for (const wire of ["anthropic", "openai-chat", "openai-responses"] as const)
        expect(shared(generation, wire), `${name}, ${generation.since}, ${wire}`).toEqual(
          replaysOf(conversation, NOW)(generation, wire),
        );
  }
});

describe("one thing is wrong: the verdict that was measured, and an error where it is not accepted", () => {
  for (const [name, [verdicts, sql]] of Object.entries(SHAPES))
    test(name, async () => {
      const path = dir.path("shape.db");
      damagedCopy(path, "opencode", sql);
      const { conversation } = await readOne(path, undefined, {}, true);
      for (const [version, wire] of MEASURED) {
        const { verdict, rule } = replayConversation(conversation, providerById(wire)!, version, NOW, false);
        expect(verdict, `${version}, ${wire}`).toBe(measuredVerdict(verdicts, version, wire));
        if (verdict !== "accepted" && verdict !== "rejected") expect(stopsBy(rule!)).toContain(verdict);
        const { findings } = await scan(path, { now: NOW, hostVersion: version, providers: [wire] });
        expect(findings.map(({ message }) => message)).not.toContain("next-prompt");
        if (verdict !== "accepted")
          expect(
            findings.map(({ severity }) => severity),
            `${version}, ${wire}`,
          ).toContain("error");
      }
    });
});
