import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Rolldown } from "tsdown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Exploration, explore } from "./explorer.testing.ts";
import { PORTABLE_LAYERS } from "./layering.testing.ts";

/** Bytes of what a page loads that explores a case: the code, and one build of the kernels. */
const CEILINGS = {
  /** What a phone parses in a few tenths of a second. */
  minified: 460_000,
  /**
   * What a slow connection (400 kB/s) brings in 0.4 of a second. A page offers every algorithm there is, with
   * formula, cost and options: half a kilobyte to one for each.
   */
  gzip: 160_000,
} as const;

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** A minified bundle for browsers. */
async function bundle(input: Readonly<Record<string, string>>): Promise<Rolldown.OutputChunk[]> {
  const build = await Rolldown.rolldown({ input, platform: "browser", logLevel: "silent" });
  try {
    const { output } = await build.generate({ format: "esm", minify: true });
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

describe("what an explorer imports", () => {
  const folder = mkdtempSync(join(tmpdir(), "interpbench-bundle-"));
  let chunks: Rolldown.OutputChunk[];
  beforeAll(async () => {
    chunks = await bundle({ explorer: pathOf("explorer.testing.ts") });
    for (const { fileName, code } of chunks) writeFileSync(join(folder, fileName), code);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const kernels = () => chunks.filter(({ isDynamicEntry }) => isDynamicEntry);
  const code = () => chunks.filter(({ isDynamicEntry }) => !isDynamicEntry);

  it("loads each build of the kernels apart from the code, when it is needed", () => {
    const names = kernels().map(({ fileName }) => fileName.split(".")[0]);
    expect(names.sort()).toEqual(["relaxed", "simd", "threads"]);
    expect(code().map(({ fileName }) => fileName)).toEqual(["explorer.js"]);
  });

  it("stays below its ceilings, with one build of the kernels", () => {
    const total = (sizeOf: (code: string) => number) =>
      code().reduce((sum, chunk) => sum + sizeOf(chunk.code), 0) +
      Math.max(...kernels().map((chunk) => sizeOf(chunk.code)));
    const sizes = { minified: total((text) => text.length), gzip: total(gzipped) };
    expect(sizes.minified).toBeLessThanOrEqual(CEILINGS.minified);
    expect(sizes.gzip).toBeLessThanOrEqual(CEILINGS.gzip);
  });

  it("makes no code of texts, and asks nothing of Node", () => {
    expect(chunks.flatMap(forbiddenIn)).toEqual([]);
  });

  it("compiles, trains, discovers and draws under a strict content policy, without Node", async () => {
    const script = `
      const write = process.stdout.write.bind(process.stdout);
      for (const name of ["process", "Buffer", "global"]) delete globalThis[name];
      const { explore } = await import(${JSON.stringify(pathToFileURL(join(folder, "explorer.js")))});
      write(JSON.stringify(await explore()));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--disallow-code-generation-from-strings",
      "--input-type=module",
      "--eval",
      script,
    ]);
    const explored = JSON.parse(stdout) as Exploration;
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
