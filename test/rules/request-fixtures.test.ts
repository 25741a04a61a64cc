import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { mendJson } from "../../src/repair/json.js";
import { scratch } from "../support/fixtures.js";

const FOLDER = join(import.meta.dirname, "../support/requests");
const dir = scratch();
afterAll(dir.remove);

/** Damage for which nothing honest can be written. */
const UNMENDED = new Set(["missing-tools", "missing-thinking", "unknown-block"]);

async function mended(path: string, provider: string): Promise<string> {
  let text = "";
  for await (const item of mendJson(path, { providers: [provider] }, {}, undefined)) text += item.text;
  return text;
}

async function errorsIn(path: string, providers: string[]): Promise<string[]> {
  const { findings } = await scan(path, { now: 0, providers });
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

/** `rule.provider.json`: a request that the provider refuses for the rule, and for nothing else. */
describe("requests that are refused for one rule", () => {
  test.each(readdirSync(FOLDER))("%s", async (name) => {
    const [rule, provider] = name.split(".") as [string, string];
    const path = join(FOLDER, name);
    expect([...new Set(await errorsIn(path, [provider]))]).toEqual([rule]);
    const copy = dir.path(name);
    writeFileSync(copy, await mended(path, provider));
    if (UNMENDED.has(rule)) expect(readFileSync(copy, "utf8")).toBe(readFileSync(path, "utf8"));
    else expect(await errorsIn(copy, [provider])).toEqual([]);
    expect(await mended(copy, provider)).toBe(readFileSync(copy, "utf8"));
  });
});
