import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { holdersOf, wasHeld } from "../../src/files/holders.js";
import { scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

test.skipIf(process.platform !== "linux")(
  "files that another process has open, all by one look",
  async () => {
    const [open, shut] = ["open.jsonl", "shut.jsonl"].map(dir.path);
    for (const path of [open, shut]) writeFileSync(String(path), "{}\n");
    const fd = openSync(String(open), "r");
    const child = spawn("sleep", ["60"], { stdio: ["ignore", "ignore", "ignore", fd] });
    await once(child, "spawn");
    closeSync(fd);
    expect([open, shut].map((path) => wasHeld(String(path)))).toEqual([true, false]);
    expect(holdersOf(String(open))?.map(({ pid }) => pid)).toEqual([child.pid]);
    child.kill();
    await once(child, "exit");
    expect(holdersOf(String(open))).toEqual([]);
  },
);
