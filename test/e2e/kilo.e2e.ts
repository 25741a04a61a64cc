import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import type { Wire } from "../../src/providers/providers.js";
import { CORPUS, FIXTURES, hasCorpus, sqlFixtures } from "../support/fixtures.js";
import { compare } from "./support/compare.js";
import { placeFixture, repair } from "./support/database.js";
import { inHome } from "./support/host.js";
import { install, KILO } from "./support/programs.js";

/** The oldest and the newest release whose program npm has. */
const KILOS = ["7.0.33", "7.7.9"];
const WIRES = (process.env.DOCTOR_E2E_WIRES?.split(",") ?? ["anthropic", "openai-chat"]) as readonly Wire[];

beforeAll(() => {
  for (const version of KILOS) install(version);
});

const sql = new Map(sqlFixtures().map((fixture) => [fixture.name, fixture.sql]));

const DAMAGED = [
  "blank-text.opencode",
  "content-after-tool-call.opencode",
  "dangling-thinking.opencode",
  "duplicate-tool-call-id.opencode",
  "future-timestamp.opencode",
  "id-order.opencode",
  "invalid-part.opencode",
  "invalid-thinking.opencode",
  "invalid-tool-call-id.opencode",
  "malformed-json.opencode",
  "missing-step-boundary.opencode",
  "orphan-interrupted-tool.opencode",
  "stuck-tool.opencode",
  "unanswered-compaction.opencode",
  "unsendable-media.opencode",
];

const HEALTHY = [
  "1.18.34-healthy-anthropic",
  "1.18.34-healthy-multi",
  "1.18.34-healthy-toolerror",
  "1.18.34-compacted",
  "1.18.34-subagent-healthy",
];

function each(names: readonly string[], run: (name: string, version: string, wire: Wire) => Promise<void>) {
  for (const name of names)
    for (const version of KILOS)
      for (const wire of WIRES) test(`${name}, kilo ${version}, ${wire}`, () => run(name, version, wire));
}

describe.concurrent("damaged, as the real Kilo takes it", () => {
  each(DAMAGED, (name, version, wire) =>
    inHome(async (home) => {
      const damage = sql.get(name);
      if (damage === undefined) throw new Error(`no fixture ${name}`);
      await placeFixture(version, home, damage);
      const { verdict, rule } = await compare(home, version, wire);
      process.stderr.write(`  ${name} ${version} ${wire}: ${verdict} ${rule ?? ""}\n`);
    }, KILO),
  );
});

describe.concurrent("damaged and repaired: Kilo answers again", () => {
  each(DAMAGED, (name, version, wire) =>
    inHome(async (home) => {
      await placeFixture(version, home, sql.get(name) ?? "");
      const { findings, inputs } = await scan(home.database, { providers: [wire] });
      expect(inputs[0]).toMatchObject({ host: "kilo", hostVersion: version, hostVersionFrom: "file" });
      const safeties = findings.flatMap((one) => (one.severity === "error" ? one.repair.safety : []));
      // Only another version of the host helps.
      if (safeties.includes("none")) return;
      repair(home.database, ...(safeties.includes("unsafe") ? ["--unsafe"] : []));
      expect((await compare(home, version, wire)).verdict).toBe("accepted");
    }, KILO),
  );
});

describe.skipIf(!hasCorpus).concurrent("healthy (skipped without the shared corpus)", () => {
  const source = (name: string) => join(CORPUS, "opencode", `${name}.db`);
  each(HEALTHY, (name, version, wire) =>
    inHome(async (home) => {
      await placeFixture(version, home, "", source(name));
      expect((await compare(home, version, wire)).verdict).toBe("accepted");
    }, KILO),
  );
});

test("the healthy fixture is Kilo's own once it has written it, and names no import by opencode 2", async () => {
  await inHome(async (home) => {
    await placeFixture("7.7.9", home, "", join(FIXTURES, "opencode.db"));
    const { inputs, summary } = await scan(home.database, { now: Date.parse("2026-11-21T12:00:00Z") });
    expect(summary).toMatchObject({ error: 0, warning: 0 });
    expect(inputs[0]?.readiness).toBeUndefined();
  }, KILO);
});
