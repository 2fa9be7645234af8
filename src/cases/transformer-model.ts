import type { Node } from "../circuit/index.ts";
import { argmax, sizeOf, type Tensor, type Values } from "../engine/index.ts";
import {
  asModelNodes,
  CAPTURE_BUDGET,
  LARGEST_RUN,
  loadInterventions,
  loadReadings,
  numberNodeValues,
  type Pairs,
  partSteps,
  pickPairs,
  type Readings,
  runSteps,
  type Steps,
  slices,
  targetShape,
  writtenColumns,
} from "../interventions/index.ts";
import { constantTensors, type Transformer } from "../transformer/index.ts";
import type {
  CausalInputs,
  CausalModel,
  CausalVariable,
  Exchange,
  LoadedCausalModel,
} from "./causal-model.ts";

/** A transformer whose heads and MLPs hold known variables. */
export interface TransformerModel extends CausalModel {
  readonly transformer: Transformer;
}

/** What is known of a transformer besides its weights. */
export interface TransformerFacts {
  /** Whether logits are classes; else they are the outputs themselves. */
  readonly categorical: boolean;
  readonly variables: readonly CausalVariable[];
}

/** A transformer as a causal model: one with nearly all weights 0, such as a compiled program. */
export function transformerModel(
  transformer: Transformer,
  { categorical, variables }: TransformerFacts,
): TransformerModel {
  const { dVocabOut, dVocab, nCtx } = transformer.config;
  return Object.freeze({
    variables,
    categorical,
    outputs: dVocabOut,
    dVocab,
    nCtx,
    transformer,
    load: (inputs: CausalInputs) => load(transformer, categorical, inputs),
  });
}

function load(
  transformer: Transformer,
  categorical: boolean,
  { backend, tokens, positions, nodeCount = 1 }: CausalInputs,
): LoadedCausalModel {
  const { config } = transformer;
  const tensors = constantTensors(transformer, { sparse: true });
  const frozen = { backend, model: { config, tensors, bindings: {} }, tokens, positions };
  const facts = { categorical, positions, outputPositions: "all" } as const;
  const width = sizeOf(targetShape(facts, config.dVocabOut));
  const outputOf = (logits: Tensor) => (categorical ? argmax(logits) : logits);

  const ownNode = (node: Node) => asModelNodes([node])[0]!;
  let own: Readings<"outputs"> | undefined;
  function* runInSteps(rows: Uint32Array): Steps<Values> {
    own ??= loadReadings({ ...frozen, read: ({ logits }) => ({ outputs: outputOf(logits) }) });
    const found = new Float32Array(rows.length * width);
    let done = 0;
    for (const part of slices(rows)) {
      const [{ outputs }] = yield* backend.runInSteps([own.prepare(part)]);
      found.set(outputs, done * width);
      done += part.length;
    }
    return found;
  }
  return {
    run: (rows) => runSteps(runInSteps(rows)),
    runInSteps,
    numberValues: (node) => {
      const columns = writtenColumns(transformer, ownNode(node));
      return numberNodeValues(frozen, ownNode(node), columns);
    },
    exchange(node: Node, pairs: Pairs, at?: readonly number[]): Exchange {
      const patched = ownNode(node);
      const interventions = loadInterventions({
        ...frozen,
        hooks: [patched.hook],
        logitsAt: "all",
        at,
        keep: pairs,
        budget: CAPTURE_BUDGET / nodeCount,
        read: (logits) => ({ targets: outputOf(logits) }),
      });
      function* outputSteps(numbers: Uint32Array): Steps<Values> {
        const outputs = new Float32Array(numbers.length * width);
        const pieces = interventions.preparedPieces(pickPairs(pairs, numbers), LARGEST_RUN);
        for (const { captures, prepare, base, offset } of pieces) {
          const runs = backend.runInSteps([...captures, prepare([patched])]);
          const end = offset + base.length;
          const found = yield* partSteps(runs, offset / numbers.length, end / numbers.length);
          outputs.set(found.at(-1)!.targets!, offset * width);
        }
        return outputs;
      }
      return {
        outputs: (numbers) => runSteps(outputSteps(numbers)),
        outputSteps,
        dispose: () => interventions.dispose(),
      };
    },
    dispose: () => own?.dispose(),
  };
}
