import {
  add,
  batchSum,
  constant,
  mul,
  parameter,
  reshape,
  type Shape,
  scalar,
  sizeOf,
  slice,
  sum,
  type Tensor,
} from "../../engine/index.ts";
import {
  type GraphWeights,
  ROW_WEIGHT,
  runInput,
  sampleInputs,
} from "../../interventions/index.ts";
import {
  atKeptPositions,
  type HookName,
  hookShape,
  logitsNeeded,
  type TransformerConfig,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { hardConcrete, openProbability } from "./hard-concrete.ts";
import { type ProbingObjective, probingLoss } from "./loss.ts";
import type { MaskScheme } from "./scheme.ts";

/** Parameter `[mask]`: the logits θ of all masks, one tensor after the other. */
export const MASK_LOGITS = "maskLogits";
/** Scalar `[mask]`: the noise of the step's draw. */
export const NOISE = "noise";
/** Scalar `[]`: λ, what the penalty counts. */
export const LAMBDA = "lambda";

/** A mask tensor's place in the vector of all masks. */
interface MaskSlot {
  readonly hook: HookName;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

/** The places of all mask tensors of a scheme, one after the other. */
export function maskSlots(scheme: MaskScheme, config: TransformerConfig): MaskSlot[] {
  let start = 0;
  return [...scheme.maskShapes(config)].map(([hook, shape]) => {
    const slot = { hook, shape, start, end: start + sizeOf(shape) };
    start = slot.end;
    return slot;
  });
}

/** How many masks a scheme has. */
export function maskCount(scheme: MaskScheme, config: TransformerConfig): number {
  return maskSlots(scheme, config).at(-1)?.end ?? 0;
}

/** What masks are trained on, `[]` each, shared. */
export interface ProbingGraph {
  /** The parameter θ, `[mask]`. */
  readonly maskLogits: Tensor;
  /** The distance from the target under one draw of the masks, mean over the rows. */
  readonly distance: Tensor;
  /** The expected share of masks that are not 0: mean over mask tensors of their means. */
  readonly penalty: Tensor;
  /** `distance + λ·penalty`. */
  readonly loss: Tensor;
}

/**
 * The loss of one step: one draw of all masks, shared by the rows, one forward pass.
 *
 * Inputs: `tokens`, `ablated:<hook>` of the scheme's hook points, {@link ROW_WEIGHT}, the
 * objective's own; {@link MASK_LOGITS}, {@link NOISE}, {@link LAMBDA}.
 */
export function probingGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  scheme: MaskScheme,
  objective: ProbingObjective,
): ProbingGraph {
  const { positions, transformer } = task;
  const { config } = transformer;
  const slots = maskSlots(scheme, config);
  const count = maskCount(scheme, config);
  const input = sampleInputs();
  const maskLogits = parameter(MASK_LOGITS, [count]);
  const drawn = hardConcrete(maskLogits, scalar(NOISE, [count]));
  const logits = scheme.forward(config, weights.tensors, {
    tokens: input("tokens", [positions]),
    masks: new Map(
      slots.map(({ hook, shape, start, end }) => [
        hook,
        reshape(slice(drawn, 0, start, end), shape),
      ]),
    ),
    ablated: (hook) => input(runInput("ablated", hook), hookShape(config, hook, positions)),
    logitsAt: logitsNeeded(task),
  });
  const ofRow = probingLoss(task, objective, atKeptPositions(task, logits), input);
  const distance = batchSum(mul(ofRow, input(ROW_WEIGHT, [])));
  const shares = slots.flatMap(({ start, end }) =>
    new Array<number>(end - start).fill(1 / ((end - start) * slots.length)),
  );
  const penalty = sum(mul(openProbability(maskLogits), constant(shares, [count])));
  return { maskLogits, distance, penalty, loss: add(distance, mul(penalty, scalar(LAMBDA))) };
}
