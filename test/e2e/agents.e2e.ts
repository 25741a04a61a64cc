import { beforeAll, describe, expect, test } from "vitest";
import { type AgentCase, agentCases, hasAgents } from "../support/agents.js";
import { Home, type Kit, loadKit, restore, type Written } from "./support/agents.js";

/**
 * Damaged and genuine sessions: what the real program says to each, what the tool finds and mends, and what the real
 * program says then.
 */
const PROGRAMS = ["pi", "gemini", "claude", "codex"] as const;

/** Cases for which no repair is known, and why. */
const UNMENDABLE: Readonly<Record<string, string>> = {
  "claude empty-text": "nothing is left in the file",
  "codex empty-tool": "nothing is left in the file",
};

/**
 * Texts that a repair no longer brings back once the program met the damage, and why: Gemini CLI wrote a list of messages
 * without the torn call, and then one without the refused prompt, so that neither list only repeats what is there.
 */
const TOO_LATE: Readonly<Record<string, readonly string[]>> = {
  "gemini call-torn-toolerror": ["such/zebra; exit"],
};

/** Damage that a program does to its own sessions again at each resume. */
const DONE_AGAIN: Readonly<Record<string, readonly string[]>> = { gemini: ["doubled-result"] };

test.skipIf(!hasAgents)(
  "the agents' corpus, without which nothing is run here, has cases of each program",
  () => {
    for (const program of PROGRAMS) expect(agentCases(program)).not.toEqual([]);
  },
);

describe.skipIf(!hasAgents).each(PROGRAMS)("%s (skipped without the agents' corpus)", (program) => {
  let kit: Kit;
  let problem = "";
  beforeAll(async () => {
    try {
      kit = await loadKit();
      kit.install(program);
    } catch (error) {
      problem = `${program} cannot be installed here: ${error}`;
    }
  });

  /** Runs the test on the case in a home of its own. */
  async function at(one: AgentCase, run: (home: Home) => Promise<void>): Promise<void> {
    const home = new Home(kit, one);
    try {
      await run(home);
    } finally {
      home.remove();
    }
  }

  const cases = (hasAgents ? agentCases(program) : []).map((one) => [one.case, one] as const);

  test.for(cases)("%s, mended before the program meets it", async ([, one], { skip }) => {
    skip(problem !== "", problem);
    await at(one, (home) => expectMended(home, one));
  });

  test.for(cases)("%s, mended after the program met it", async ([, one], { skip }) => {
    skip(problem !== "", problem);
    await at(one, async (home) => {
      const { verdict, error } = await home.resume();
      expect(likeVerdict(verdict), error).toBe(likeVerdict(one.verdict));
      await expectMended(home, one, TOO_LATE[`${one.program} ${one.case}`]);
    });
  });
});

/** A circle of parents ends in a crash, or in the kit's time limit before that. */
function likeVerdict(verdict: AgentCase["verdict"]): AgentCase["verdict"] {
  return verdict === "hang" ? "crash" : verdict;
}

/** `lost`: texts that the program does not send all the same. */
async function expectMended(home: Home, one: AgentCase, lost: readonly string[] = []): Promise<void> {
  const original = home.contents();
  const isWell = one.kind === "genuine" && one.verdict === "accepted";
  const found = await home.scan();
  if (isWell) expect(found).toEqual([]);
  else if (one.verdict !== "accepted") expect(found).not.toEqual([]);

  const written = await home.repair();
  const mended = home.contents();
  const hasRepair = UNMENDABLE[`${one.program} ${one.case}`] === undefined;
  if (isWell || !hasRepair) expect(written).toEqual([]);
  else if (one.verdict !== "accepted") expect(written).not.toEqual([]);
  expect(await home.repair()).toEqual([]);
  expectSame(home, mended);
  await expectUndone(home, written, original, mended);

  const { verdict, error, rewritten, missing } = await home.resume();
  expect({ verdict, rewritten, missing }, error).toEqual({
    verdict: !hasRepair ? one.verdict : lost.length > 0 ? "lost" : "accepted",
    rewritten: false,
    missing: lost,
  });
  const again = DONE_AGAIN[one.program] ?? [];
  const left = (await home.scan()).map(({ rule }) => rule).filter((rule) => !again.includes(rule));
  if (hasRepair) expect(left).toEqual([]);
}

/** Takes the repair back by its journals and by its backups, and mends again after each. */
async function expectUndone(
  home: Home,
  first: readonly Written[],
  original: ReadonlyMap<string, string>,
  mended: ReadonlyMap<string, string>,
): Promise<void> {
  let written = first;
  for (const way of ["--undo", "--from"] as const) {
    for (const { database, backup, journal } of written)
      await restore(database, way, way === "--undo" ? journal : backup);
    expectSame(home, original);
    written = await home.repair();
    expect(written.map(({ database }) => database)).toEqual(first.map(({ database }) => database));
    expectSame(home, new Map([...mended].filter(([path]) => original.has(path))));
  }
}

/** Compares the files that are named there. A difference names the file: the content would be too long to show. */
function expectSame(home: Home, contents: ReadonlyMap<string, string>): void {
  const now = home.contents();
  expect([...contents].filter(([path, content]) => now.get(path) !== content).map(([path]) => path)).toEqual(
    [],
  );
}
