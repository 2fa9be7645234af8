import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { Rolldown } from "tsdown";
import { build } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds of the kernels that pages never run: their modules stay empty. */
const withoutOtherKernels: Rolldown.Plugin = {
  name: "without-other-kernels",
  load: (id) =>
    /kernels\/(relaxed|threads)\.generated\.ts$/.test(id) ? 'export const KERNELS = "";' : null,
};

/** What the worker of a page runs, as one script. */
async function buildEngine(outDir: string): Promise<void> {
  const bundle = await Rolldown.rolldown({
    input: folder("engine/worker.ts"),
    platform: "browser",
    logLevel: "silent",
    plugins: [withoutOtherKernels],
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
