import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import type { Json } from "../../src/model/conversation.js";
import { present } from "../../src/model/present.js";
import { providerById } from "../../src/providers/providers.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import type { RepairOptions } from "../../src/repair/rounds.js";
import { readOne } from "../../src/scan/one.js";
import { openMessages } from "../../src/stores/request/document.js";
import { messagesOf } from "../../src/stores/request/format.js";
import { refusalsOf } from "../e2e/support/refusals.js";
import { damagedCopy, scratch } from "../support/fixtures.js";
import {
  type InstaticRow,
  instaticPairs,
  instaticRows,
  readInstatic,
  writeInstatic,
} from "../support/instatic.js";
import { sentByInstatic } from "../support/instatic-sent.js";
import { replayed } from "../support/judging.js";
import { SEED } from "../support/seed.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);
let number = 0;

const GENERATIONS = [
  ["0.0.6", false],
  ["0.0.14", true],
] as const;
const PROVIDERS = ["anthropic", "openai-chat", "openai-responses", "gemini", "kimi"];

async function repair(path: string, options: RepairOptions): Promise<void> {
  const { plan } = await prepareRepair(path, { now: NOW }, options);
  await applyPlan(path, plan, { backup: false });
}

/** Text between the calls of one turn is how Anthropic's own models speak; its rule asks opencode's rows and requests. */
const SPOKEN = "content-after-tool-call";

test("the replay of any rows is judged as the request that the host would send", async () => {
  await fc.assert(
    fc.asyncProperty(instaticRows, async (rows) => {
      const path = dir.path(`instatic-${number++}.db`);
      writeInstatic(path, rows);
      const { conversation } = await readOne(path, undefined, { now: NOW });
      for (const [version, dropsUnmatched] of GENERATIONS)
        for (const id of PROVIDERS) {
          const provider = present(providerById(id));
          const { wire } = provider;
          const body = sentByInstatic(rows, wire, dropsUnmatched);
          const refused = wire === "openai-responses" ? null : refusalsOf(wire, JSON.stringify(body));
          if (refused?.includes(SPOKEN)) continue;
          const foreseen = replayed(conversation, provider, version, NOW);
          const request = openMessages(present(messagesOf(body as Json)), wire, "sent").look();
          const judged = replayed(request, provider, version, NOW);
          // An empty part is judged in captured bodies only: hosts reach Gemini by packages of their own.
          if (id === "gemini" && judged.rule === "blank-text") continue;
          const about = `${version} ${id} ${JSON.stringify(body)}`;
          expect([foreseen.verdict, foreseen.rule], about).toEqual([judged.verdict, judged.rule]);
          if (refused && id === wire) expect(foreseen.verdict === "rejected", about).toBe(refused.length > 0);
        }
    }),
    { numRuns: 300, seed: SEED },
  );
});

test("an outcome that is known is never lost", async () => {
  const outcomes = (rows: readonly InstaticRow[]) =>
    rows
      .filter(
        ({ role, callId }) =>
          role === "tool" && rows.some((row) => row.role !== role && row.callId === callId),
      )
      .map(({ callId, content }) => `${callId} ${content}`)
      .sort();
  await fc.assert(
    fc.asyncProperty(instaticPairs, async (rows) => {
      const path = dir.path(`instatic-${number++}.db`);
      writeInstatic(path, rows);
      await repair(path, {});
      expect(outcomes(readInstatic(path))).toEqual(expect.arrayContaining(outcomes(rows)));
    }),
    { numRuns: 200, seed: SEED },
  );
});

test("any rows are repaired once, and the host's next request is taken", async () => {
  await fc.assert(
    fc.asyncProperty(instaticRows, async (rows) => {
      const path = dir.path(`instatic-${number++}.db`);
      writeInstatic(path, rows);
      await repair(path, { sequentialize: true });
      const { findings } = await scan(path, { now: NOW });
      const left = findings.filter(({ severity, repair }) => severity !== "info" && repair.safety === "safe");
      expect(left.map(({ rule }) => rule)).toEqual([]);
      const mended = readInstatic(path);
      for (const [, dropsUnmatched] of GENERATIONS)
        for (const wire of ["anthropic", "openai-chat"] as const) {
          const body = JSON.stringify(sentByInstatic(mended, wire, dropsUnmatched));
          expect(
            refusalsOf(wire, body).filter((rule) => rule !== SPOKEN),
            body,
          ).toEqual([]);
        }
    }),
    { numRuns: 300, seed: SEED },
  );
});

test("a reply behind one of two results: Anthropic refuses it, and the scan says so", async () => {
  const path = dir.path("one-of-two.db");
  const session = "(select conversation_id from ai_messages where id = 'zNETVsOlXUNAtYUoB-4kD')";
  damagedCopy(
    path,
    "instatic",
    `delete from ai_messages where conversation_id = ${session} and position >= 5 and position <> 7;
     update ai_messages set content_json = '[{"kind":"text","text":"T"}]', role = 'assistant', tool_call_id = null, tool_name = null
     where conversation_id = ${session} and position = 7;`,
  );
  const errors = async () =>
    (await scan(path, { now: NOW })).findings
      .filter(({ severity }) => severity === "error")
      .map(({ rule }) => rule);
  expect(await errors()).toEqual(["missing-tool-result"]);
  await repair(path, {});
  expect(await errors()).toEqual([]);
});

test("a call that was cut is not closed with what is left of its input", async () => {
  const path = dir.path("cut-call.db");
  damagedCopy(
    path,
    "instatic",
    `update ai_messages set content_json = '[{"kind":"toolCall","toolCallId":"toolu_01AAA","toolName":"site_read","input":{"path":"/home/x'
     where tool_call_id = 'toolu_01AAA' and role = 'assistant'`,
  );
  await repair(path, {});
  const { conversation } = await readOne(path, "CVxh_KhWHt5_5PSK7ajmY", { now: NOW });
  expect(JSON.stringify(conversation.messages)).not.toContain("/home/x");
});

test("of several results in one row the first one counts, as in the host", async () => {
  const path = dir.path("two-results.db");
  const second = `json('{"kind":"toolResult","ok":false,"error":"x"}')`;
  damagedCopy(
    path,
    "instatic",
    `update ai_messages set content_json = json_insert(content_json, '$[#]', ${second}) where role = 'tool';`,
  );
  const { findings } = await scan(path, { now: NOW });
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});
