import { type Circuit, type ComputationalGraph, headCircuit } from "../../circuit/index.ts";
import { outputLoss, type Pairs, type Steps, targetInput } from "../../interventions/index.ts";
import {
  type EquivalenceTest,
  equivalenceTest,
  type IndependenceTest,
  independenceTest,
  meanOf,
} from "../../statistics/index.ts";
import { usedInputs } from "../../transformer/index.ts";
import type { Subject } from "../subject.ts";
import { type CircuitPart, circuitMasks, loadCircuitRun } from "./circuit-run.ts";
import type { TestDraws } from "./draws.ts";
import { edgePieces } from "./edge-pieces.ts";

/** Tests of a truth as a circuit (Shi et al. 2024, Hypothesis Testing the Circuit Hypothesis in LLMs). */
export interface CircuitTests {
  /** Whether the model has the smaller loss as often as the truth alone. */
  readonly equivalence: EquivalenceTest;
  /** Whether the loss of what is left without the truth has to do with that of the model. */
  readonly independence: IndependenceTest;
  /** Pairs on which losses were measured. */
  readonly pairs: number;
  /** Their means: of the model, of the truth alone, and of the rest without it. */
  readonly losses: { readonly model: number; readonly truth: number; readonly rest: number };
}

/**
 * The losses of the model, of the truth alone and of the rest without it, on some pairs: edges that are cut
 * carry the source's values. Then {@link CircuitTests} of them.
 */
export function* circuitTestSteps(
  subject: Subject,
  graph: ComputationalGraph,
  truth: Circuit,
  { pairs, key }: TestDraws,
): Steps<CircuitTests> {
  const parts: readonly CircuitPart[] = [
    { circuit: headCircuit(graph.shape) },
    { circuit: truth },
    { circuit: truth, isCut: true },
  ];
  const losses = yield* lossSteps(subject, graph, parts, pairs);
  const [whole, alone, rest] = losses as [Float64Array, Float64Array, Float64Array];
  return {
    // A loss that is smaller wins.
    equivalence: equivalenceTest(alone, whole),
    independence: independenceTest(whole, rest, key),
    pairs: pairs.base.length,
    losses: { model: meanOf([...whole]), truth: meanOf([...alone]), rest: meanOf([...rest]) },
  };
}

/** The losses of parts of a model on the bases, `[pair]` for each part. */
function* lossSteps(
  subject: Subject,
  graph: ComputationalGraph,
  parts: readonly CircuitPart[],
  pairs: Pairs,
): Steps<Float64Array[]> {
  const { task, model, labelTable, tokens } = subject;
  const target = targetInput("label", task, model.config.dVocabOut);
  const executable = loadCircuitRun(subject, (logits) => ({
    loss: outputLoss(task, logits, target),
  }));
  const masks = parts.map((part) => circuitMasks(graph, part));
  const losses = parts.map(() => new Float64Array(pairs.base.length));
  const inputs = { rows: pairs.base, weights: new Float64Array(pairs.base.length).fill(1) };
  try {
    for (const piece of edgePieces(subject, pairs, [], inputs, ["source"])) {
      const { base, offset } = piece;
      const bound = usedInputs(executable.program, {
        label: { table: labelTable, rows: base },
        tokens: { table: tokens, rows: base },
        ...piece.carried("source"),
      });
      for (const [i, scalars] of masks.entries()) {
        yield (offset + (base.length * i) / masks.length) / pairs.base.length;
        const { loss } = executable.run({ batch: base.length, inputs: bound, scalars });
        losses[i]!.set(loss, offset);
      }
    }
  } finally {
    executable.dispose();
  }
  return losses;
}
