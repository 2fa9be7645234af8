import type { Hooks, TransformerConfig } from "../../../transformer/index.ts";
import type { AttributionPath } from "../path.ts";

/**
 * The clean run alone, with hooks that change what flows backwards through it.
 *
 * @param key see {@link AttributionPath.key}
 */
export function ruledPath(
  rules: (config: TransformerConfig) => Hooks,
  key?: string,
): AttributionPath {
  return {
    ...(key === undefined ? {} : { key }),
    hooks: ({ config }) => rules(config),
    differencesFrom: "run",
    runs: [{ scalars: {}, weight: 1, alpha: 0 }],
  };
}
