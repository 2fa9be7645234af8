import { loadAlgorithm } from "../../discovery/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { canonicalJson } from "../../formats/index.ts";
import type { Artifact } from "../../store/index.ts";
import { runParams } from "./run-params.ts";

/** What decides a result of `run …`, as far as what is made of several says it. */
export interface AskedRun {
  readonly case: string;
  readonly algorithm: string;
  /** Options that were asked for; others have their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly dataSize: number;
  readonly seed: number;
  /** How inputs are corrupted, by name. Default: as the case does. */
  readonly corruption?: string | undefined;
}

/** What the store says of such a result. */
interface RunConfig {
  readonly algorithm: string;
  readonly plugin?: object;
  readonly params: Readonly<Record<string, unknown>>;
  readonly data: { readonly dataSize?: number; readonly corruption?: string };
  readonly seed: number;
}

/**
 * Throws `E_PLAN` for a result that was made in another way than it was asked for. Options that nobody asked for have
 * to be the algorithm's defaults; those of a plugin, whose defaults it alone knows, are taken as they are.
 *
 * @param by what asked for it: `the study`
 */
export async function assertAsAsked(
  { provenance }: Artifact,
  asked: AskedRun,
  by: string,
): Promise<void> {
  const { algorithm, plugin, params, data, seed } = provenance.config as RunConfig;
  const isKnown = plugin === undefined && algorithm === asked.algorithm;
  const wanted: typeof params = isKnown
    ? runParams(await loadAlgorithm(algorithm), asked.params, asked.seed)
    : { ...params, ...asked.params };
  const differing = Object.keys({ ...params, ...wanted }).filter(
    (key) => canonicalJson([params[key] ?? null]) !== canonicalJson([wanted[key] ?? null]),
  );
  const some = (of: typeof params) => Object.fromEntries(differing.map((key) => [key, of[key]]));
  const made = {
    case: provenance.case,
    algorithm,
    params: some(params),
    dataSize: data.dataSize,
    corruption: data.corruption,
    seed,
  };
  const expected = {
    case: asked.case,
    algorithm: asked.algorithm,
    params: some(wanted),
    dataSize: asked.dataSize,
    corruption: asked.corruption,
    seed: asked.seed,
  };
  if (canonicalJson(made) === canonicalJson(expected)) return;
  throw new InterpBenchError("E_PLAN", `a result is of another protocol than ${by}`, {
    at: `${provenance.kind}/${provenance.case}/${provenance.address}`,
    expected: canonicalJson(expected),
    received: canonicalJson(made),
  });
}
