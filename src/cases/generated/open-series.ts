import { type Backend, wasmBackend } from "../../engine/index.ts";
import { Key } from "../../rng/index.ts";
import type { SeriesName } from "./name.ts";
import type { CaseSeries } from "./series.ts";

/**
 * The cases of a name. What makes them is loaded when it is asked for.
 *
 * @param secret what the key is made of in place of the name's seed, where that is kept secret
 * @param backend runs compiled transformers to see that they are exact; which one makes no difference
 */
export async function openSeries(
  name: SeriesName,
  { secret, backend }: { readonly secret?: string | undefined; readonly backend?: Backend } = {},
): Promise<CaseSeries> {
  const { caseSeries } = await import("./series.ts");
  const key = secret === undefined ? Key.fromSeed(Number(name.seed)) : Key.fromSeed(0).fold(secret);
  return caseSeries({ key, backend: backend ?? (await wasmBackend()), name });
}
