import {
  add,
  mean,
  mul,
  PYTORCH_ADAM,
  parameter,
  scalar,
  slice,
  sub,
  type Tensor,
} from "../../engine/index.ts";
import type { Ablation, Scope, Steps } from "../../interventions/index.ts";
import { sourceHooks } from "../../transformer/index.ts";
import { hardConcrete } from "../masks/hard-concrete.ts";
import { type MaskTrainer, prepareMaskTrainer, type StepMoment } from "../masks/mask-trainer.ts";
import { maskedRunInSteps, maskSlots } from "../masks/masked-run.ts";
import type { MaskObjective } from "../masks/objective.ts";
import { readWriteScheme } from "../masks/read-write-scheme.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { sparsityPenalty } from "./penalty.ts";

/** Scalars of a step. */
const [NOISE, EDGE_TARGET, NODE_TARGET] = ["noise", "edgeTarget", "nodeTarget"] as const;
const LEARNT = "maskLogits";
/** λ₁ and λ₂ of edges, and of nodes, stand behind the mask logits. */
const MULTIPLIERS = 4;

/** How masks are trained, besides what changes from step to step. */
export interface PruningSpec {
  readonly objective: MaskObjective;
  readonly ablation: Ablation;
  /** θ before the first step, `[mask]`. */
  readonly start: Float64Array;
  /** How many times as fast as mask logits multipliers move. */
  readonly multiplierRate: number;
  /** Whether nodes have a target, too. */
  readonly nodes: boolean;
  readonly weightDecay: number;
}

/** What a step is given. */
export interface PruningStep extends StepMoment {
  /** Sparsities that are wanted by now. */
  readonly edgeTarget: number;
  readonly nodeTarget: number;
  /** Logistic noise, `[mask]`. */
  readonly noise: ArrayLike<number>;
  /** Rows of the step; default all. */
  readonly rows?: Uint32Array | undefined;
}

/** Masks that are being trained against a growing sparsity. */
export type PruningTrainer = MaskTrainer<PruningStep>;

/**
 * The sparsities of a draw: 1 − mean of its masks of edges, and of those of sources. `[]` each.
 *
 * @param masks `[mask]` of {@link readWriteScheme}
 */
export function sparsities(masks: Tensor, task: DiscoveryTask): { edges: Tensor; nodes: Tensor } {
  const { config } = task.transformer;
  const writes = new Set<string>(sourceHooks(config));
  const slots = maskSlots(readWriteScheme, config);
  const edges = slots.find(({ hook }) => writes.has(hook))!.start;
  return {
    edges: sub(1, mean(slice(masks, 0, 0, edges))),
    nodes: sub(1, mean(slice(masks, 0, edges, slots.at(-1)!.end))),
  };
}

/**
 * Prepares the training of masks on `distance + Lagrangian of the edges' sparsity (+ that of the nodes')`, with
 * one draw of the masks for all rows of a step. The learner's values are θ `[mask]` and the multipliers
 * λ₁, λ₂ of edges and λ₁, λ₂ of nodes, each divided by `multiplierRate`.
 */
export function* preparePruning(
  scope: Scope,
  task: DiscoveryTask,
  { objective, ablation, start, multiplierRate, nodes, weightDecay }: PruningSpec,
): Steps<PruningTrainer> {
  const run = yield* maskedRunInSteps(scope, task, readWriteScheme, objective, ablation);
  const { count } = run;
  const learnt = parameter(LEARNT, [count + MULTIPLIERS]);
  const multiplier = (i: number) =>
    mul(mean(slice(learnt, 0, count + i, count + i + 1)), multiplierRate);
  const masks = hardConcrete(slice(learnt, 0, 0, count), scalar(NOISE!, [count]));
  const sparsity = sparsities(masks, task);
  const penalties = [
    sparsityPenalty(sparsity.edges, scalar(EDGE_TARGET!), [multiplier(0), multiplier(1)]),
    ...(nodes
      ? [sparsityPenalty(sparsity.nodes, scalar(NODE_TARGET!), [multiplier(2), multiplier(3)])]
      : []),
  ];
  const loss = penalties.reduce(add, run.distance(masks));
  yield 1;
  return prepareMaskTrainer(
    scope,
    {
      parameter: learnt,
      name: LEARNT,
      loss,
      start: [...start, ...new Array<number>(MULTIPLIERS).fill(0)],
      rows: task.rows,
      inputs: run.inputs,
      adam: { ...PYTORCH_ADAM, weightDecay },
    },
    ({ noise, edgeTarget, nodeTarget, rows }) => ({
      ...(rows === undefined ? {} : { rows: rows.length, inputs: run.inputsOf(rows) }),
      scalars: {
        [NOISE!]: noise,
        [EDGE_TARGET!]: edgeTarget,
        ...(nodes ? { [NODE_TARGET!]: nodeTarget } : {}),
      },
    }),
  );
}
