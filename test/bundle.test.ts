import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Rolldown } from "tsdown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeSplitting, deps } from "../tsdown.config.ts";
import { type Exploration, explore } from "./explorer.testing.ts";
import { PORTABLE_LAYERS } from "./layering.testing.ts";

/** Bytes of what a page loads that explores a case: the code, one build of the kernels, one algorithm. */
const CEILINGS = {
  /** What a phone parses in a few tenths of a second. */
  minified: 400_000,
  /**
   * What a slow connection (400 kB/s) brings in 0.4 of a second. A page lists every algorithm there is, which
   * costs 0.1 kB for each, and loads the one that it runs; what checks a case is for those who write one.
   * That tasks and data are made in turns costs 0.6 kB, that nodes are exchanged at chosen positions 0.1 kB,
   * that optimal ablation leaves BOS alone 0.1 kB, that first discoveries make fewer and smaller programs 0.6 kB,
   * that numbers are refused which no weight or document holds 0.2 kB, that corrupted rows are drawn again in another
   * order, that what is too much to list is drawn, and that a constant output is named, 0.2 kB, that fields of a
   * recipe have to go together 0.2 kB.
   */
  gzip: 142_550,
} as const;

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** How many files share what most algorithms are made of. */
const WIDELY_SHARED = 16;

/** A minified bundle for browsers: what is needed at once in one file, what most algorithms are made of in another. */
async function bundle(input: Readonly<Record<string, string>>): Promise<Rolldown.OutputChunk[]> {
  const build = await Rolldown.rolldown({ input, platform: "browser", logLevel: "silent" });
  try {
    const { output } = await build.generate({
      format: "esm",
      minify: true,
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          { name: "shared", tags: ["$initial"], priority: 2 },
          { name: "algorithms", minShareCount: WIDELY_SHARED, priority: 1 },
        ],
      },
    });
    return output.filter((file) => file.type === "chunk");
  } finally {
    await build.close();
  }
}

const gzipped = (code: string) => gzipSync(code, { level: 9 }).length;

/** What only Node has, and what a strict content policy refuses. */
function forbiddenIn({ fileName, code, imports, dynamicImports }: Rolldown.OutputChunk): string[] {
  const modules = [...imports, ...dynamicImports].filter((name) => name.startsWith("node:"));
  const calls = code.match(/\b(?:eval|Function|require)\(.{0,20}/g) ?? [];
  return [...modules, ...calls].map((what) => `${fileName}: ${what}`);
}

/** What a page has done, and the files that it has loaded for that. */
interface Visit {
  readonly explored: Exploration;
  readonly loaded: readonly string[];
}

/** Explores in a process that has neither Node's globals nor `eval`. */
async function visit(folder: string, chunks: readonly Rolldown.OutputChunk[]): Promise<Visit> {
  for (const { fileName, code } of chunks) {
    const note = `(globalThis.loaded ??= []).push(${JSON.stringify(fileName)});`;
    writeFileSync(join(folder, fileName), `${note}\n${code}`);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const script = `
    const write = process.stdout.write.bind(process.stdout);
    for (const name of ["process", "Buffer", "global"]) delete globalThis[name];
    const { explore } = await import(${JSON.stringify(pathToFileURL(join(folder, "explorer.js")))});
    const explored = await explore();
    write(JSON.stringify({ explored, loaded: globalThis.loaded }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--disallow-code-generation-from-strings",
    "--input-type=module",
    "--eval",
    script,
  ]);
  return JSON.parse(stdout) as Visit;
}

describe("what an explorer imports", () => {
  const folder = mkdtempSync(join(tmpdir(), "interpbench-bundle-"));
  let chunks: Rolldown.OutputChunk[];
  let page: Visit;
  beforeAll(async () => {
    chunks = await bundle({ explorer: pathOf("explorer.testing.ts") });
    page = await visit(folder, chunks);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const loaded = () => chunks.filter(({ fileName }) => page.loaded.includes(fileName));
  const sourcesOf = (files: readonly Rolldown.OutputChunk[]) =>
    files.flatMap(({ moduleIds }) => moduleIds.map((id) => id.slice(id.indexOf("/src/") + 1)));

  it("loads builds of the kernels, algorithms, and ways to train, when they are needed", () => {
    const others = chunks.filter((chunk) => !loaded().includes(chunk));
    expect(sourcesOf(others)).toEqual(
      expect.arrayContaining([
        "src/circuit/edge-program.ts",
        "src/engine/wasm/kernels/relaxed.generated.ts",
        "src/engine/wasm/kernels/threads.generated.ts",
        "src/discovery/attribution/attribute.ts",
        "src/discovery/attribution/eap.ts",
        "src/discovery/legacy-acdc/sweep.ts",
        "src/discovery/probing/sweep.ts",
        "src/discovery/registry.ts",
        "src/training/term-update.ts",
        "src/training/torch-draws.ts",
      ]),
    );
  });

  it("stays below its ceilings", () => {
    const total = (sizeOf: (code: string) => number) =>
      loaded().reduce((sum, { code }) => sum + sizeOf(code), 0);
    const sizes = { minified: total((text) => text.length), gzip: total(gzipped) };
    expect(sizes.minified).toBeLessThanOrEqual(CEILINGS.minified);
    expect(sizes.gzip).toBeLessThanOrEqual(CEILINGS.gzip);
  });

  it("makes no code of texts, and asks nothing of Node", () => {
    expect(chunks.flatMap(forbiddenIn)).toEqual([]);
  });

  it("compiles, trains, discovers and draws under a strict content policy, without Node", async () => {
    const { explored } = page;
    expect(explored).toEqual(await explore());
    expect(explored.edges.length).toBeGreaterThan(0);
    expect(explored.svg).toContain("</svg>");
  });
});

describe("everything up to report/", () => {
  it("makes no code of texts, and asks nothing of Node", async () => {
    const entries = PORTABLE_LAYERS.map((layer) => [layer, pathOf(`../src/${layer}/index.ts`)]);
    const chunks = await bundle({
      ...Object.fromEntries(entries),
      whole: pathOf("../src/index.ts"),
    });
    expect(chunks.flatMap(forbiddenIn)).toEqual([]);
  });

  it("is where that ends: the next layer does ask Node", async () => {
    const chunks = await bundle({ store: pathOf("../src/store/index.ts") });
    expect(chunks.flatMap(forbiddenIn).join()).toContain("node:fs");
  });
});

describe("what the command line loads at its start", () => {
  it("is no algorithm, and no server", async () => {
    const input = { main: pathOf("../src/cli/start.ts") };
    const external = deps.neverBundle;
    const build = await Rolldown.rolldown({
      input,
      external,
      platform: "node",
      logLevel: "silent",
    });
    const { output } = await build.generate({ format: "esm", codeSplitting });
    await build.close();
    const chunks = new Map(
      output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
    );
    const loaded = new Set(["main.js"]);
    for (const name of loaded) for (const one of chunks.get(name)?.imports ?? []) loaded.add(one);
    const sources = [...loaded].flatMap((name) => chunks.get(name)?.moduleIds ?? []);
    const within = (path: string) => sources.filter((id) => id.includes(`/src/${path}`));
    expect(within("discovery/load.ts").length).toBe(1);
    expect([...within("discovery/registry.ts"), ...within("discovery/acdc/")]).toEqual([]);
    expect([...loaded]).toContain("node:fs");
    expect([...loaded]).not.toContain("node:http");
  });
});
