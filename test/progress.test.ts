import { afterEach, expect, test, vi } from "vitest";
import { startProgress } from "../src/commands/progress.js";

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
