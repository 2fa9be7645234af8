import { posix } from "node:path";

/** Folders of `src/`, lowest layer first: each may import itself and the ones before it. */
export const LAYERS = [
  "errors",
  "rng",
  "statistics",
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
  "flags",
  "store",
  "models",
  "jobs",
  "explorer",
  "cli",
] as const;

/** The layers that must also run in a browser. */
export const PORTABLE_LAYERS: readonly string[] = LAYERS.slice(0, LAYERS.indexOf("flags") + 1);

/** Source files by path below `src/`, as `engine/index.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** Each rule's breaches, as sentences; all empty where the layers hold. */
export interface Breaches {
  /** Folders that are no layer. */
  readonly folders: string[];
  /** Imports of a higher layer. */
  readonly upward: string[];
  /** Imports of another layer past its index. */
  readonly sideDoors: string[];
  /** Imports of `node:` modules, or of `*.node.ts` files, where browsers come. */
  readonly node: string[];
  /** Files that import each other, directly or through others, types included. */
  readonly cycles: string[];
}

const isTest = (file: string) => /\.(test|testing)\.ts$/.test(file);
const isForNode = (file: string) => file.endsWith(".node.ts");
const layerOf = (file: string) => file.split("/")[0]!;
const rankOf = (file: string) => LAYERS.indexOf(layerOf(file) as (typeof LAYERS)[number]);
const isPortable = (file: string) => PORTABLE_LAYERS.includes(layerOf(file)) && !isForNode(file);

/**
 * What a file imports or exports from, of types too, and when it runs: relative paths as paths below
 * `src/`.
 */
export function importsOf(file: string, text: string): string[] {
  const code = text.replace(/^\s*(\*|\/\*|\/\/).*$/gm, "");
  const found = code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
  return Array.from(found, ([, specifier = ""]) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier,
  );
}

/** Where a tree of sources breaks the rules of the layers. The entry `index.ts` stands above them. */
export function breachesIn(sources: Sources): Breaches {
  const breaches: Breaches = { folders: [], upward: [], sideDoors: [], node: [], cycles: [] };
  const graph = new Map(Array.from(sources, ([file, text]) => [file, importsOf(file, text)]));
  for (const [file, imports] of graph) {
    if (!file.includes("/")) continue;
    if (rankOf(file) < 0) breaches.folders.push(layerOf(file));
    if (isTest(file)) continue;
    for (const target of imports) {
      const sentence = `${file} imports ${target}`;
      if (!sources.has(target)) {
        if (target.startsWith("node:") && isPortable(file)) breaches.node.push(sentence);
        continue;
      }
      if (rankOf(target) > rankOf(file) || !target.includes("/")) breaches.upward.push(sentence);
      const crosses = layerOf(target) !== layerOf(file);
      if (crosses && !/^\w+\/index(\.node)?\.ts$/.test(target)) breaches.sideDoors.push(sentence);
      if (isForNode(target) && isPortable(file)) breaches.node.push(sentence);
    }
  }
  breaches.cycles.push(...cyclesIn(graph).map((files) => files.join(" → ")));
  return breaches;
}

/** Files of `web/` by path below the package, as `web/shell/main.ts`. */
export function webBreachesIn(sources: Sources): string[] {
  const isAllowed = (target: string) => {
    const layer = /^src\/(\w+)\/index\.ts$/.exec(target)?.[1];
    return layer !== undefined && PORTABLE_LAYERS.includes(layer);
  };
  return Array.from(sources).flatMap(([file, text]) =>
    importsOf(file, text)
      .filter((target) => target.startsWith("node:") || !/^(web\/|[^/.]*$|svelte)/.test(target))
      .filter((target) => !isAllowed(target))
      .map((target) => `${file} imports ${target}`),
  );
}

/** A cycle for each import that leads back to a file on the way to it. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const state = new Map<string, "open" | "done">();
  const trail: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string) => {
    if (state.get(file) === "open") cycles.push([...trail.slice(trail.indexOf(file)), file]);
    if (state.has(file)) return;
    state.set(file, "open");
    trail.push(file);
    for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target);
    trail.pop();
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
}
