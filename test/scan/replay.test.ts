import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { present } from "../../src/model/present.js";
import { providerById } from "../../src/providers/providers.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { readOne } from "../../src/scan/one.js";
import type { OpencodeConversation } from "../../src/stores/opencode/decode/session.js";
import { opencodeHost } from "../../src/stores/opencode/host.js";
import { GENERATIONS } from "../../src/stores/opencode/replay/versions.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import { replayed } from "../support/judging.js";
import { ODD_SHAPES } from "../support/odd-shapes.js";
import { MEASURED, measuredVerdict, SHAPES } from "../support/shapes.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

test("versions share only what each of them would send by itself", async () => {
  for (const [name, [, sql]] of Object.entries({ ...SHAPES, ...ODD_SHAPES })) {
    const path = dir.path("shared.db");
    damagedCopy(path, "opencode", sql);
    const { conversation } = await readOne(path, undefined, {}, true);
    const shared = opencodeHost.replays(conversation as OpencodeConversation, NOW);
    for (const generation of GENERATIONS)
      for (const wire of ["anthropic", "openai-chat", "openai-responses"] as const)
        expect(shared(generation, wire), `${name}, ${generation.since}, ${wire}`).toEqual(
          opencodeHost.replays(conversation as OpencodeConversation, NOW)(generation, wire),
        );
  }
});

test("versions that send the same share a request", async () => {
  const path = dir.path("same.db");
  damagedCopy(path, "opencode", "");
  const { conversation } = await readOne(path, undefined, {}, true);
  const shared = opencodeHost.replays(conversation as OpencodeConversation, NOW);
  for (const wire of ["anthropic", "openai-chat", "openai-responses"] as const) {
    const requests = new Set(GENERATIONS.map((generation) => shared(generation, wire).turns));
    const contents = new Set([...requests].map((turns) => JSON.stringify(turns)));
    expect(requests.size, wire).toBe(contents.size);
  }
});

describe("one thing is wrong: the verdict that was measured, and an error where it is not accepted", () => {
  for (const [name, [verdicts, sql]] of Object.entries({ ...SHAPES, ...ODD_SHAPES }))
    test(name, async () => {
      const path = dir.path("shape.db");
      damagedCopy(path, "opencode", sql);
      const { conversation } = await readOne(path, undefined, {}, true);
      for (const [version, wire] of MEASURED) {
        const { verdict, rule } = replayed(conversation, present(providerById(wire)), version, NOW);
        expect(verdict, `${version}, ${wire}`).toBe(measuredVerdict(verdicts, version, wire));
        if (verdict !== "accepted" && verdict !== "rejected")
          expect(opencodeHost.stops[present(rule)]).toContain(verdict);
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

test("the tail of a compaction stands before its mark on 1.14.19 to 1.14.39, behind the summary later", async () => {
  const path = dir.path("tail.db");
  damagedCopy(path, "opencode", present(SHAPES["a compaction with tail inside a turn"])[1]);
  const { conversation } = await readOne(path, undefined, {}, true);
  const on = (version: string) => replayed(conversation, present(providerById("gemini")), version, NOW);
  expect(on("1.14.18").verdict).toBe("accepted");
  expect(on("1.14.34")).toMatchObject({ verdict: "rejected", rule: "leading-assistant" });
  expect(on("1.14.41").verdict).toBe("accepted");

  const rulesOn = async (hostVersion: string) =>
    (await scan(path, { now: NOW, hostVersion, providers: ["gemini"] })).findings.map(({ rule }) => rule);
  expect(await rulesOn("1.14.34")).toEqual(["leading-assistant"]);
  // Later hosts write such tails: there it is healthy.
  expect(await rulesOn("1.18.34")).toEqual([]);
  const { plan } = await prepareRepair(path, { now: NOW, hostVersion: "1.14.34", providers: ["gemini"] }, {});
  expect([...plan.sessions].flatMap(({ operations }) => operations.map(({ kind }) => kind))).toEqual([
    "update",
  ]);
  await applyPlan(path, plan, { backup: false });
  expect(await rulesOn("1.14.34")).toEqual([]);
});
