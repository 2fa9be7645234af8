// The whole way on one case: node examples/quickstart.mjs
import {
  caseDiscoveryTask,
  caseTask,
  evaluateCircuit,
  generateData,
  getAlgorithm,
  getCase,
  groundTruthCircuit,
  Key,
  parseRecipe,
  train,
  training,
  wasmBackend,
} from "interpbench";

const benchmark = getCase("3");
const backend = await wasmBackend();
const key = Key.fromSeed(1234);

// A transformer that must implement the circuit of the case, and nothing else (SIIT).
const task = { ...caseTask(benchmark), ...generateData(benchmark, { key, size: 1000 }) };
const recipe = parseRecipe({ ...training.FAST_RECIPE, seed: 1234 });
const { transformer, state } = await train(task, recipe, { backend });
console.log("trained:", state.history.at(-1).validation.accuracy >= 0.995);

// Which edges does ACDC keep, and are they right?
const inputs = caseDiscoveryTask(benchmark, transformer, { key, size: 1000, backend });
const found = await getAlgorithm("acdc").discover(inputs, { threshold: 0.025 }, { backend });
const truth = groundTruthCircuit(benchmark);
const { edges } = evaluateCircuit(found.circuit, truth, transformer.config);
console.log("true positives:", edges.truePositives);
console.log("false positives:", edges.falsePositives.length);
