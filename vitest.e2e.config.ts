import { defineConfig } from "vitest/config";

/** Against the released opencode programs, which it installs: minutes and a network, so never part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/e2e/*.e2e.ts"],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    globalSetup: "test/build.ts",
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
