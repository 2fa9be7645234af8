import { availableParallelism } from "node:os";
import { setFlagsFromString } from "node:v8";
import { defineConfig } from "vitest/config";

/** Where a JSON report of the run goes, for scripts that read it. */
const jsonReport = process.env.VITEST_JSON;

// Tests make many short-lived graphs and tables: a larger nursery, of threads to come, saves a twentieth of the time.
setFlagsFromString("--max-semi-space-size=64");

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    globalSetup: ["test/run-setup.ts"],
    setupFiles: ["test/setup.ts"],
    env: { TZ: "UTC", LC_ALL: "C" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share what they import: no test changes what is global. A fifth of the time a file waits for
    // pages, processes or a clock of theirs, so that there is one thread more than cores.
    pool: "threads",
    isolate: false,
    maxWorkers: availableParallelism() + 1,
    // Files are transformed once, not in each run: it takes a third of the time of a run of one file.
    experimental: { fsModuleCache: true, fsModuleCachePath: "node_modules/.cache/vitest" },
    reporters: jsonReport ? ["default", "json"] : ["default"],
    ...(jsonReport ? { outputFile: { json: jsonReport } } : {}),
  },
});
