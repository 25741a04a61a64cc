import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Json } from "../../src/model/conversation.js";
import { readOne } from "../../src/scan/one.js";
import type { Picture } from "../../src/scan/picture.js";
import { assistant, bye, hi, result, text, thinking, use, user } from "../support/anthropic-messages.js";
import { damagedCopy, FIXTURES, requestFixtures, scratch } from "../support/fixtures.js";
import { requestOf } from "../support/judging.js";
import { drawn, drawnMessages } from "../support/pictures.js";

const dir = scratch();
afterAll(dir.remove);

/** Arcs in a few words: "1.0 > 2.0". */
function arcs({ arcs: all }: Picture): string[] {
  const at = (spot: { turn: number; block: number } | null) => (spot ? `${spot.turn}.${spot.block}` : "?");
  return all.map(
    ({ call, result, kind, isHurt }) => `${at(call)} > ${at(result)} ${kind}${isHurt ? " hurt" : ""}`,
  );
}

function refused({ turns }: Picture): string | null {
  for (const { index, isRefused, blocks } of turns)
    if (isRefused) return `${index}.${blocks.findIndex((block) => block.isRefused)}`;
  return null;
}

describe("the picture of a request", () => {
  test("holds two lanes of blocks, and an arc from each call to its result", () => {
    const whole = drawnMessages([
      hi,
      assistant(thinking("so", "s".repeat(40)), text("look"), use("a"), use("b")),
      user(result("b"), result("a")),
      assistant(text("done")),
      bye,
    ]);
    expect(whole.turns.map(({ lane }) => lane)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(whole.turns[1]?.blocks.map(({ kind }) => kind)).toEqual(["thinking", "text", "call", "call"]);
    expect(arcs(whole)).toEqual(["1.2 > 2.1 joined", "1.3 > 2.0 joined"]);
    expect(whole.verdict).toBe("accepted");
    expect(refused(whole)).toBeNull();
  });

  const damaged: [string, unknown[], string[], string | null, string][] = [
    [
      "a missing result hangs",
      [hi, assistant(use("1")), bye],
      ["1.0 > ? hanging hurt"],
      "1.0",
      "missing-tool-result",
    ],
    [
      "a result without its call hangs",
      [hi, user(result("9")), assistant(text("a")), bye],
      ["? > 0.1 hanging hurt"],
      "0.1",
      "orphan-tool-result",
    ],
    [
      "two results of one id lead to one call",
      [hi, assistant(use("1")), user(result("1"), result("1", "again"))],
      ["1.0 > 2.0 joined", "1.0 > 2.1 doubled hurt"],
      "2.1",
      "duplicate-tool-result",
    ],
    [
      "an id used twice leads two arcs to one call",
      [hi, assistant(use("1"), use("1")), user(result("1"), result("1"))],
      ["1.0 > 2.0 joined", "1.1 > 2.1 joined", "1.0 > 2.1 doubled hurt"],
      "1.1",
      "duplicate-tool-call-id",
    ],
    [
      "a late result has a damaged arc",
      [hi, assistant(use("1")), bye, assistant(text("a")), user(result("1"))],
      ["1.0 > 4.0 joined hurt"],
      "4.0",
      "misplaced-tool-result",
    ],
  ];
  test.each(damaged)("%s", (_, messages, expected, place, rule) => {
    const picture = drawnMessages(messages);
    expect(arcs(picture)).toEqual(expected);
    expect(picture).toMatchObject({ verdict: "rejected", rule });
    expect(refused(picture)).toBe(place);
  });

  test("content behind a call is a torn block", () => {
    const { turns } = drawnMessages([hi, assistant(use("1"), text("b")), user(result("1")), bye]);
    expect(turns[1]?.blocks.map(({ isTorn }) => isTorn)).toEqual([undefined, true]);
  });

  test("the refusal points at the turn that the provider's words name", () => {
    const fixtures = requestFixtures().filter(({ provider }) => !provider || provider === "anthropic");
    const named = fixtures.flatMap(({ body }) => {
      const picture = drawn(requestOf(body as Json), "anthropic");
      const index = /^messages\.(\d+)/.exec(picture.error ?? "")?.[1];
      return index === undefined ? [] : [[Number(index), picture.turns.findIndex((turn) => turn.isRefused)]];
    });
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(([said, drawnAt]) => said !== drawnAt)).toEqual([]);
  });

  test("texts of the user are held on request only, and cut", () => {
    const messages = [
      user(text(`SECRET ${"x".repeat(500)}`)),
      assistant(text("SECRET")),
      user(text("SECRET")),
    ];
    expect(JSON.stringify(drawnMessages(messages))).not.toContain("SECRET");
    const shown = drawnMessages(messages, true);
    expect(shown.turns[0]?.blocks[0]?.text).toMatch(/^SECRET x{153}$/);
  });
});

describe("the picture of a stored conversation", () => {
  test("two glued steps are torn on every version, whether it refuses them or not", async () => {
    const { conversation } = await readOne(join(FIXTURES, "damaged.db"), "ses_e032db6a", {}, true);
    for (const [version, verdict] of [
      ["1.18.34", "accepted"],
      ["1.17.0", "rejected"],
    ] as const) {
      const picture = drawn(conversation, "anthropic", version);
      expect(picture.verdict).toBe(verdict);
      expect(picture.turns.flatMap(({ blocks }) => blocks).filter(({ isTorn }) => isTorn)).toHaveLength(1);
    }
  });

  test("a conversation that cannot be opened is drawn as it is stored", async () => {
    const path = dir.path("closed.db");
    const sql = readFileSync(join(FIXTURES, "rules/malformed-json.opencode.sql"), "utf8");
    damagedCopy(path, "opencode", sql);
    const { conversation } = await readOne(path, "latest", {}, true);
    const picture = drawn(conversation);
    expect(picture).toMatchObject({ isClosed: true });
    expect(picture.turns.length).toBeGreaterThan(0);
    // Each call is stored with its result: none hangs.
    expect(picture.arcs.filter(({ kind }) => kind === "hanging")).toEqual([]);
  });
});
