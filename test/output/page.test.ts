import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { present } from "../../src/model/present.js";
import type { ReportStream } from "../../src/model/report.js";
import { page } from "../../src/reporters/html/page.js";
import { PICTURES, partsOf, picturedOf } from "../../src/reporters/html/parts.js";
import { layoutOf } from "../../src/scan/picture-rows.js";
import { sessionsOf } from "../../src/scan/sessions.js";
import { assistant, bye, text, use, user } from "../support/anthropic-messages.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { HOSTILE } from "../support/hostile.js";
import { pageProblems } from "../support/page.js";
import { drawnMessages, NOW } from "../support/pictures.js";
import { report } from "../support/reports.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);
const TIME = ["--now", "2026-11-21T12:00:00Z"];
const options = {
  width: 80,
  color: false,
  now: NOW,
  show: "warning" as const,
  timeZone: "UTC",
  home: "/home/dev",
};

async function pageOf(...args: string[]): Promise<string> {
  return (await run(["scan", ...args, "--format", "html", ...TIME])).stdout;
}

describe("the page of a damaged database", () => {
  const path = join(FIXTURES, "damaged.db");

  test("is whole, closed to the world, and tells each damaged conversation", async () => {
    const text = await pageOf(path);
    expect(pageProblems(text)).toEqual([]);
    expect(text).toContain("<h1>2 conversations are dead, 2 limp</h1>");
    expect(text.match(/<article /g)).toHaveLength(4);
    // Two pictures each, and the strip.
    expect(text.match(/<svg /g)).toHaveLength(9);
    expect(text).toContain("<p>messages.3: &#96;tool_use&#96; ids must be unique</p>");
    expect(text).toContain("This points at turn 3.");
    expect(text).toMatch(/doctor heal \S+damaged.db --session ses_e0331f65cffeeMh0AeWFh9myYW</);
    expect(text).toContain("4 of 4 damaged conversations were last used on Sat, 21 Nov 2026.");
  });

  test("shows sizes as areas where they are asked for", async () => {
    expect(await pageOf(path)).not.toContain('id="sizes-h"');
    const text = await pageOf(path, "--size");
    expect(pageProblems(text)).toEqual([]);
    const [, drawing = ""] = /<section class="sizes"[\s\S]*?<svg [^>]*>([\s\S]*?)<\/svg>/.exec(text) ?? [];
    const sizes = new Map(
      [...drawing.matchAll(/width="([\d.]+)" height="([\d.]+)"><title>([^<]+?) (\d+) kB</g)].map(
        ([, width, height, name, kilobytes]) => [
          name,
          { area: Number(width) * Number(height), kilobytes: Number(kilobytes) },
        ],
      ),
    );
    expect([...sizes.keys()]).toEqual(expect.arrayContaining(["part", "message", "indexes of part"]));
    // The gaps between areas take a little of each.
    const perKilobyte = [...sizes.values()].map(({ area, kilobytes }) => area / kilobytes);
    expect(Math.max(...perKilobyte) / Math.min(...perKilobyte)).toBeLessThan(1.5);
  });

  test("has a matrix in place of ranges of versions", async () => {
    const text = await pageOf(path);
    expect(text).not.toMatch(/&gt;=\d|&lt;\d/);
    const [, table = ""] = /By version of opencode<\/caption>([\s\S]*?)<\/table>/.exec(text) ?? [];
    const rows = table.split("<tr>").map((row) =>
      row
        .replace(/<[^>]*>/g, " ")
        .trim()
        .split(/\s+/)
        .join(" "),
    );
    expect(rows.filter(Boolean)).toEqual([
      "before 1.4.7 from 1.4.7 from 1.16.0 from 1.18.26 in use",
      "opencode misleads misleads misleads misleads",
      "anthropic refused taken refused taken",
      "bedrock refused taken refused taken",
    ]);
  });

  test("holds words of the user on request only", async () => {
    const exported = join(FIXTURES, "json/broken-opencode-export.json");
    const words = [...readFileSync(exported, "utf8").matchAll(/"text": ?"([^"\\]{12,40})"/g)].map(
      ([, one]) => one ?? "",
    );
    expect(words.length).toBeGreaterThan(0);
    const [silent, told] = [await pageOf(exported), await pageOf(exported, "--show-content")];
    expect(words.filter((word) => silent.includes(word))).toEqual([]);
    expect(words.some((word) => told.includes(word))).toBe(true);
    expect(pageProblems(told)).toEqual([]);
  });

  test("shows only what was asked for", async () => {
    const text = await pageOf(path, "--rule", "duplicate-tool-call-id");
    expect(text.match(/<article /g)).toHaveLength(1);
    // The state of the others is not known.
    expect(text).not.toContain("All conversations by last use");
  });
});

