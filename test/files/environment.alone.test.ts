import { afterEach, expect, test, vi } from "vitest";

const before = process.env.SQLITE_USE_URI;
afterEach(() => {
  if (before === undefined) delete process.env.SQLITE_USE_URI;
  else process.env.SQLITE_USE_URI = before;
});

test.each([undefined, "0"])("SQLITE_USE_URI is %s again when a database is open", async (value) => {
  if (value === undefined) delete process.env.SQLITE_USE_URI;
  else process.env.SQLITE_USE_URI = value;
  vi.resetModules();
  const { openScratch } = await import("../../src/files/sqlite.js");
  expect(process.env.SQLITE_USE_URI).toBe(value);
  openScratch().close();
  expect(process.env.SQLITE_USE_URI).toBe(value);
});
