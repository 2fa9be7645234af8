import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { deps } from "../tsdown.config.ts";
import { madeOnce } from "./once.testing.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folder of the command line and of jobs, built as the package is. */
export function builtPackage(): Promise<string> {
  return madeOnce("package", (outDir) =>
    build({
      config: false,
      cwd: root,
      entry: {
        "cli/main": "src/cli/main.ts",
        "cli/start": "src/cli/start.ts",
        "cli/worker": "src/cli/worker.ts",
        "jobs/index": "src/jobs/index.ts",
        "jobs/worker": "src/jobs/worker.ts",
      },
      outDir,
      format: "esm",
      platform: "neutral",
      target: "node20",
      dts: false,
      fixedExtension: false,
      logLevel: "silent",
      deps,
    }),
  );
}
