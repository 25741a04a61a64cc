import { afterEach, expect, test, vi } from "vitest";
import { startProgress, stateTeller } from "../src/commands/progress.js";

const spinners = vi.fn(() => ({ start() {}, stop() {} }));
vi.mock("ora", () => ({ default: () => spinners() }));

const { isTTY, columns } = process.stderr;
afterEach(() => {
  Object.assign(process.stderr, { isTTY, columns });
  spinners.mockClear();
});

test.each([
  ["a terminal", true, 80, false, 1],
  ["a terminal that is 0 columns wide", true, 0, false, 0],
  ["a pipe", undefined, undefined, false, 0],
  ["a terminal, with --quiet", true, 80, true, 0],
])("progress on %s", async (_, isTTY, columns, quiet, shown) => {
  Object.assign(process.stderr, { isTTY, columns });
  (await startProgress(quiet)).stop();
  expect(spinners).toHaveBeenCalledTimes(shown);
});

test("progress names the phase, the size of the file, and the time that is left of the phase", () => {
  const tell = stateTeller(import.meta.filename);
  expect(tell(0, 100, "backup", 0)).toMatch(/^backup: 0 % of [\d.]+ k?B$/);
  expect(tell(10, 100, "backup", 1000)).not.toContain("left");
  expect(tell(25, 100, "backup", 5000)).toMatch(/^backup: 25 % of .*, about 15 s left$/);
  expect(tell(1, 2, "write", 6000)).toMatch(/^write: 50 % of [^,]*$/);
  expect(stateTeller()(1, 2, "nowhere", 0)).toBe("nowhere: 50 %");
});
