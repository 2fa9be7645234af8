import { resolve } from "node:path";
import * as circuit from "../../circuit/index.ts";
import * as discovery from "../../discovery/index.ts";
import * as engine from "../../engine/index.ts";
import * as errors from "../../errors/index.ts";
import * as interventions from "../../interventions/index.ts";
import { importModule, type ModuleFile, readModule } from "../../models/index.ts";
import * as rng from "../../rng/index.ts";
import { sha256 } from "../../store/index.ts";
import * as transformer from "../../transformer/index.ts";
import type { PluginAlgorithm, PluginPlace } from "./plugin.ts";

/** What plugins can import, even where the package is not installed: all of the program that runs them. */
const LIBRARY = {
  "interpbench/circuit": circuit,
  "interpbench/discovery": discovery,
  "interpbench/engine": engine,
  "interpbench/errors": errors,
  "interpbench/interventions": interventions,
  "interpbench/rng": rng,
  "interpbench/transformer": transformer,
};

/** Packages that they can import, too: those that are installed with this one, loaded for a plugin. */
const PACKAGES = ["zod", "zod/mini"];

async function libraryWithPackages(): Promise<Readonly<Record<string, unknown>>> {
  const loaded = await Promise.all(
    PACKAGES.map(async (name): Promise<[string, unknown]> => [name, await import(name)]),
  );
  return { ...LIBRARY, ...Object.fromEntries(loaded) };
}

const { InterpBenchError } = errors;

/** The algorithms of plugin files: `loadPlugins`. */
export async function importPlugins(
  files: readonly string[],
  place: PluginPlace,
): Promise<readonly PluginAlgorithm[]> {
  const loaded: PluginAlgorithm[] = [];
  const taken = new Map(
    discovery.allAlgorithms().map(({ name }) => [name, "a built-in algorithm"]),
  );
  for (const file of new Set(files)) {
    for (const plugin of await loadPlugin(file, place)) {
      const { name } = plugin.algorithm;
      const owner = taken.get(name);
      if (owner !== undefined) throw taking(file, name, owner);
      taken.set(name, `an algorithm of ${file}`);
      loaded.push(plugin);
    }
  }
  return [...loaded, ...combinationsWith(loaded)];
}

/** The algorithms that are made of others, in place of the built-in ones: they know those of plugins, too. */
function combinationsWith(loaded: readonly PluginAlgorithm[]): PluginAlgorithm[] {
  if (loaded.length === 0) return [];
  const known = [...discovery.allAlgorithms(), ...loaded.map(({ algorithm }) => algorithm)];
  const file = [...new Set(loaded.map((plugin) => plugin.file))].join(", ");
  const hash = sha256(loaded.map((plugin) => plugin.sha256).join());
  return discovery.combinationsOf(known).map((algorithm) => ({ algorithm, file, sha256: hash }));
}

async function loadPlugin(
  file: string,
  { folder, signal }: PluginPlace,
): Promise<PluginAlgorithm[]> {
  const module: ModuleFile = {
    file,
    path: resolve(folder, file),
    kind: "plugin file",
    library: await libraryWithPackages(),
  };
  const source = readModule(module);
  const hash = sha256(source);
  const { default: main, ...named } = await exportsOf(module, source.toString("utf8"), signal);
  if (main === undefined) {
    throw new InterpBenchError("E_PLUGIN", "the file exports no algorithm", {
      at: file,
      expected: "a default export: what defineAlgorithm gives, or a list of such",
      received: Object.keys(named).length === 0 ? "nothing" : errors.describeValue(named),
      hint: "examples/plugin.mjs is one.",
    });
  }
  const values = Array.isArray(main) ? main : [main];
  return values.map((value, i) => {
    const at = Array.isArray(main) ? `${file}, number ${i + 1}` : file;
    const algorithm = guarded(discovery.asAlgorithm(value, at), file);
    return { algorithm, file, sha256: hash };
  });
}

async function exportsOf(module: ModuleFile, text: string, signal: AbortSignal) {
  try {
    return await importModule(module, text, signal);
  } catch (cause) {
    if (signal.aborted && cause === signal.reason) throw cause;
    throw new InterpBenchError("E_PLUGIN", "the plugin file fails when it is loaded", {
      at: module.file,
      received: oneLine(cause),
      cause,
    });
  }
}

/** The algorithm, whose own errors are said to be the plugin's. */
function guarded(algorithm: discovery.Algorithm, file: string): discovery.Algorithm {
  return Object.freeze({
    ...algorithm,
    discover: async (...given: Parameters<discovery.Algorithm["discover"]>) => {
      try {
        return await algorithm.discover(...given);
      } catch (cause) {
        const { signal } = given[2];
        const isStopped = signal?.aborted === true && cause === signal.reason;
        if (isStopped || cause instanceof InterpBenchError) throw cause;
        throw new InterpBenchError("E_PLUGIN", `the algorithm "${algorithm.name}" has failed`, {
          at: file,
          received: oneLine(cause),
          cause,
        });
      }
    },
  });
}

const oneLine = (cause: unknown) => errors.reasonOf(cause).replace(/\s+/g, " ");

function taking(file: string, name: string, owner: string) {
  return new InterpBenchError("E_PLUGIN", `the name "${name}" is taken`, {
    at: file,
    expected: "a name of its own",
    received: `that of ${owner}`,
  });
}
