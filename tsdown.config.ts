import { readdirSync } from "node:fs";
import { defineConfig } from "tsdown";

/** Every layer is an entry point of its own: `interpbench/engine`, `interpbench/rasp`, … */
const layers = readdirSync("src", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "cli")
  .map((entry) => entry.name);

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "cli/main": "src/cli/main.ts",
    "cli/worker": "src/cli/worker.ts",
    "jobs/worker": "src/jobs/worker.ts",
    "engine/index.node": "src/engine/index.node.ts",
    ...Object.fromEntries(layers.map((layer) => [`${layer}/index`, `src/${layer}/index.ts`])),
  },
  format: "esm",
  platform: "neutral",
  target: "node20",
  dts: true,
  sourcemap: false,
  fixedExtension: false,
  deps: { neverBundle: [/^node:/, "commander", /^zod(\/|$)/] },
});
