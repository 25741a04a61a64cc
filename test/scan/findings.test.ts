import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined, only } from "../../src/model/findings.js";
import { type Finding, SEVERITIES } from "../../src/model/report.js";
import { FindingList, inOrder, pack } from "../../src/scan/findings.js";
import { SEED } from "../support/seed.js";

const id = fc.constantFrom("a", "b", "c", "ö \ud83d");
const finding: fc.Arbitrary<Finding> = fc.record(
  {
    rule: fc.constantFrom("stuck-tool", "orphan-row"),
    severity: fc.constantFrom(...SEVERITIES),
    input: fc.constant("x.db"),
    session: fc.option(id),
    message: id,
    part: id,
    position: fc.nat(9),
    callId: id,
    evidence: fc.record({ gap: fc.nat(9), parts: fc.array(id) }),
    effects: fc.array(
      fc.record({ target: fc.constant("opencode"), effect: fc.constant("crash" as const), error: id }),
      { maxLength: 2 },
    ),
    repair: fc.constant({ safety: "none" as const }),
    fingerprint: fc.string(),
  },
  {
    requiredKeys: ["rule", "severity", "input", "session", "evidence", "effects", "repair", "fingerprint"],
  },
);

/** Findings of one place and rule may change places: nothing tells them apart. */
const places = (findings: Iterable<Finding>) =>
  [...findings].map(({ severity, session, position, message, part, rule }) =>
    JSON.stringify([severity, session ?? "", position ?? 0, message ?? "", part ?? "", rule]),
  );
const texts = (findings: Iterable<Finding>) => [...findings].map((one) => JSON.stringify(one)).sort();

describe("the findings of a scan", () => {
  it("come back whole and in the order of reports, however they were added", () => {
    fc.assert(
      fc.property(fc.array(fc.array(finding, { maxLength: 12 }), { maxLength: 8 }), (batches) => {
        const list = new FindingList();
        for (const batch of batches) list.add(pack([...batch]));
        const all = batches.flat();
        expect(list.length).toBe(all.length);
        expect(texts(list)).toEqual(texts(all));
        expect(places(list)).toEqual(places(inOrder([...all])));
        expect(places(list)).toEqual(places(list));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("keep their order where they are packed in several pieces", () => {
    const list = new FindingList();
    const all = Array.from({ length: 3000 }, (_, index) => numbered(index));
    list.add(pack(all));
    expect([...list]).toEqual(all);
    list.add(pack([numbered(3000)]));
    expect([...list]).toHaveLength(3001);
  });

  it("tell once that they are many", () => {
    let told = 0;
    const list = new FindingList(() => told++);
    const batch = pack(Array.from({ length: 6000 }, (_, index) => numbered(index)));
    list.add(batch);
    expect(told).toBe(0);
    for (let more = 0; more < 3; more++) list.add(batch);
    expect(told).toBe(1);
  });

  it("can be looked through and joined without being unpacked together", () => {
    const list = new FindingList();
    list.add(pack(Array.from({ length: 10 }, (_, index) => numbered(index))));
    const even = only(list, ({ evidence }) => (evidence.index as number) % 2 === 0);
    expect(even.length).toBe(5);
    expect([...joined([even, list])]).toHaveLength(joined([even, list]).length);
  });
});

function numbered(index: number): Finding {
  return {
    rule: "stuck-tool",
    severity: "error",
    input: "x.db",
    session: "s",
    part: `prt_${String(index).padStart(6, "0")}`,
    evidence: { index },
    effects: [{ target: "opencode", effect: "crash", error: `row ${index}` }],
    repair: { safety: "none" },
    fingerprint: `${index}`,
  };
}
