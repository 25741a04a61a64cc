import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Spool } from "../../src/files/spool.js";
import { scratch } from "../support/fixtures.js";

const dir = scratch();

beforeEach(() => vi.stubEnv("TMPDIR", dir.path(".")));
afterEach(() => vi.unstubAllEnvs());

test("texts of all sizes come back, in any order and as often as they are asked for", () => {
  const texts = ["", "a", "é😀\u0000", "x".repeat(65_536), "ü".repeat(70_000), "b".repeat(40_000), "end"];
  const spool = new Spool();
  const places = [...texts, ...texts].map((text) => spool.add(text));
  const back = () => places.map((place) => spool.read(place));
  expect(back()).toEqual([...texts, ...texts]);
  places.reverse();
  expect(back()).toEqual([...texts, ...texts].reverse());
});

test("the file has no name, and a small spool has no file", () => {
  const spool = new Spool();
  spool.add("x".repeat(1_000_000));
  expect(readdirSync(dir.path("."))).toEqual([]);
  vi.stubEnv("TMPDIR", dir.path("missing"));
  expect(new Spool().add("small")).toEqual({ at: 0, size: 5 });
});

test("a folder for temporary files that is not there is told, with the way out", () => {
  vi.stubEnv("TMPDIR", dir.path("missing"));
  const add = () => new Spool().add("x".repeat(1_000_000));
  expect(add).toThrow(expect.objectContaining({ code: "NO_SPACE", next: expect.stringContaining("TMPDIR") }));
});