describe("the file of the page", () => {
  const input = join(FIXTURES, "damaged.db");

  test("takes the place of an older one, as other formats do", async () => {
    const output = dir.path("report.html");
    writeFileSync(output, "old");
    const { code } = await run(["check", input, "--format", "html", "--output", output, ...TIME]);
    expect(code).toBe(1);
    expect(pageProblems(readFileSync(output, "utf8"))).toEqual([]);
  });

  test("that cannot be written is told in one line", async () => {
    mkdirSync(dir.path("folder.html"));
    for (const output of [dir.path("none/report.html"), dir.path("folder.html")]) {
      const { code, stderr } = await run(["scan", input, "--format", "html", "--output", output, ...TIME]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^[^\n]*cannot be written[^\n]*\n$/);
    }
  });

  test("never takes the place of an input", async () => {
    const copy = dir.path("input.db");
    copyFileSync(input, copy);
    const { code } = await run(["scan", copy, "--format", "html", "--output", copy, ...TIME]);
    expect(code).toBe(2);
    expect(readFileSync(copy).equals(readFileSync(input))).toBe(true);
  });

  test.skipIf(process.platform === "win32")("is for its owner only where it holds texts", async () => {
    const output = dir.path("private.html");
    await run(["scan", input, "--format", "html", "--show-content", "--output", output, ...TIME]);
    expect(existsSync(output) && statSync(output).mode & 0o077).toBe(0);
  });
});

test("with thousands of damaged conversations the page stays small, and says what it leaves out", () => {
  const broken = Array.from({ length: 40 }, (_, at) => [
    user(text(`prompt ${at}`)),
    assistant(...Array.from({ length: 12 }, (_, call) => use(`${at} ${call}`))),
  ]).flat();
  const layout = layoutOf(drawnMessages([...broken, bye]));
  const large = report(4000, 2000);
  const parts = partsOf(large);
  const pictures = new Map(
    picturedOf(parts.triage).map((patient) => [patient, { before: layout, after: layout }]),
  );
  const sessions = parts.triage.dead.map(({ session, input }, at) => ({
    ...{ id: session, input, state: "dead" as const, title: null, folder: "f", messages: at },
    updated: NOW - at * 1000,
  }));
  const written = [...page(large, { ...options, page: { ...parts, sessions, pictures } })].join("");
  expect(pageProblems(written)).toEqual([]);
  expect(written.match(/<article /g)).toHaveLength(PICTURES);
  expect(written.length).toBeLessThan(2_000_000);
  expect(written).toContain("the newest 20 of 4,000; the others are in the table below");
  expect(written).toContain("5,980 more damaged conversations");
  expect(written).toContain("5,480 of them are not listed: --format json lists them all.");
  expect(written).toContain("Up to 12 neighbours share a bar.");
});

test("a report of standard input, which cannot be read twice, names its conversations", () => {
  const piped = report(2, 0);
  const inputs = piped.inputs.map((input) => ({ ...input, path: "-" }));
  const findings = [...piped.findings].map((finding) => ({ ...finding, input: "-" }));
  const sessions = sessionsOf({ ...piped, inputs, findings });
  expect(sessions.map(({ state }) => state)).toEqual(["dead", "dead"]);
  const told = { ...partsOf({ ...piped, inputs, findings }), sessions };
  const written = [...page({ ...piped, inputs, findings }, { ...options, page: told })].join("");
  expect(written).toContain("No picture: the conversation cannot be read a second time.");
});

test("texts are asked for in an HTML report only", async () => {
  const { code, stderr } = await run(["scan", join(FIXTURES, "damaged.db"), "--show-content", ...TIME]);
  expect([code, stderr]).toEqual([2, "--show-content: a scan shows texts with --format html only\n"]);
});

test("a healthy report is a whole page", () => {
  const text = [...page(report(0, 0), options)].join("");
  expect(pageProblems(text)).toEqual([]);
  expect(text).toContain("<h1>Every conversation is well</h1>");
});

test("a report that is incomplete says so, and tells the trouble", () => {
  const healthy = report(0, 0);
  const inputs = healthy.inputs.map((input) => ({
    ...input,
    status: "unreadable" as const,
    error: { code: "DAMAGED", message: "the file is damaged" },
  }));
  const text = [...page({ ...healthy, inputs, incomplete: true }, options)].join("");
  expect(text).toContain("<h1>No damage in the part that could be read</h1>");
  expect(text).toContain("cannot finish: the file is damaged");
});

test("hostile strings in every field of a report are text", () => {
  const hostile = (text: string): ReportStream =>
    JSON.parse(JSON.stringify(report(3, 1)), (key, value) =>
      typeof value === "string" &&
      !["severity", "safety", "effect", "status", "hostVersionFrom"].includes(key)
        ? `${value}${text}`
        : value,
    );
  for (const text of HOSTILE) {
    const written = [...page(hostile(text), { ...options, titles: true })].join("");
    expect(pageProblems(written), text).toEqual([]);
    expect(written).not.toContain(present(HOSTILE[7]));
  }
});
