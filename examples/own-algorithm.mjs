// A discovery algorithm of your own, marked against the truth: node examples/own-algorithm.mjs

import { getCase, highLevelCircuit, highLevelModel } from "interpbench/cases";
import { circuitOf, fullGraph, prepareForEvaluation } from "interpbench/circuit";
import {
  caseDiscoveryTask,
  defineAlgorithm,
  getAlgorithm,
  scoreDiscovery,
} from "interpbench/discovery";
import { wasmBackend } from "interpbench/engine";
import { Key } from "interpbench/rng";
import { z } from "zod";

// Keeps whatever the latest layers read: a guess that looks at no weights.
const guess = defineAlgorithm({
  name: "guess",
  title: "Guess",
  summary: "Keeps the edges into the output and into the last block.",
  reference: undefined,
  maturity: { tier: "experimental", verifiedOn: [] },
  granularity: "qkv",
  produces: ["circuit"],
  options: z.object({}),
  discover: async ({ transformer: { config } }) => {
    const graph = fullGraph(config);
    const isLate = ({ block }) => block === config.nLayers - 1;
    const kept = graph.edges.filter(({ destination }) => isLate(graph.destinations[destination]));
    return {
      circuit: circuitOf(kept.map(({ edge }) => edge)),
      scores: new Map(graph.edges.map((edge) => [edge.text, kept.includes(edge) ? 1 : 0])),
      effects: undefined,
      diagnostics: { evaluations: 0, backwardPasses: 0, faithfulness: undefined },
    };
  },
});

const backend = await wasmBackend();
const benchmark = getCase("3");
const { compiled, transformer } = highLevelModel(benchmark);
const truth = prepareForEvaluation(highLevelCircuit(compiled));
const key = Key.fromSeed(1);
const task = caseDiscoveryTask(benchmark, transformer, { key, size: 1000, backend });

for (const [algorithm, options] of [
  [guess, {}],
  [getAlgorithm("acdc"), { threshold: 0.001 }],
]) {
  const discovery = await algorithm.discover(task, options, { backend });
  const { tp, fp, fn } = scoreDiscovery(discovery, truth, transformer.config).edges;
  console.log(`${algorithm.name}: ${tp} true, ${fp} false, ${fn} missed`);
}
