import { sampleInput } from "../engine/index.ts";
import { loadCapture } from "../interventions/index.ts";
import { nodeHooks, switchName } from "../transformer/index.ts";
import { exchangesEdges } from "./edge-exchange.ts";
import { flatWeights } from "./flat-weights.ts";
import type { JointBatch } from "./joint-batches.ts";
import { type FurtherLoss, jointObjective, OBJECTIVE_INPUTS, sourcePoints } from "./objective.ts";
import { prepareUpdate } from "./prepare-update.ts";
import type { Term } from "./terms.ts";
import { UPDATE_INPUTS, updateProgram } from "./update.ts";
import type { BatchUpdate, UpdateSpec } from "./updater.ts";

/** Name of the sample input `[]` that is 1 for pairs that are cases of a term. */
const caseName = (term: Term) => `case:${term}`;

/**
 * Loads the update on the joint loss: one program, whatever nodes its pairs exchange. The losses of
 * its results are those of the pairs that are cases of a term, summed and divided by all pairs.
 */
export function loadJointUpdate(
  spec: UpdateSpec,
  terms: readonly Term[],
  further?: FurtherLoss,
): BatchUpdate<JointBatch> {
  const { task, recipe, backend, tokens, buffers } = spec;
  const { lowLevelConfig: config, positions } = task;
  const capture = recipe.sourceGradient
    ? undefined
    : loadCapture({
        backend,
        model: {
          config,
          tensors: flatWeights(config, UPDATE_INPUTS.weights).tensors,
          bindings: { [UPDATE_INPUTS.weights]: buffers.weights },
        },
        tokens,
        positions,
        hooks: sourcePoints(task, nodeHooks(config)),
      });
  const program = updateProgram(task, recipe, (weights) => {
    const edgeExchange = exchangesEdges(recipe, terms);
    const loss = jointObjective(task, weights, { ...recipe, edgeExchange }, further);
    return new Map(terms.map((term) => [term, { loss, count: sampleInput(caseName(term), []) }]));
  });
  const update = backend.load(program);
  return {
    prepare: ({ base, source, targets, switches, cuts, cases }, moment) =>
      prepareUpdate(spec, terms, update, {
        moment,
        capture,
        source,
        sequences: base.length,
        pairs: base.length,
        inputs: {
          [OBJECTIVE_INPUTS.base]: { table: tokens, rows: base },
          [OBJECTIVE_INPUTS.target]: targets,
          ...Object.fromEntries([...switches].map(([hook, on]) => [switchName(hook), on])),
          ...Object.fromEntries(cuts),
          ...Object.fromEntries(terms.map((term) => [caseName(term), cases[term]])),
        },
      }),
    dispose: () => {
      capture?.dispose();
      update.dispose();
    },
  };
}
