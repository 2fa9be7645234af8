import { abs, batchSum, gradients, mul, scalar, sub, type Tensor } from "../../engine/index.ts";
import type { GraphWeights } from "../../interventions/index.ts";
import { asSources, ROW_WEIGHT, runInput, sampleInputs } from "../../interventions/index.ts";
import {
  atKeptPositions,
  forward,
  type HookName,
  hookShape,
  logitsNeeded,
  sourceHooks,
} from "../../transformer/index.ts";
import { type LossName, rowLoss } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import type { EffectRule } from "./effects.ts";
import type { AttributionPath, PathInputs } from "./path.ts";

/** What an attribution graph computes, and reads of other runs. */
export interface AttributionGraph {
  /** The loss of the run on the path, `[]`, shared. */
  readonly loss: Tensor;
  /** The mean of the effects over the rows, or of their sizes, shared: shapes and hook points of the rule. */
  readonly effects: ReadonlyMap<HookName, Tensor>;
  /** Hook points whose values in other runs are inputs: `clean:<hook>`, `ablated:<hook>`. */
  readonly reads: Readonly<Record<"clean" | "ablated", ReadonlySet<HookName>>>;
}

/**
 * The effects of all edges, or nodes, on the loss in a run on a path.
 *
 * A mask on an edge moves `in(v)` by `m(u,v)·(P(u) − Y(u))`, so that
 * `∂loss/∂m(u,v) = Σ_{row,pos} ⟨∂loss/∂in(v), P(u) − Y(u)⟩`: one forward pass, one backward pass to
 * the inputs of the destinations, one product. P is what the source carries where it is ablated, Y
 * what it computes, in the run or in the clean one as the path says. The rule says what is made of these.
 *
 * Inputs: `tokens`, what {@link AttributionGraph.reads} says, {@link ROW_WEIGHT}, the loss's and the path's
 * own, and the scalars of the path.
 */
export function attributionGraph(
  task: DiscoveryTask,
  weights: GraphWeights,
  loss: LossName,
  path: AttributionPath,
  rule: EffectRule,
): AttributionGraph {
  const { config } = task.transformer;
  const { positions } = task;
  const sources = sourceHooks(config);
  const points = rule.hooks(config);
  const input = sampleInputs();
  const reads = { clean: new Set<HookName>(), ablated: new Set<HookName>() };
  const otherRun = (run: "clean" | "ablated") => (hook: HookName) => {
    reads[run].add(hook);
    return input(runInput(run, hook), hookShape(config, hook, positions));
  };
  const scalars = new Map<string, Tensor>();
  const ownScalar = (name: string) => {
    const tensor = scalars.get(name) ?? scalar(name);
    scalars.set(name, tensor);
    return tensor;
  };
  const inputs: PathInputs = {
    config,
    positions,
    clean: otherRun("clean"),
    ablated: otherRun("ablated"),
    scalar: ownScalar,
    own: input,
  };
  const { logits, cache } = forward(config, weights.tensors, input("tokens", [positions]), {
    hooks: path.hooks(inputs),
    capture: new Set<HookName>([...sources, ...points]),
    logitsAt: logitsNeeded(task),
  });
  const ofRow = rowLoss(task, loss, atKeptPositions(task, logits), input);
  const total = batchSum(mul(ofRow, input(ROW_WEIGHT, [])));
  const at = (hook: HookName) => cache.get(hook)!;
  const gradientsAt = gradients(total, points.map(at));
  const slopes = new Map(points.map((hook, i) => [hook, gradientsAt[i]!]));
  const own = (hook: HookName) => (path.differencesFrom === "run" ? at(hook) : inputs.clean(hook));
  const ofRows = rule.effects({
    config,
    weights: weights.tensors,
    at,
    ablated: inputs.ablated,
    slope: (hook) => slopes.get(hook)!,
    differences: sources.map((hook) => asSources(sub(inputs.ablated(hook), own(hook)))),
  });
  const averaged = path.averages === "sizes" ? abs : (effect: Tensor) => effect;
  const effects = [...ofRows].map(([hook, effect]): [HookName, Tensor] => [
    hook,
    batchSum(averaged(effect)),
  ]);
  return { loss: total, effects: new Map(effects), reads };
}
