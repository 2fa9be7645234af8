import { type ComputationalGraph, components, formatNode, readerOf } from "../../circuit/index.ts";
import {
  add,
  constant,
  einsum,
  mul,
  parameter,
  sampleInput,
  scalar,
  sigmoid,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
} from "../../engine/index.ts";
import type { Ablation, Scope, Steps } from "../../interventions/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { edgeSchemeBehindBos } from "../masks/edge-scheme.ts";
import { logistic } from "../masks/hard-concrete.ts";
import { type MaskTrainer, prepareMaskTrainer, type StepMoment } from "../masks/mask-trainer.ts";
import { edgeValues, maskedRunInSteps } from "../masks/masked-run.ts";
import type { MaskObjective } from "../masks/objective.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { UniformDraw } from "./draw.ts";

const [LEARNT, MASKS, GAINS] = ["maskLogits", "masks", "gains"] as const;
const [LAMBDA, NODE_WEIGHT] = ["lambda", "nodeWeight"] as const;

/** Where all φ start: probabilities of 0.73. */
const START = 1;
/** The authors' AdamW, without decay, and their largest norm of the gradient. */
const ADAM = { beta1: 0.9, beta2: 0.995, epsilon: 1e-8 };
const LARGEST_NORM = 5;
/** The largest weight of the penalty on heads, and its share of λ below that. */
const [MOST_NODE_WEIGHT, NODE_SHARE] = [2e-4, 0.5];

/** What a step is given. */
export interface UniformStep extends StepMoment {
  /** λ, what an edge's probability costs. */
  readonly lambda: number;
  /** The row of each sample. */
  readonly rows: Uint32Array;
  readonly draw: UniformDraw;
}

/** The probabilities `p = σ(φ)` of all edges, `[edge]` in the order of the graph, of φ in that of the masks. */
export function probabilitiesOf(
  config: TransformerConfig,
  graph: ComputationalGraph,
  logits: Float64Array,
): Float64Array {
  return edgeValues(edgeSchemeBehindBos, config, graph, logits.map(logistic));
}

/**
 * What probabilities cost besides `Σ_e p`: `Σ_heads tanh(2x/N)·N/2` with x the sum of a head's edges, in and
 * out, and N the number of heads. Its slope is 1 for a head that hardly is there, and falls with its edges: a
 * few heads with many edges cost less than many with few. MLPs cost nothing. `[]`.
 *
 * @param probabilities `[mask]`
 * @param placeOf the mask of each edge, `[edge]`
 */
export function headPenalty(
  graph: ComputationalGraph,
  probabilities: Tensor,
  placeOf: ArrayLike<number>,
): Tensor {
  const heads = components(graph)
    .filter(({ head }) => head !== null)
    .map(formatNode);
  const touches = heads.flatMap((head) => {
    const row = new Array<number>(graph.edges.length).fill(0);
    for (const { edge, index } of graph.edges) {
      if (formatNode(edge[0]) === head || readerOf(edge) === head) row[placeOf[index]!] = 1;
    }
    return row;
  });
  const ofHeads = constant(touches, [heads.length, graph.edges.length]);
  const sums = einsum("hm,m->h", ofHeads, probabilities);
  return mul(sum(tanh(mul(sums, 2 / heads.length))), heads.length / 2);
}

/**
 * Prepares the training of φ `[edge]` on `distance + λ·Σ p + ρ·heads`, with `p = σ(φ)` and
 * `ρ = min(λ/2, 2e-4)`. Each sample has masks of its own, drawn outside; they read p with the gains of the
 * draw as slopes. BOS is left as it is, whatever the ablation.
 */
export function* prepareUniform(
  scope: Scope,
  task: DiscoveryTask,
  graph: ComputationalGraph,
  objective: MaskObjective,
  ablation: Ablation,
): Steps<MaskTrainer<UniformStep>> {
  const run = yield* maskedRunInSteps(scope, task, edgeSchemeBehindBos, objective, ablation);
  const { count } = run;
  const { config } = task.transformer;
  const order = Float64Array.from({ length: count }, (_, i) => i);
  const placeOf = edgeValues(edgeSchemeBehindBos, config, graph, order);
  const logits = parameter(LEARNT, [count]);
  const p = sigmoid(logits);
  const slope = mul(sampleInput(GAINS, [count]), sub(p, stopGradient(p)));
  const costs = add(
    mul(sum(p), scalar(LAMBDA)),
    mul(headPenalty(graph, p, placeOf), scalar(NODE_WEIGHT)),
  );
  const loss = add(run.distance(add(sampleInput(MASKS, [count]), slope)), costs);
  yield 1;
  const inMaskOrder = (values: Float64Array) => {
    const placed = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const edge = i % count;
      placed[i - edge + placeOf[edge]!] = values[i]!;
    }
    return placed;
  };
  return prepareMaskTrainer(
    scope,
    {
      parameter: logits,
      name: LEARNT,
      loss,
      start: new Float64Array(count).fill(START),
      rows: task.rows,
      inputs: run.inputs,
      adam: ADAM,
      clip: LARGEST_NORM,
    },
    ({ lambda, rows, draw }) => ({
      rows: rows.length,
      inputs: {
        ...run.inputsOf(rows),
        [MASKS]: inMaskOrder(draw.masks),
        [GAINS]: inMaskOrder(draw.gains),
      },
      scalars: {
        [LAMBDA]: lambda,
        [NODE_WEIGHT]: Math.min(NODE_SHARE * lambda, MOST_NODE_WEIGHT),
      },
    }),
  );
}
