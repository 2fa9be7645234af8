import type { PluginAlgorithm } from "../jobs/index.ts";
import { algorithmCommand } from "./commands/run/algorithm.ts";
import type { Registry } from "./registry.ts";

const FLAG = "--plugin";

/** The plugin files that arguments name (`--plugin FILE`, `--plugin=FILE`), and all other arguments. */
export function pluginWords(given: readonly string[]): {
  readonly files: readonly string[];
  readonly others: readonly string[];
} {
  const files: string[] = [];
  const others: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i]!;
    const next = given[i + 1];
    if (word.startsWith(`${FLAG}=`)) files.push(word.slice(FLAG.length + 1));
    else if (word === FLAG && next !== undefined) files.push(given[++i]!);
    else others.push(word);
  }
  return { files: files.filter((file) => file !== ""), others };
}

/**
 * The commands with `run <algorithm>` for algorithms of plugins, behind those of the built-in ones; those of the
 * same name, which are made of others, take their place.
 */
export function withPlugins(registry: Registry, plugins: readonly PluginAlgorithm[]): Registry {
  const taken = new Set(plugins.map(({ algorithm }) => `run ${algorithm.name}`));
  const commands = registry.commands.filter(({ path }) => !taken.has(path.join(" ")));
  const end = commands.findLastIndex(({ path }) => path[0] === "run") + 1;
  const own = plugins.map(({ algorithm, sha256 }) => algorithmCommand(algorithm, sha256));
  return { ...registry, commands: commands.toSpliced(end, 0, ...own) };
}
