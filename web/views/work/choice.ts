import { runOfResult } from "../../../src/flags/index.ts";
import type { ListedAlgorithm } from "../../engine/methods/discover.ts";
import type { SubjectProps } from "../contract.ts";
import type { Choice } from "../method/state.ts";

/** Pairs of inputs: enough for stable rankings on small cases, and at once. */
export const PAIRS = 200;

/**
 * The method that a stored result was made by, with the options that are not the usual ones;
 * none if it is not listed.
 */
export function choiceOfResult(
  result: SubjectProps["subject"]["result"],
  listed: readonly ListedAlgorithm[],
): Choice | undefined {
  const algorithm = listed.find(({ name }) => name === result?.algorithm);
  if (algorithm === undefined || result === undefined) return undefined;
  const params = (result.params ?? {}) as Readonly<Record<string, unknown>>;
  const texts = algorithm.options.flatMap(({ name, fallback }): [string, string][] => {
    const value = params[name];
    const text = Array.isArray(value) ? value.join(",") : String(value);
    return value === undefined || value === null || text === fallback ? [] : [[name, text]];
  });
  const seed = runOfResult(result)?.seed;
  return {
    algorithm: algorithm.name,
    model: 0,
    seed: seed ?? 0,
    texts: Object.fromEntries(texts),
  };
}
