import { UsageError } from "../flags/index.ts";
import type { PluginAlgorithm } from "../jobs/index.ts";
import type { Registry } from "./registry.ts";

const FLAG = "--plugin";

/** The plugin files that arguments name (`--plugin FILE`, `--plugin=FILE`), and all other arguments. */
export function pluginWords(given: readonly string[]): {
  readonly files: readonly string[];
  readonly others: readonly string[];
} {
  const isValue = (i: number) => given[i - 1] === FLAG;
  const fileOf = (word: string, i: number) =>
    word.startsWith(`${FLAG}=`) ? word.slice(FLAG.length + 1) : isValue(i) ? word : "";
  return {
    files: given.map(fileOf).filter((file) => file !== ""),
    others: given.filter((word, i) => word.split("=")[0] !== FLAG && !isValue(i)),
  };
}

/** Usage error `E_FLAG` for plugins of a file of options: that is read when the commands are known. */
export function assertPluginsLoaded(
  { plugin = [] }: { readonly plugin?: readonly string[] },
  loaded: readonly string[],
): void {
  const late = plugin.find((file) => !loaded.includes(file));
  if (late === undefined) return;
  const [expected, received] = [`${FLAG} ${late}`, "it in a file of options, or by --set"];
  throw new UsageError("E_FLAG", "plugins are named on the command line", { expected, received });
}

/**
 * The commands as they are with plugins: `run <algorithm>` for their algorithms, behind those of the built-in ones,
 * and those of the same name, which are made of others, in their place.
 */
export async function withPlugins(
  registry: Registry,
  plugins: readonly PluginAlgorithm[],
): Promise<Registry> {
  if (plugins.length === 0) return registry;
  const { algorithmCommand } = await import("./commands/run/algorithm.ts");
  const taken = new Set(plugins.map(({ algorithm }) => `run ${algorithm.name}`));
  const commands = registry.commands
    .filter(({ path }) => !taken.has(path.join(" ")))
    .map((command) => command.withPlugins?.(plugins) ?? command);
  const end = commands.findLastIndex(({ path }) => path[0] === "run") + 1;
  const own = plugins.map(({ algorithm, sha256 }) => algorithmCommand(algorithm, sha256));
  return { ...registry, commands: commands.toSpliced(end, 0, ...own) };
}
