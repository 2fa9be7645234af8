import { type Binding, sampleInput } from "../engine/index.ts";
import { nodeHooks, sourceName, switchName, usedInputs } from "../transformer/index.ts";
import { loadCapture } from "./captured.ts";
import { flatWeights } from "./flat-weights.ts";
import type { JointBatch } from "./joint-batches.ts";
import { jointObjective, OBJECTIVE_INPUTS, sourcePoints } from "./objective.ts";
import { adamScalars } from "./optimizer/adam.ts";
import type { Term } from "./terms.ts";
import { UPDATE_INPUTS, updateProgram } from "./update.ts";
import type { BatchUpdate, UpdateSpec } from "./updater.ts";

/** Name of the sample input `[]` that is 1 for pairs that are cases of a term. */
const caseName = (term: Term) => `case:${term}`;

/**
 * Loads the update on the joint loss: one program, whatever nodes its pairs exchange. The losses of
 * its results are those of the pairs that are cases of a term, summed and divided by all pairs.
 */
export function loadJointUpdate(spec: UpdateSpec, terms: readonly Term[]): BatchUpdate<JointBatch> {
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
    const loss = jointObjective(task, weights, recipe);
    return new Map(terms.map((term) => [term, { loss, count: sampleInput(caseName(term), []) }]));
  });
  const update = backend.load(program);
  return {
    prepare: ({ base, source, targets, switches, cases }, step, learningRate) => {
      const sources = capture?.prepare(source);
      const available: Record<string, Binding> = {
        [OBJECTIVE_INPUTS.base]: { table: tokens, rows: base },
        [OBJECTIVE_INPUTS.source]: { table: tokens, rows: source },
        [OBJECTIVE_INPUTS.target]: targets,
        ...sources?.captured.bind(source, sourceName),
        ...Object.fromEntries([...switches].map(([hook, on]) => [switchName(hook), on])),
        ...Object.fromEntries(terms.map((term) => [caseName(term), cases[term]])),
        [UPDATE_INPUTS.weights]: buffers.weights,
        [UPDATE_INPUTS.firstMoment]: buffers.firstMoment,
        [UPDATE_INPUTS.secondMoment]: buffers.secondMoment,
      };
      const options = {
        batch: base.length,
        inputs: usedInputs(update.program, available),
        scalars: {
          ...adamScalars(step, learningRate, recipe),
          [UPDATE_INPUTS.pairs]: base.length,
        },
      };
      return {
        runs: [...(sources === undefined ? [] : [sources.run]), { executable: update, options }],
        read: (outputs) => ({
          losses: Object.fromEntries(terms.map((term) => [term, outputs[term]![0]!])),
          gradientNorm: outputs.gradientNorm![0]!,
        }),
        dispose: () => sources?.captured.dispose(),
      };
    },
    dispose: () => {
      capture?.dispose();
      update.dispose();
    },
  };
}
