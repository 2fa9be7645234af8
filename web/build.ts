import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { Rolldown } from "tsdown";
import { build } from "vite";
import type { PageBuild } from "../src/explorer/index.ts";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds of the kernels that pages never run: their modules stay empty. */
const OTHER_KERNELS = /kernels\/(relaxed|threads)\.generated\.ts$/;

/** Loads algorithms by name, of which pages have a list of their own. */
const LOADER = /discovery\/load\.ts$/;

/** Names that are taken out of a module at once, which can be imported one by one. */
const LATE_NAMES = /const \{([^}]+)\} =\s+await import\(\s*("\.[^"]+"),?\s*\);/g;

const LATE_IMPORT = /(await )?\bimport\(\s*("\.[^"]+"),?\s*\)/g;

/**
 * Makes late imports early ones: in one script nothing can be loaded later, and modules that are imported
 * late would each be wrapped, and kept whole.
 */
const importsAtOnce: Rolldown.Plugin = {
  name: "imports-at-once",
  transform: (code, id) => {
    if (OTHER_KERNELS.test(id)) return "export const KERNELS = undefined;";
    if (LOADER.test(id)) return code.replace(LATE_IMPORT, "(undefined as never)");
    if (!id.includes("/src/")) return null;
    const names = new Map<string, string>();
    const single: string[] = [];
    const taken = code.replace(LATE_NAMES, (_, list: string, path: string) => {
      const own = list.split(",").flatMap((name) => name.trim() || []);
      const given = own.map((name) => `late_${name}`);
      single.push(`import { ${own.map((name, i) => `${name} as ${given[i]}`)} } from ${path};\n`);
      return `const ${own.map((name, i) => `${name} = ${given[i]}`)};`;
    });
    const text = taken.replace(LATE_IMPORT, (_, awaited: string | undefined, path: string) => {
      const name = names.get(path) ?? `late${names.size}`;
      names.set(path, name);
      return awaited === undefined ? `Promise.resolve(${name})` : name;
    });
    const imports = Array.from(names, ([path, name]) => `import * as ${name} from ${path};\n`);
    return [...single, ...imports, text].join("");
  },
};

/** What the worker of a page runs, as one script. */
async function buildEngine(outDir: string, entry: string): Promise<void> {
  const bundle = await Rolldown.rolldown({
    input: folder(entry),
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

/** A script of its own, with the styles of all that it is made of beside it. */
async function buildScript(outDir: string, part: Script): Promise<void> {
  const { name, entry, global } = part;
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
        entry: folder(entry),
        formats: ["iife"],
        name: global,
        fileName: () => `${name}.js`,
        cssFileName: name,
      },
    },
  });
}

interface Script {
  /** Of its file. */
  readonly name: string;
  readonly entry: string;
  /** The global object with what it exports. */
  readonly global: string;
}

/** Where each part of a build begins. */
interface Entries {
  readonly engine: string;
  /** What a page runs at once. */
  readonly shell: string;
  /** What it runs when it first draws. */
  readonly views: string;
}

/** The builds of the program: all of it, and what a report has. */
const BUILDS: Readonly<Record<PageBuild, Entries>> = {
  whole: { engine: "engine/worker.ts", shell: "shell/main.ts", views: "views/index.ts" },
  report: {
    engine: "engine/report-worker.ts",
    shell: "shell/report.ts",
    views: "views/report.ts",
  },
};

/** Makes the parts of a build in a folder: `engine.js`, `shell.js`, `views.js` and `style.css`. */
async function buildParts(outDir: string, { engine, shell, views }: Entries): Promise<void> {
  const scripts: readonly Script[] = [
    { name: "shell", entry: shell, global: "explorer" },
    { name: "views", entry: views, global: "explorerViews" },
  ];
  await Promise.all([
    buildEngine(outDir, engine),
    ...scripts.map((script) => buildScript(outDir, script)),
  ]);
  const styles = scripts.map(({ name }) => `${outDir}/${name}.css`);
  writeFileSync(`${outDir}/style.css`, styles.map((file) => readFileSync(file, "utf8")).join(""));
  for (const file of styles) rmSync(file);
}

/** Builds the program of the explorer into a folder, each build in one of its name. */
export async function buildExplorer(outDir: string): Promise<void> {
  const builds = Object.entries(BUILDS);
  await Promise.all(builds.map(([build, entries]) => buildParts(`${outDir}/${build}`, entries)));
}
