import { add, sampleInput, type Tensor } from "../engine/index.ts";
import { outputLoss, targetInput } from "../interventions/index.ts";
import {
  type ForwardOptions,
  forward,
  type HookName,
  hookShape,
  interchangeHooks,
  interchangePoint,
  logitsNeeded,
  nodeHooks,
  sourceName,
  switchName,
  switchShape,
  takenAt,
  type WeightTensors,
} from "../transformer/index.ts";
import { type ExchangedRuns, edgeExchangeRuns } from "./edge-exchange.ts";
import type { Recipe } from "./recipe.ts";
import type { TrainingTask } from "./task.ts";

/** Names of the objectives' sample inputs, besides those of the source's values and of switches. */
export const OBJECTIVE_INPUTS = {
  base: "base",
  source: "source",
  label: "label",
  intervened: "intervened",
  target: "target",
} as const;

/** What an exchange of nodes is made of: switches by hook point, 1 where the source's value stands. */
interface Exchange {
  readonly chosen: ReadonlyMap<HookName, Tensor>;
  /** MLPs that are exchanged in every run. */
  readonly always: readonly HookName[];
}

/** Turns exchanges into what a forward pass on the base is to do. */
type Exchanger = (exchange: Exchange) => Pick<ForwardOptions, "hooks" | "switches">;

/** Where a detached run on the source is looked at: what the values of nodes are computed from. */
export function sourcePoints(
  { lowLevelConfig: config }: TrainingTask,
  hooks: Iterable<HookName>,
): HookName[] {
  return [...new Set([...hooks].map((hook) => interchangePoint(config, hook)))];
}

/** The source's values are constants, captured in a run of its own: sample inputs `source:<hook>`. */
function detachedExchanger(
  task: TrainingTask,
  weights: WeightTensors,
  hooks: readonly HookName[],
): Exchanger {
  const { lowLevelConfig: config, positions } = task;
  const points = new Map(
    sourcePoints(task, hooks).map((point) => [
      point,
      sampleInput(sourceName(point), hookShape(config, point, positions)),
    ]),
  );
  const interchange = (hook: HookName, on: Tensor | "always") => {
    const source = points.get(interchangePoint(config, hook))!;
    return interchangeHooks(config, weights, { hook, source, on });
  };
  return ({ chosen, always }) => ({
    hooks: new Map([
      ...[...chosen].flatMap(([hook, on]) => interchange(hook, on)),
      ...always.flatMap((hook) => interchange(hook, "always")),
    ]),
  });
}

/** The run on the source is part of the graph: gradients reach the weights through both runs. */
function attachedExchanger(
  { lowLevelConfig: config, positions }: TrainingTask,
  weights: WeightTensors,
  hooks: readonly HookName[],
): Exchanger {
  const source = sampleInput(OBJECTIVE_INPUTS.source, [positions]);
  const capture = hooks.map((hook) => takenAt(config, hook));
  const { cache } = forward(config, weights, source, { capture });
  const sourceValue = (hook: HookName) => cache.get(takenAt(config, hook))!;
  return ({ chosen, always }) => ({
    switches: new Map(
      [...chosen].map(([hook, on]) => [takenAt(config, hook), { on, source: sourceValue(hook) }]),
    ),
    hooks: new Map(always.map((hook) => [takenAt(config, hook), () => sourceValue(hook)])),
  });
}

/** What of a recipe decides how the source's values come into an objective. */
export type SourceFacts = Pick<Recipe, "sourceGradient">;

/**
 * How exchanges come into a forward pass.
 *
 * Without `sourceGradient` the run on the source is a run of its own, whose values at
 * {@link sourcePoints} are the sample inputs `source:<hook>`; it is detached: gradients flow through
 * the base run alone. With it, the source's tokens are the sample input `source`, and the losses are
 * the same numbers with gradients through both runs.
 */
export const exchangerOf = ({ sourceGradient }: SourceFacts) =>
  sourceGradient ? attachedExchanger : detachedExchanger;

/** A loss of the runs of an exchange, `[]` per pair, besides that of its output. */
export type FurtherLoss = (runs: ExchangedRuns) => Tensor;

/**
 * The unweighted joint loss as graph, `[]` per sequence: any nodes are taken from the source, chosen
 * for each pair, and the output is compared with the pair's target. With `edgeExchange` a further
 * loss of its runs can be added.
 *
 * Sample inputs: the base's tokens `[pos]`, what {@link exchangerOf} needs, the `target` of `targetShape`,
 * and `on:<hook>` for every hook point of `nodeHooks`: 1 where a node is taken from the source, else
 * 0; `[head]`, or `[]` for an MLP.
 */
export function jointObjective(
  task: TrainingTask,
  weights: WeightTensors,
  facts: SourceFacts & Partial<Pick<Recipe, "edgeExchange">>,
  further?: FurtherLoss,
): Tensor {
  const { lowLevelConfig: config, positions } = task;
  const base = sampleInput(OBJECTIVE_INPUTS.base, [positions]);
  const target = targetInput(OBJECTIVE_INPUTS.target, task, config.dVocabOut);
  const hooks = nodeHooks(config);
  const chosen = new Map(
    hooks.map((hook) => [hook, sampleInput(switchName(hook), switchShape(config, hook))]),
  );
  if (facts.edgeExchange) {
    const source = sampleInput(OBJECTIVE_INPUTS.source, [positions]);
    const runs = edgeExchangeRuns(
      config,
      weights,
      { base, source, chosen },
      { logitsAt: logitsNeeded(task), capturesWriters: further !== undefined },
    );
    const loss = outputLoss(task, runs.exchanged.logits, target);
    return further === undefined ? loss : add(loss, further(runs));
  }
  const exchange = exchangerOf(facts)(task, weights, hooks);
  const options = { ...exchange({ chosen, always: [] }), logitsAt: logitsNeeded(task) };
  const { logits } = forward(config, weights, base, options);
  return outputLoss(task, logits, target);
}
