/**
 * @file What a page imports that explores a case: the entry of the bundle that is weighed and run by
 * `bundle.test.ts`.
 */
import {
  allCases,
  caseTask,
  generateData,
  getCase,
  groundTruthCircuit,
  highLevelModel,
  listCase,
  runCase,
} from "../src/cases/index.ts";
import {
  emptyCircuit,
  evaluateCircuit,
  exactAuroc,
  fullGraph,
  graphCircuit,
} from "../src/circuit/index.ts";
import { caseDiscoveryTask, listAlgorithms, loadAlgorithm } from "../src/discovery/index.ts";
import { wasmBackend } from "../src/engine/index.ts";
import { diagramOf, drawCircuitSvg, layoutOf } from "../src/report/index.ts";
import { Key } from "../src/rng/index.ts";
import { compileRasp } from "../src/tracr/index.ts";
import { FAST_RECIPE, parseRecipe, train } from "../src/training/index.ts";

export { allCases, compileRasp, exactAuroc, highLevelModel, listAlgorithms, listCase, runCase };

/** What came of {@link explore}. */
export interface Exploration {
  /** Validation accuracy after a few updates. */
  readonly accuracy: number;
  /** The edges that ACDC keeps. */
  readonly edges: readonly string[];
  readonly truePositives: number;
  /** The drawing of the circuit, beside the truth. */
  readonly svg: string;
}

/** Compiles case 3, trains it for a moment, discovers the circuit of what came of it, and draws it. */
export async function explore(): Promise<Exploration> {
  const backend = await wasmBackend({ variant: "simd" });
  const benchmark = getCase("3");
  const key = Key.fromSeed(1);
  const task = { ...caseTask(benchmark), ...generateData(benchmark, { key, size: 100 }) };
  const recipe = parseRecipe({
    ...FAST_RECIPE,
    updates: 30,
    trainPairs: 2560,
    validationPairs: 256,
    validationInterval: 30,
  });
  const { transformer, best } = await train(task, recipe, { backend });
  const inputs = caseDiscoveryTask(benchmark, transformer, { key, size: 50, backend });
  const acdc = await loadAlgorithm("acdc");
  const { circuit = emptyCircuit } = await acdc.discover(inputs, {}, { backend });
  const truth = groundTruthCircuit(benchmark);
  const shape = transformer.config;
  const everything = diagramOf({ shape, circuit: graphCircuit(fullGraph(shape)), truth });
  const svg = drawCircuitSvg({ shape, circuit, truth }, { layout: layoutOf(everything) });
  backend.dispose();
  return {
    accuracy: best!.validation.accuracy,
    edges: [...circuit.edges.keys()],
    truePositives: evaluateCircuit(circuit, truth, shape).edges.counts.tp,
    svg,
  };
}
