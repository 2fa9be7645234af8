import type { JobKind } from "../kind.ts";
import { discoveryKind } from "../plans/discover.ts";
import type { PluginAlgorithm, PluginPlace } from "./plugin.ts";

/** The kind of work that runs an algorithm of a plugin. */
export const pluginKind = ({ algorithm, sha256: hash }: PluginAlgorithm): JobKind =>
  discoveryKind(algorithm, hash);

/**
 * The algorithms of plugin files: modules of JavaScript or TypeScript whose default export is an algorithm
 * (see `defineAlgorithm`), or a list of them. Each is run: it can do whatever a program can.
 *
 * `E_FILE` for files that are no modules or cannot be read; `E_PLUGIN` for ones that throw, that export
 * no algorithm, and for names that are taken, by built-in algorithms or by another plugin.
 */
export async function loadPlugins(
  files: readonly string[],
  place: PluginPlace,
): Promise<readonly PluginAlgorithm[]> {
  if (files.length === 0) return [];
  return (await import("./plugin-file.ts")).importPlugins(files, place);
}
