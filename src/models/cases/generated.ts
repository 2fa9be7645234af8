import {
  type CaseSeries,
  formatFamily,
  openSeries,
  parseGeneratedName,
} from "../../cases/index.ts";
import { sha256 } from "../../store/index.ts";
import type { LoadedProgram } from "./program-file.ts";

/** Gives the case of a name such as `generated:5/7`. */
export type GeneratedOpener = (name: string) => Promise<LoadedProgram>;

/**
 * Opens generated cases; those of one seed are made once, in their order. `E_CASE` for names that mean none.
 */
export function generatedOpener(): GeneratedOpener {
  const series = new Map<string, Promise<CaseSeries>>();
  return async (text) => {
    const { numbers, ...name } = parseGeneratedName(text);
    const key = `${name.seed}/${formatFamily(name.family)}`;
    const known = series.get(key) ?? openSeries(name);
    series.set(key, known);
    const { case_, source } = (await known).at(numbers[0]!);
    return { case_, sourceSha256: sha256(source) };
  };
}
