import { join } from "node:path";
import { expect, test } from "vitest";
import { timeline } from "../../src/reporters/timeline.js";
import { readOne } from "../../src/scan/one.js";
import { timelineOf } from "../../src/scan/timeline.js";
import { FIXTURES } from "../support/fixtures.js";
import { drawn, NOW } from "../support/pictures.js";

async function told(timeZone: string): Promise<string> {
  const path = join(FIXTURES, "damaged.db");
  const { conversation, findings, note } = await readOne(path, "ses_e0331f65", { now: NOW });
  const options = { width: 80, color: false, now: NOW, show: "info" as const, timeZone };
  const entries = timelineOf(conversation, findings, false);
  return [...timeline(note, drawn(conversation), entries, true, options)].join("");
}

test.each([
  ["UTC", /local time, UTC\nSat, 21 Nov 2026\n06:32:03 {3}user/],
  ["America/New_York", /local time, America\/New_York\nSat, 21 Nov 2026\n01:32:03 {3}user/],
  ["Pacific/Kiritimati", /local time, Pacific\/Kiritimati\nSat, 21 Nov 2026\n20:32:03 {3}user/],
  ["America/Anchorage", /local time, America\/Anchorage\nFri, 20 Nov 2026\n21:32:03 {3}user/],
])("dates and times are those of the zone, which is named: %s", async (zone, expected) => {
  expect(await told(zone)).toMatch(expected);
});

test("the next request is drawn before the rows", async () => {
  const text = await told("UTC");
  expect(text.indexOf("call write ✖ tool call id used twice")).toBeGreaterThan(0);
  expect(text.indexOf("Next request: anthropic would refuse it.")).toBeLessThan(text.indexOf("local time"));
});
