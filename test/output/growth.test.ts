import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KNOWN_ERRORS, knownErrorsIn } from "../../src/providers/errors.js";
import { RECORDED } from "../../src/stores/opencode/errors.js";
import { attacksOn, patternsIn } from "../support/regexps.js";

const SOURCES = join(import.meta.dirname, "../../src");

/** CPU time (ms) that the work takes: other programs do not count. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Below this cost (ms) a measure tells nothing. */
const LITTLE = 40;

/** Eight times the text may cost sixteen times the time, not sixty-four times. */
function growsTooFast(work: (text: string) => unknown, short: string, long: string): boolean {
  const much = cost(() => work(long));
  return (
    much > LITTLE &&
    much >
      16 *
        Math.max(
          cost(() => work(short)),
          1,
        )
  );
}

/** A text of nothing but spaces in front of a letter, letters in front of a space …: what one loop can try at every place. */
const PUMPS = [" ", "a", "0", "=", "/", "\\", "-", "_", "\n", "a ", "a=", ":a", "aA0"];

/** Patterns that are asked about a number, and about eight characters. */
const SHORT_TEXTS = /^(?:model\/numbers\.ts|stores\/opencode\/decode\/file\.ts.*\/=\*\$\/)/;

test("no pattern of the program takes time that grows with the square of its text", () => {
  const slow = patternsIn(SOURCES)
    .filter(({ place }) => !SHORT_TEXTS.test(place))
    .filter(({ pattern }) => {
      const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
      return PUMPS.some((pump) => {
        const [short = "", long = ""] = [5_000, 40_000].map(
          (length) => `${pump.repeat(length / pump.length)}\n!`,
        );
        return growsTooFast((text) => plain.test(text), short, long);
      });
    })
    .map(({ place }) => place);
  expect(slow).toEqual([]);
});

describe("error texts, which a session records at any length", () => {
  test.each([
    ["of providers", KNOWN_ERRORS],
    ["that a session recorded", RECORDED],
  ])("%s: 1 MB of what a pattern looks for costs no more than ten times 100 kB", (_, known) => {
    const slow = known
      .filter(({ pattern }) => {
        const [, attack = ""] = attacksOn(pattern, 20);
        const pump = `${attack.slice(0, 20)} `;
        const [short = "", long = ""] = [125_000, 1_000_000].map((length) =>
          pump.repeat(length / pump.length),
        );
        return growsTooFast((text) => knownErrorsIn(text, known), short, long);
      })
      .map(({ pattern }) => String(pattern));
    expect(slow).toEqual([]);
  });
});
