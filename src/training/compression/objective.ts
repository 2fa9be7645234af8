import {
  add,
  argmax,
  expandDims,
  index,
  mul,
  sampleInput,
  sub,
  sum,
  type Tensor,
} from "../../engine/index.ts";
import { outputLoss, targetInput } from "../../interventions/index.ts";
import {
  forward,
  type Hook,
  type HookName,
  logitsNeeded,
  type TransformerConfig,
  type WeightTensors,
} from "../../transformer/index.ts";
import { OBJECTIVE_INPUTS } from "../objective.ts";
import type { TrainingTask } from "../task.ts";
import type { Bridge } from "./bridge.ts";
import { exchangeShape } from "./exchanges.ts";

/** A transformer as tensors of a graph. */
export interface GraphTransformer {
  readonly config: TransformerConfig;
  readonly weights: WeightTensors;
}

/** The transformer that is compressed, and what it is compressed to. */
export interface Compressed {
  readonly original: GraphTransformer;
  readonly small: GraphTransformer;
  readonly bridge: Bridge;
}

/** Name of the sample input with a hook point's switches, of `exchangeShape`. */
export const exchangeName = (hook: HookName): string => `exchange:${hook}`;

/** The sample input with the tokens of the base, `[pos]`. */
export const baseInput = ({ positions }: TrainingTask): Tensor =>
  sampleInput(OBJECTIVE_INPUTS.base, [positions]);

/**
 * The output loss, `[]` per sequence: of the compressed transformer on the `base` against the original's
 * outputs, the sample input `label`.
 */
export function outputObjective(
  task: TrainingTask,
  { config, weights }: GraphTransformer,
  base: Tensor,
): Tensor {
  const label = targetInput(OBJECTIVE_INPUTS.label, task, config.dVocabOut);
  const { logits } = forward(config, weights, base, { logitsAt: logitsNeeded(task) });
  return outputLoss(task, logits, label);
}

/** A choice of values for a node: its own, or that of the exchange whose switch is 1. */
function exchanged(on: Tensor, values: readonly Tensor[]): Hook {
  const spread = (x: Tensor) => (x.shape.length === 0 ? x : expandDims(x, -1));
  return (own) => {
    const kept = mul(own, spread(sub(1, sum(on, -1))));
    return values.reduce(
      (total, value, i) => add(total, mul(value, spread(index(on, -1, i)))),
      kept,
    );
  };
}

/** Logits of the transformer that is compressed, and of what it is compressed to. */
export type LogitsOfBoth = Readonly<Record<"original" | "small", Tensor>>;

/**
 * What both transformers give on the `base` with nodes that are given values of runs on it and on the
 * sample input `source` (see `EXCHANGES`). Further sample inputs, `exchange:<hook>`, choose.
 */
export function exchangedLogits(
  task: TrainingTask,
  { original, small, bridge }: Compressed,
  base: Tensor,
): LogitsOfBoth {
  const { positions } = task;
  const { hooks, compress, decompress } = bridge;
  const source = sampleInput(OBJECTIVE_INPUTS.source, [positions]);
  const passing = ({ config, weights }: GraphTransformer, tokens: Tensor) =>
    forward(config, weights, tokens, { capture: hooks }).cache;
  const own = { base: passing(original, base), source: passing(original, source) };
  const other = { base: passing(small, base), source: passing(small, source) };

  const originalHooks = new Map<HookName, Hook>();
  const smallHooks = new Map<HookName, Hook>();
  for (const hook of hooks) {
    const [baseOwn, sourceOwn] = [own.base.get(hook)!, own.source.get(hook)!];
    const [baseOther, sourceOther] = [other.base.get(hook)!, other.source.get(hook)!];
    const on = sampleInput(exchangeName(hook), exchangeShape(original.config, hook));
    const [up, down] = [(x: Tensor) => decompress(hook, x), (x: Tensor) => compress(hook, x)];
    originalHooks.set(
      hook,
      exchanged(on, [sourceOwn, sourceOwn, up(sourceOther), baseOwn, up(baseOther)]),
    );
    smallHooks.set(
      hook,
      exchanged(on, [sourceOther, down(sourceOwn), sourceOther, down(baseOwn), baseOther]),
    );
  }
  const patched = ({ config, weights }: GraphTransformer, patches: Map<HookName, Hook>) =>
    forward(config, weights, base, { hooks: patches, logitsAt: logitsNeeded(task) }).logits;
  return { original: patched(original, originalHooks), small: patched(small, smallHooks) };
}

/** Logits as what others are compared with: classes, or the numbers themselves. */
export const asTargets = ({ categorical }: TrainingTask, logits: Tensor): Tensor =>
  categorical ? argmax(logits) : logits;

/**
 * The intervention loss, `[]` per sequence, of {@link exchangedLogits}: classes by the cross-entropy of the
 * original's arg-max, numbers by their squared difference. Gradients flow through all runs.
 */
export function exchangeObjective(
  task: TrainingTask,
  compressed: Compressed,
  base: Tensor,
): Tensor {
  const { original, small } = exchangedLogits(task, compressed, base);
  return outputLoss(task, small, asTargets(task, original));
}
