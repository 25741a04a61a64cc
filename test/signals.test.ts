import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { main } from "../src/cli.js";
import { heedingSignals } from "../src/interrupts.js";
import { DOCTOR } from "./support/faults.js";
import { openedCopy, scratch } from "./support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

test("a command line has no handler of signals: one would wait while SQLite works", async () => {
  const before = ["SIGINT", "SIGTERM"].map((signal) => process.listenerCount(signal));
  await main(["rules", "--output", dir.path("rules.txt")]);
  expect(["SIGINT", "SIGTERM"].map((signal) => process.listenerCount(signal))).toEqual(before);
});

test.skipIf(process.platform === "win32").each(["SIGINT", "SIGTERM"] as const)(
  "%s ends the program inside a query that never ends",
  async (signal) => {
    const dist = pathToFileURL(join(import.meta.dirname, "../dist/main.js")).href;
    const script = `
      const { main } = await import(${JSON.stringify(dist)});
      await main(["rules", "--output", ${JSON.stringify(dir.path("rules.txt"))}]);
      const { default: Sqlite } = await import("better-sqlite3");
      console.log("begins");
      new Sqlite(":memory:").prepare("with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c").get();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: join(import.meta.dirname, ".."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    expect(await ended).toBe(signal);
    clearTimeout(timer);
  },
);

test("a second signal ends the program at once, also while work heeds the first", async () => {
  const counts = await heedingSignals(async (isInterrupted) => {
    process.emit("SIGTERM");
    return [isInterrupted(), process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];
  });
  expect(counts).toEqual([true, 0, 0]);
});

test.skipIf(process.platform === "win32")(
  "a private copy goes with the program, however it ends",
  async () => {
    const source = openedCopy(dir.path("source.db"), "opencode");
    source.pragma("journal_mode = wal");
    source.exec("create table filler (x); update session set title = 'x'");
    source.exec("insert into filler select zeroblob(30000000)");
    const path = dir.path("copied.db");
    for (const end of ["", "-wal"]) copyFileSync(dir.path(`source.db${end}`), path + end);
    source.close();
    const temporary = dir.path("temporary");
    mkdirSync(temporary);
    const isEmpty = () => readdirSync(temporary).length === 0;
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const child = spawn(process.execPath, [DOCTOR, "scan", path, "--integrity"], {
        stdio: "ignore",
        env: { ...process.env, TMPDIR: temporary },
      });
      const ended = new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
      while (isEmpty() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 2));
      child.kill(signal);
      expect(await ended).toBe(signal);
      await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 10_000 });
    }
  },
);
