import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Folders of `src/`, lowest layer first: each may import itself and the ones before it. */
const LAYERS = [
  "errors",
  "rng",
  "engine",
  "rasp",
  "tracr",
  "transformer",
  "circuit",
  "interventions",
  "cases",
  "training",
  "discovery",
  "evaluation",
  "formats",
  "report",
  "store",
  "models",
  "jobs",
  "cli",
];

/** Layers that must also run in a browser: no `node:` import outside `*.node.ts`. */
const PORTABLE = new Set(LAYERS.slice(0, LAYERS.indexOf("report") + 1));

const src = fileURLToPath(new URL("../src", import.meta.url));

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join(src, file));

const isTest = (file: string) => file.endsWith(".test.ts") || file.endsWith(".testing.ts");

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
}

const layerOf = (file: string) => relative(src, file).split(/[\\/]/)[0]!;

describe("the layers of src/", () => {
  it("are the known folders", () => {
    const unknown = files
      .map(layerOf)
      .filter((name) => !LAYERS.includes(name) && name !== "index.ts");
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("import only themselves and lower layers", () => {
    const wrong: string[] = [];
    for (const file of files.filter((f) => !isTest(f) && layerOf(f) !== "index.ts")) {
      for (const specifier of importsOf(file).filter((s) => s.startsWith("."))) {
        const target = layerOf(resolve(dirname(file), specifier));
        if (LAYERS.indexOf(target) > LAYERS.indexOf(layerOf(file))) {
          wrong.push(`${relative(src, file)} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("enter other layers through their index.ts", () => {
    const wrong: string[] = [];
    for (const file of files.filter((f) => !isTest(f) && layerOf(f) !== "index.ts")) {
      for (const specifier of importsOf(file).filter((s) => s.startsWith("."))) {
        const target = resolve(dirname(file), specifier);
        const crosses = layerOf(target) !== layerOf(file);
        if (crosses && !/[\\/]index(\.node)?\.ts$/.test(target)) {
          wrong.push(`${relative(src, file)} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("use node: modules only in *.node.ts files or above the portable layers", () => {
    const wrong = files
      .filter((file) => PORTABLE.has(layerOf(file)) && !file.endsWith(".node.ts") && !isTest(file))
      .filter((file) => importsOf(file).some((specifier) => specifier.startsWith("node:")))
      .map((file) => relative(src, file));
    expect(wrong).toEqual([]);
  });

  it("have no import cycles between files", () => {
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]) => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        cycles.push(
          [...trail.slice(trail.indexOf(file)), file].map((f) => relative(src, f)).join(" → "),
        );
        return;
      }
      state.set(file, "open");
      const text = readFileSync(file, "utf8");
      for (const match of text.matchAll(/(import|export)\s+(type\s+)?[^;]*?from\s+"(\.[^"]+)"/g)) {
        if (match[2] === undefined) visit(resolve(dirname(file), match[3]!), [...trail, file]);
      }
      state.set(file, "done");
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});
