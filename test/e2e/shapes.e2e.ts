import { beforeAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { ODD_SHAPES } from "../support/odd-shapes.js";
import { measuredVerdict, SHAPES } from "../support/shapes.js";
import { compare } from "./support/compare.js";
import { placeFixture, repair } from "./support/database.js";
import { inHome, WIRES } from "./support/host.js";
import { installAll, VERSIONS } from "./support/programs.js";

beforeAll(installAll);

describe.concurrent("one thing is wrong", () => {
  for (const [name, [verdicts, sql]] of Object.entries({ ...SHAPES, ...ODD_SHAPES }))
    for (const version of VERSIONS)
      for (const wire of WIRES) {
        test(`${name}, ${version}, ${wire}: as foreseen`, () =>
          inHome(async (home) => {
            await placeFixture(version, home, sql);
            const { verdict } = await compare(home, version, wire);
            expect(verdict).toBe(measuredVerdict(verdicts, version, wire) ?? verdict);
          }));

        test(`${name}, ${version}, ${wire}: repaired`, () =>
          inHome(async (home) => {
            await placeFixture(version, home, sql);
            const { findings } = await scan(home.database, { hostVersion: version, providers: [wire] });
            // Only another version of the host helps.
            if (findings.some(({ rule, severity }) => rule === "id-order" && severity === "error")) return;
            repair(home.database);
            expect((await compare(home, version, wire)).verdict).toBe("accepted");
          }));
      }
});
