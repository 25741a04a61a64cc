import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { Turn } from "../../src/model/conversation.js";
import { providerById } from "../../src/providers/providers.js";
import { applyLines } from "../../src/repair/lines.js";
import { undoLines } from "../../src/repair/restore-lines.js";
import { readOne } from "../../src/scan/one.js";
import type { ReplayReport } from "../../src/scan/replay.js";
import { generationOf } from "../../src/stores/host.js";
import { RULES } from "../support/agent-rules.js";
import { realShape, shapeOf } from "../support/agent-shapes.js";
import { type AgentCase, agentCases, hasAgents, placeCase } from "../support/agents.js";
import { scratch } from "../support/fixtures.js";
import { replayed } from "../support/judging.js";
import { operationsOf, planned, scanned } from "../support/lines.js";

/** Sessions of real programs, genuine and damaged, held against what the real programs did with them. */
const dir = scratch();
afterAll(dir.remove);
const NOW = Date.UTC(2026, 10, 28);

const PROVIDER: Readonly<Record<string, string>> = {
  claude: "anthropic",
  codex: "openai-responses",
  gemini: "gemini",
  pi: "anthropic",
};
const PROGRAMS = Object.keys(PROVIDER) as AgentCase["program"][];

/**
 * Resumed by its whole id, the real program takes the session: another line of the file tells the id. The recorded
 * verdict comes from the half of it that the torn line holds.
 */
const TAKEN = ["gemini meta-torn-text"];
/** Sessions that the program refuses for a row of its database: the rollout itself is taken. */
const IN_DATABASE = ["codex path-wrong-tool"];

/** The verdict of a replay, by that of the kit. A session that loses turns is accepted; what hangs ends in a crash. */
function verdictOf({ verdict, program, case: name }: AgentCase): string {
  if ([...TAKEN, ...IN_DATABASE].includes(`${program} ${name}`)) return "accepted";
  if (verdict === "refused") return "unreadable";
  if (verdict === "lost") return "accepted";
  return verdict === "hang" ? "crash" : verdict;
}

async function replayOf(path: string, { program }: AgentCase): Promise<ReplayReport> {
  const { conversation, hostVersion } = await readOne(path, undefined, { now: NOW }, true);
  const provider = providerById(PROVIDER[program] ?? "");
  if (!provider) throw new Error("no such provider");
  return replayed(conversation, provider, hostVersion, NOW);
}

/** The request itself, arguments included. */
async function turnsOf(path: string, { program }: AgentCase): Promise<readonly Turn[]> {
  const { conversation, host, hostVersion } = await readOne(path, undefined, { now: NOW }, true);
  const generation = host && generationOf(host, hostVersion);
  const wire = providerById(PROVIDER[program] ?? "")?.wire;
  return host && generation && wire ? host.replays(conversation, NOW)(generation, wire).turns : [];
}

const weighty = (path: string) => scanned(path, NOW).filter(({ severity }) => severity !== "info");

function expectFound(one: AgentCase, files: readonly string[]): void {
  const found = files.flatMap(weighty);
  if (one.kind === "genuine") {
    // Gemini CLI stores a result in two places, and sends both: every session that used a tool is refused.
    const own = one.verdict === "rejected" ? ["error doubled-result"] : [];
    expect([...new Set(found.map(({ rule, severity }) => `${severity} ${rule}`))]).toEqual(own);
    return;
  }
  const rules = RULES[one.program]?.[one.class ?? ""] ?? [];
  expect(files.flatMap((file) => scanned(file, NOW)).map(({ rule }) => rule)).toEqual(
    expect.arrayContaining([...rules]),
  );
  expect(rules).toEqual(expect.arrayContaining(found.map(({ rule }) => rule)));
  const errors = found.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
  if (verdictOf(one) === "accepted" && one.verdict !== "lost") expect(errors).toEqual([]);
  else expect(errors).toContain(rules[0]);
}

describe.skipIf(!hasAgents).each(PROGRAMS)("%s (skipped without the agents' corpus)", (program) => {
  const cases = hasAgents ? agentCases(program) : [];

  test.each(cases.map((one) => [one.case, one] as const))("%s", async (name, one) => {
    const files = placeCase(one, dir.path(`${program}-${name}`));
    const [path = ""] = files;
    const before = files.map((file) => readFileSync(file));
    expectFound(one, files);

    const replay = await replayOf(path, one);
    expect(replay.verdict).toBe(verdictOf(one));
    if (one.sentShape.length > 0) expect(shapeOf(replay, one)).toEqual(realShape(one));

    for (const [at, file] of files.entries()) {
      const { journal } = applyLines(file, planned(file, NOW), { backup: false, force: true });
      if (one.repair?.verdict !== "none") expect(weighty(file)).toEqual([]);
      const mended = readFileSync(file);
      expect(operationsOf(planned(file, NOW))).toEqual([]);
      if (file === path && one.repair?.verdict !== "none") await expectWhole(file, one);
      if (journal) {
        expect(mended.equals(before[at] ?? Buffer.alloc(0))).toBe(false);
        await undoLines(file, journal, true);
      }
      expect(readFileSync(file).equals(before[at] ?? Buffer.alloc(0))).toBe(true);
    }
  });
});

/** A mended session is accepted, and sends every text of the whole one that the damage did not take out of the file. */
async function expectWhole(path: string, one: AgentCase): Promise<void> {
  const { verdict } = await replayOf(path, one);
  expect(verdict).toBe("accepted");
  const gone = new Set([...(one.repair?.gone ?? []), ...(one.kind === "genuine" ? one.marks : [])]);
  const sent = JSON.stringify(await turnsOf(path, one));
  for (const mark of one.marks.filter((text) => !gone.has(text))) expect(sent).toContain(mark);
}
