import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { Rolldown } from "tsdown";
import { build } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the engine never runs: other builds of the kernels, and the loader of algorithms that it does not have. */
const NEVER_RUN: readonly (readonly [file: RegExp, code: string])[] = [
  [/kernels\/(relaxed|threads)\.generated\.ts$/, "export const KERNELS = undefined;"],
  [/discovery\/load\.ts$/, "export const loadAlgorithm = undefined, listAlgorithms = undefined;"],
];

/**
 * Makes late imports early ones: in one script nothing can be loaded later, and modules that are imported
 * late would each be wrapped, and kept whole.
 */
const importsAtOnce: Rolldown.Plugin = {
  name: "imports-at-once",
  transform: (code, id) => {
    const never = NEVER_RUN.find(([file]) => file.test(id));
    if (never !== undefined) return never[1];
    if (!id.includes("/src/")) return null;
    const names = new Map<string, string>();
    const text = code.replace(
      /(await )?\bimport\(\s*("\.[^"]+"),?\s*\)/g,
      (_, awaited: string | undefined, path: string) => {
        const name = names.get(path) ?? `late${names.size}`;
        names.set(path, name);
        return awaited === undefined ? `Promise.resolve(${name})` : name;
      },
    );
    const imports = Array.from(names, ([path, name]) => `import * as ${name} from ${path};\n`);
    return names.size === 0 ? null : imports.join("") + text;
  },
};

/** What the worker of a page runs, as one script. */
async function buildEngine(outDir: string): Promise<void> {
  const bundle = await Rolldown.rolldown({
    input: folder("engine/worker.ts"),
    platform: "browser",
    logLevel: "silent",
    external: ["highs", "hyparquet-writer"],
    plugins: [importsAtOnce],
  });
  try {
    const file = `${outDir}/engine.js`;
    await bundle.write({ file, format: "iife", minify: true, codeSplitting: false });
  } finally {
    await bundle.close();
  }
}

/** What a page runs and looks like, as one script and one style sheet. */
async function buildShell(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: folder("."),
    logLevel: "error",
    plugins: [svelte({ configFile: false })],
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2023",
      lib: {
        entry: folder("shell/main.ts"),
        formats: ["iife"],
        name: "explorer",
        fileName: () => "shell.js",
        cssFileName: "shell",
      },
    },
  });
}

/** Builds the program of the explorer into a folder: `engine.js`, `shell.js` and `shell.css`. */
export async function buildExplorer(outDir: string): Promise<void> {
  await Promise.all([buildEngine(outDir), buildShell(outDir)]);
}
