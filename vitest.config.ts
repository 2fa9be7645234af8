import { defineConfig } from "vitest/config";

/** Where a JSON report of the run goes, for scripts that read it. */
const jsonReport = process.env.VITEST_JSON;

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    globalSetup: ["test/run-setup.ts"],
    setupFiles: ["test/setup.ts"],
    env: { TZ: "UTC", LC_ALL: "C" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share what they import, on a thread for each core: no test changes what is global.
    pool: "threads",
    isolate: false,
    maxWorkers: "100%",
    reporters: jsonReport ? ["default", "json"] : ["default"],
    ...(jsonReport ? { outputFile: { json: jsonReport } } : {}),
  },
});
