import { type CircuitTexts, circuitTexts, type EdgeTexts } from "../../../src/circuit/index.ts";
import {
  type Algorithm,
  type AlgorithmListing,
  caseDiscoveryTaskSteps,
  type Discovery,
  type DiscoveryContext,
  discoveryKey,
  numbersOfEdges,
  scoreDiscovery,
  sharedOptions,
} from "../../../src/discovery/index.ts";
import { paceSteps } from "../../../src/interventions/index.ts";
import { ALGORITHMS, pageAlgorithm } from "../algorithms.ts";
import type { WorkProgress } from "../methods.ts";
import type { CallContext } from "../serve.ts";
import type { EngineState, HeldModel } from "../state.ts";
import { type ModelRef, modelWithCase } from "./models.ts";
import { type OptionField, optionFields } from "./options.ts";

/** An algorithm in a list. */
export interface ListedAlgorithm extends AlgorithmListing {
  readonly summary: string;
  /** What its work can be watched as. */
  readonly watchable: Algorithm["watchable"];
  readonly options: readonly OptionField[];
}

export interface DiscoverInput {
  readonly model: ModelRef;
  readonly algorithm: string;
  /** Options of the algorithm: `{ threshold: 0.025 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Pairs of inputs. */
  readonly size: number;
}

/** What was found. */
export interface Discovered {
  readonly algorithm: string;
  readonly ranks: "edges" | "nodes";
  /** What the numbers that rank are: `size of the effect`. */
  readonly rankedBy: string;
  /** Edges with q, k and v inputs told apart, and what they are ranked by, larger first in the circuit. */
  readonly ranking: readonly (readonly [edge: string, value: number])[];
  /** What was measured of them, with its sign, in the same order. */
  readonly shown: readonly (readonly [edge: string, value: number])[];
  readonly circuit: CircuitTexts | undefined;
  /** Edges of the truth, at head granularity. */
  readonly truth: readonly EdgeTexts[] | undefined;
  readonly score: ReturnType<typeof scoreDiscovery> | undefined;
  readonly evaluations: number;
}

export function listedAlgorithms(): ListedAlgorithm[] {
  return ALGORITHMS.map((algorithm) => {
    const { name, title, summary, maturity, watchable, ranks = "edges" } = algorithm;
    const options = optionFields(algorithm);
    return { name, title, summary, tier: maturity.tier, ranks, watchable, options };
  });
}

/** A discovery, and what it is about. */
export interface AlgorithmRun extends Pick<HeldModel, "transformer" | "truth"> {
  readonly algorithm: string;
  readonly found: Discovery;
}

/** Looks for the circuit of a model on data of its case. `E_TASK` for a model without a case. */
export async function runAlgorithm(
  state: EngineState,
  { model, algorithm: name, options = {}, seed, size }: DiscoverInput,
  { onProgress, onMoment, signal }: CallContext<WorkProgress> & Pick<DiscoveryContext, "onMoment">,
): Promise<AlgorithmRun> {
  const algorithm = pageAlgorithm(name);
  const { case_, transformer, truth } = modelWithCase(state, model);
  const backend = await state.backend();
  const key = discoveryKey(seed);
  const making = caseDiscoveryTaskSteps(case_, transformer, { key, size, backend });
  const task = await paceSteps(making, { signal });
  const params = { ...sharedOptions(algorithm.options, { seed }), ...options };
  const found = await algorithm.discover(truth === undefined ? task : { ...task, truth }, params, {
    backend,
    onProgress,
    signal,
    ...(onMoment === undefined ? {} : { onMoment }),
  });
  return { algorithm: name, found, transformer, truth };
}

/** What was found, as data. */
export function describeDiscovered({
  algorithm,
  found,
  transformer: { config },
  truth,
}: AlgorithmRun): Discovered {
  const rows = (scores: typeof found.ranking) => [...numbersOfEdges(scores, found, config)];
  const texts = truth && circuitTexts(truth);
  return {
    algorithm,
    ranks: found.ranks,
    rankedBy: found.rankedBy,
    ranking: rows(found.ranking),
    shown: rows(found.shown),
    circuit: found.circuit && circuitTexts(found.circuit),
    truth: texts?.edges,
    score: truth && scoreDiscovery(found, truth, config),
    evaluations: found.diagnostics.evaluations,
  };
}

/** Looks for the circuit of a model on data of its case. `E_TASK` for a model without a case. */
export async function discover(
  state: EngineState,
  input: DiscoverInput,
  context: CallContext<WorkProgress>,
): Promise<Discovered> {
  return describeDiscovered(await runAlgorithm(state, input, context));
}
