import { readdirSync } from "node:fs";
import { defineConfig } from "tsdown";

/** Every layer is an entry point of its own: `interpbench/engine`, `interpbench/rasp`, … */
const layers = readdirSync("src", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "cli")
  .map((entry) => entry.name);

/** Where a build puts the licence of what is bundled. */
const licences = [{ from: "node_modules/zod/LICENSE", to: "dist/licences", rename: "zod.txt" }];

/**
 * What runs brings its own Zod, without what it does not use: of its hundred modules two thirds are
 * translations of its messages, and reading them would take a sixth of the time of a short command.
 * Declarations refer to the package, so that schemas of users are of its types; its metadata are in
 * one registry for all copies.
 */
const bundlesZod = (id: string, importer: string | undefined): boolean =>
  /^zod(\/|$)/.test(id) && importer?.endsWith(".d.ts") !== true;

/** What is bundled, and what is not. */
export const deps = { neverBundle: [/^node:/, "commander"], alwaysBundle: bundlesZod };

/**
 * The object with all exports of a layer is in a file of its own: plugins are given that of `discovery`, and with it
 * all algorithms, which a command that runs none does not load.
 */
export const codeSplitting = {
  includeDependenciesRecursively: false,
  groups: [{ name: "discovery-exports", test: /src\/discovery\/index\.ts$/ }],
};

export default defineConfig({
  entry: {
    index: "src/index.ts",
    "cli/main": "src/cli/main.ts",
    "cli/start": "src/cli/start.ts",
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
  copy: licences,
  outputOptions: { codeSplitting },
  deps,
});
