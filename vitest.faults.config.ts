import { defineConfig } from "vitest/config";

/** Kills, full disks and racing writers: minutes, not seconds; CI runs it after the tests. */
export default defineConfig({
  test: {
    include: ["test/faults/*.faults.ts"],
    testTimeout: 1_500_000,
    globalSetup: "test/build.ts",
    fileParallelism: false,
  },
});
