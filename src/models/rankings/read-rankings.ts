import { resolve } from "node:path";
import { canonicalJson } from "../../formats/index.ts";
import type { FileRankingOptions } from "./from-circuit.ts";
import type { GivenRanking } from "./given-ranking.ts";
import { distinctNames } from "./names.ts";
import { readRanking } from "./read-ranking.ts";

/**
 * The rankings of files and folders, as {@link readRanking} reads them, each with a name of its own: results of one
 * algorithm are told apart by the options that differ, `eap:integratedGradSteps=10`, and what has one name even so by
 * the word that asked for it.
 *
 * @param words paths, relative ones from the folder on
 */
export function readRankings(
  words: readonly string[],
  folder: string,
  options: FileRankingOptions = {},
): GivenRanking[] {
  const read = words.map((word) => readRanking(resolve(folder, word), word, options));
  const names = distinctNames(
    read.map((ranking, i) => ({ name: nameWithOptions(ranking, read), word: words[i]! })),
  );
  return read.map((ranking, i) => ({ ...ranking, name: names[i]! }));
}

type Params = NonNullable<GivenRanking["made"]>["params"];

/** The name of a ranking with the options that differ among those of that name; alone where some are not plain. */
function nameWithOptions({ name, made }: GivenRanking, all: readonly GivenRanking[]): string {
  const params = all.flatMap((one) => (one.name === name ? [one.made?.params] : []));
  if (made === undefined || !params.every((one): one is Params => one !== undefined)) return name;
  const keys = [...new Set(params.flatMap((one) => Object.keys(one)))].sort();
  const differing = keys.filter(
    (key) => new Set(params.map((one) => canonicalJson([one[key] ?? null]))).size > 1,
  );
  if (params.some((one) => differing.some((key) => typeof one[key] === "object"))) return name;
  const own = differing.filter((key) => made.params[key] !== undefined);
  return [name, ...own.map((key) => `${key}=${made.params[key]}`)].join(":");
}
