import { componentScores, fullGraph, type ScoreMap } from "../../circuit/index.ts";
import { freezeInputs, withScope } from "../../interventions/index.ts";
import type { AblationChoice } from "../algorithm/ablation-option.ts";
import { chosenTaskLoss, effectScale, type ScoreScale } from "../algorithm/common-options.ts";
import { concludeDiscovery, type Selectable } from "../algorithm/conclude.ts";
import type { DiscoveryContext } from "../algorithm/context.ts";
import type { DiscoveryParts } from "../algorithm/discovery.ts";
import { type Magnitude, magnitudes } from "../algorithm/magnitude.ts";
import { edgeScores } from "../algorithm/scores.ts";
import { circuitSelector, nodeCircuitSelector } from "../algorithm/selection.ts";
import type { NodeSelection, Selection } from "../algorithm/selection-options.ts";
import type { LossName } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { type AttributionOptions, attributeEdges, attributeNodes } from "./attribute.ts";
import type { EffectRule } from "./effects.ts";
import type { AttributionPath } from "./path.ts";

/** Values of the options of attributions, as far as they have them. */
interface AttributionChoices extends Partial<Magnitude> {
  readonly loss?: LossName | undefined;
  readonly ablation?: AblationChoice;
  readonly scoreScale?: ScoreScale | undefined;
}

/** What an attribution is made by, besides its path. */
interface AttributionWays {
  readonly rule?: EffectRule;
  /** Passes with which the path is prepared. Default 0. */
  readonly preparation?: number;
}

/** What the loss is attributed to, and how what is found is ranked and chosen. */
interface Attributed {
  readonly attribute: typeof attributeEdges;
  /** Of all effects, `[place]`, those of what is ranked. */
  readonly ranked: (values: Float64Array) => Float64Array;
  readonly weigh?: ((values: Float64Array) => Float64Array) | undefined;
  readonly scoresOf: (ranked: Float64Array) => ScoreMap;
  readonly select: Selectable["select"];
}

/** What an algorithm returns that attributes the loss to edges on a path. */
export async function attributedEdges(
  task: DiscoveryTask,
  options: AttributionChoices & Selection,
  path: AttributionPath,
  context: DiscoveryContext,
  ways: AttributionWays = {},
): Promise<DiscoveryParts> {
  const graph = fullGraph(task.transformer.config);
  return attributed(task, options, path, context, ways, {
    attribute: attributeEdges,
    ranked: (values) => values,
    scoresOf: (values) => edgeScores(graph, values),
    select: circuitSelector(graph, options),
  });
}

/**
 * What an algorithm returns that attributes the loss to heads and MLPs on a path.
 *
 * @param weigh makes scores, `[component]`, of effects, or sizes, of the components
 */
export async function attributedNodes(
  task: DiscoveryTask,
  options: AttributionChoices & NodeSelection,
  path: AttributionPath,
  context: DiscoveryContext,
  { weigh, ...ways }: AttributionWays & Pick<Attributed, "weigh"> = {},
): Promise<DiscoveryParts> {
  const graph = fullGraph(task.transformer.config);
  return attributed(task, options, path, context, ways, {
    attribute: attributeNodes,
    // The embeddings are no component.
    ranked: (values) => values.slice(1),
    weigh,
    scoresOf: (values) => componentScores(graph, values),
    select: nodeCircuitSelector(graph, options),
  });
}

function attributed(
  task: DiscoveryTask,
  options: AttributionChoices,
  path: AttributionPath,
  context: DiscoveryContext,
  ways: AttributionWays,
  { attribute, ranked, weigh = (values) => values, scoresOf, select }: Attributed,
): Promise<DiscoveryParts> {
  const { ablation } = options;
  const loss = options.loss ?? chosenTaskLoss(task, undefined);
  const scale = effectScale(task, options.scoreScale);
  const onPoint = watchedBy(context, scale, (values) => scoresOf(ranked(values)));
  return withScope(context.backend, async (scope) => {
    const frozen = freezeInputs(scope, task);
    const asked = { ...ways, ablation, frozen, onPoint };
    const means = await attribute(task, loss, path, context, asked);
    const { scores, effects } = scored(weigh(ranked(means)), scale, options, path);
    const found = {
      scores: scoresOf(scores),
      effects: effects && scoresOf(effects),
      ...passes(path, ways),
      select,
      ablation,
      frozen,
    };
    return concludeDiscovery(task, found, context);
  });
}

/** Scores made of means over the rows, and the effects that these are, if they have a sign. */
function scored(
  means: Float64Array,
  scale: number,
  { absolute = false, normalize = false }: AttributionChoices,
  { averages = "effects" }: AttributionPath,
) {
  const values = means.map((mean) => scale * mean);
  return {
    scores: magnitudes(values, { absolute, normalize }),
    effects: averages === "effects" ? values : undefined,
  };
}

/** What tells whoever watches of each point, its effects as those of the discovery are. */
function watchedBy(
  { onMoment }: DiscoveryContext,
  scale: number,
  scoresOf: (values: Float64Array) => ScoreMap,
): AttributionOptions["onPoint"] {
  if (onMoment === undefined) return undefined;
  return ({ index, total, alpha, moves, weight, loss, effects }) =>
    onMoment({
      kind: "path",
      index,
      total,
      alpha,
      moves,
      weight,
      loss,
      effects: scoresOf(effects.map((effect) => scale * effect)),
    });
}

/** One pass more forwards than backwards, of the ablated run, and one of the clean one where that is looked at. */
function passes({ runs, differencesFrom }: AttributionPath, { preparation = 0 }: AttributionWays) {
  const others = differencesFrom === "clean" ? 2 : 1;
  return {
    evaluations: runs.length + preparation + others,
    backwardPasses: runs.length + preparation,
  };
}
