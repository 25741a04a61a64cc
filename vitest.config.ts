import { defineConfig } from "vitest/config";

/** The command line and its threads are tested as they ship. */
const shared = {
  globalSetup: "test/build.ts",
  // Neither the settings nor the terminal of the person who runs the tests count.
  env: { XDG_CONFIG_HOME: "/nonexistent/config", FORCE_COLOR: "" },
};
/** Each file loads the sources anew. */
const isolated = { pool: "forks", poolOptions: { forks: { isolate: true } } } as const;
/** One file after the other: their tests load the machine, and measure it. */
const oneByOne = { pool: "forks", poolOptions: { forks: { isolate: true, singleFork: true } } } as const;

export default defineConfig({
  test: {
    // Without this, vitest leaves one of two cores idle.
    minWorkers: 1,
    maxWorkers: 2,
    // The files of one process share the loaded sources: loading them for each file takes a third of the run.
    poolOptions: { forks: { isolate: false } },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.alone.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        // Tests that replace a module, load it anew, or ask what it keeps for a time.
        test: {
          ...shared,
          ...isolated,
          name: "alone",
          include: ["test/**/*.alone.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        // The package as others install it, and the recipes of docs/scale.md.
        test: {
          ...shared,
          ...isolated,
          name: "package",
          include: ["test/package/*.package.ts"],
          testTimeout: 300_000,
        },
      },
      {
        // The HTML report in headless Chromium; skipped where there is none. CI installs it.
        test: {
          ...shared,
          ...oneByOne,
          name: "browser",
          include: ["test/browser/*.browser.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Kills, full disks and racing writers: minutes, not seconds. CI runs it after the tests.
        test: {
          ...shared,
          ...oneByOne,
          name: "faults",
          include: ["test/faults/*.faults.ts"],
          testTimeout: 1_500_000,
        },
      },
      {
        // Against the released opencode programs, which it installs: an hour and a network, never a part of `npm test`.
        test: {
          ...shared,
          ...oneByOne,
          name: "e2e",
          include: ["test/e2e/*.e2e.ts"],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          maxConcurrency: 2,
        },
      },
    ],
  },
});
