import { fullGraph } from "../../circuit/index.ts";
import { compile, keptPrograms, type Tensor, type Values } from "../../engine/index.ts";
import {
  type Ablation,
  CLEAN_LOGITS,
  edgePlace,
  ended,
  type FrozenInputs,
  freezeWeights,
  type GraphWeights,
  namedInputs,
  pace,
  prepareInputRuns,
  ROW_WEIGHT,
  rowWeights,
  type Scope,
  type Steps,
  withScope,
} from "../../interventions/index.ts";
import {
  type HookName,
  keptPositions,
  type SourceHook,
  sourceNodes,
  usedInputs,
} from "../../transformer/index.ts";
import { type AblationChoice, chosenAblation } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import { assertFiniteEffects, assertFiniteTask } from "../run/finite.ts";
import { type LossName, lossTargets } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { type EffectRule, edgeEffects, nodeEffects } from "./effects.ts";
import { attributionGraph } from "./graph.ts";
import type { AttributionPath, PathRun } from "./path.ts";

/** The loss itself, among the outputs of a run: only where somebody watches. */
const LOSS = "loss";

/** How a loss is attributed. */
export interface AttributionOptions {
  /** What ablated edges carry. Default `resample`. */
  readonly ablation?: AblationChoice;
  /** The task's inputs, where they serve other work, too. Default: frozen for this. */
  readonly frozen?: FrozenInputs | undefined;
  /** How effects are read off a run. Default: to first order, of edges or nodes. */
  readonly rule?: EffectRule;
  /** Is told of every run. Default: nobody. */
  readonly onPoint?: ((point: AttributedPoint) => void) | undefined;
}

/** A run on a path, and what was read off it. */
export interface AttributedPoint extends PathRun {
  /** The number of the run, the first being 0, and how many there are. */
  readonly index: number;
  readonly total: number;
  /** The mean of the loss over the rows. */
  readonly loss: number;
  /** `[edge]` or `[source]`, as the totals. */
  readonly effects: Float64Array;
}

/**
 * Attribution of the loss to all edges, `[edge]` in the order of the graph: Σ over the runs of the path of
 * weight · effect, which to first order is ∂loss/∂m(e).
 *
 * ```ts
 * const effects = await attributeEdges(task, "kl_div", maskPath(CLEAN_END), { backend });
 * ```
 *
 * Throws `E_NUMBER` where a run, or an effect, is not finite.
 */
export async function attributeEdges(
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  context: DiscoveryContext,
  { rule = edgeEffects, ...options }: AttributionOptions = {},
): Promise<Float64Array> {
  const graph = fullGraph(task.transformer.config);
  const places = graph.edges.map((edge) => {
    const { hook, at } = edgePlace(graph, edge);
    return { hook, at, source: edge.edge[0].hook as SourceHook, text: edge.text };
  });
  return attribute(task, loss, path, places, context, { rule, ...options });
}

/**
 * Attribution of the loss to everything that writes to the residual stream, `[source]` in the order of
 * `sourceNodes`: the embeddings, then the heads and the MLP of each layer. Throws as {@link attributeEdges}.
 */
export async function attributeNodes(
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  context: DiscoveryContext,
  { rule = nodeEffects(), ...options }: AttributionOptions = {},
): Promise<Float64Array> {
  const places = sourceNodes(task.transformer.config).map(({ hook, head }) => {
    const text = head === null ? hook : `${hook}[${head}]`;
    return { hook, at: head ?? 0, source: hook, text };
  });
  return attribute(task, loss, path, places, context, { rule, ...options });
}

/**
 * All that a rule reads off the runs of a path, by hook point and as the rule shapes it: Σ over the runs of
 * weight · mean over the rows. Throws as {@link attributeEdges}.
 */
export async function attributeWith(
  rule: EffectRule,
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  context: DiscoveryContext,
  { ablation }: Pick<AttributionOptions, "ablation"> = {},
): Promise<ReadonlyMap<HookName, Float64Array>> {
  const { runs } = path;
  const tick = pace(context, "points");
  const totals = new Map<HookName, Float64Array>();
  await withScope(context.backend, async (scope) => {
    const facts = { ablation: chosenAblation(ablation) };
    const preparing = prepareAttribution(scope, task, loss, path, rule, facts);
    const effectsOf = await inTurns(preparing, context);
    for (const [done, run] of runs.entries()) {
      await tick(done, runs.length);
      for (const [hook, values] of Object.entries(await inTurns(effectsOf(run), context))) {
        const total = totals.get(hook as HookName) ?? new Float64Array(values.length);
        values.forEach((value, i) => {
          total[i]! += run.weight * value;
        });
        totals.set(hook as HookName, total);
      }
    }
  });
  await tick(runs.length, runs.length);
  return totals;
}

/** Where the effect of an edge, or node, is among the outputs of a rule. */
interface EffectPlace {
  readonly hook: HookName;
  readonly at: number;
  /** What the edge comes from, or the node writes to. */
  readonly source: SourceHook;
  /** What errors call it. */
  readonly text: string;
}

/** The effects at these places, added up over the runs of a path, `[place]`. */
async function attribute(
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  places: readonly EffectPlace[],
  context: DiscoveryContext,
  { rule, ablation, frozen, onPoint }: AttributionOptions & { readonly rule: EffectRule },
): Promise<Float64Array> {
  const { runs } = path;
  const { length: total } = runs;
  const tick = pace(context, "points");
  const totals = new Float64Array(places.length);
  const outputs = onPoint === undefined ? [] : ([LOSS] as const);
  await withScope(context.backend, async (scope) => {
    const facts = { ablation: chosenAblation(ablation), also: outputs, frozen };
    const preparing = prepareAttribution(scope, task, loss, path, rule, facts);
    const outputsOf = await inTurns(preparing, context);
    for (const [index, run] of runs.entries()) {
      await tick(index, total);
      const found = await inTurns(outputsOf(run), context);
      const effects = Float64Array.from(places, ({ hook, at, source }) =>
        (run.credits ?? source) === source ? found[hook]![at]! : 0,
      );
      for (const [i, effect] of effects.entries()) totals[i]! += run.weight * effect;
      onPoint?.({ ...run, index, total, loss: found[LOSS]![0]!, effects });
    }
  });
  assertFiniteEffects(places, totals);
  await tick(total, total);
  return totals;
}

/** All that an attribution's program depends on; `undefined` where somebody does not say. */
function attributionKey(
  task: DiscoveryTask,
  weights: GraphWeights,
  loss: LossName,
  { key: path, differencesFrom, averages }: AttributionPath,
  { key: rule }: EffectRule,
  outputs: readonly string[],
): string | undefined {
  if (weights.key === undefined || path === undefined || rule === undefined) return undefined;
  const { categorical, positions } = task;
  const facts = [loss, categorical, positions, keptPositions(task), differencesFrom, averages];
  return JSON.stringify(["attribution", path, rule, facts, weights.key, ...outputs]);
}

/** What attributions are prepared for, besides a path and a rule. */
interface Preparation {
  readonly ablation: Ablation;
  /** What is to be said besides. Default: nothing. */
  readonly also?: readonly (typeof LOSS)[];
  readonly frozen?: FrozenInputs | undefined;
}

/**
 * In steps: a function from each run of the path, in turn, to its effects by hook point; other runs are made once.
 */
function* prepareAttribution(
  scope: Scope,
  task: DiscoveryTask,
  loss: LossName,
  path: AttributionPath,
  rule: EffectRule,
  { ablation, also = [], frozen }: Preparation,
): Steps<(run: PathRun) => Steps<Readonly<Record<string, Values>>>> {
  const weights = frozen?.weights ?? freezeWeights(scope, task.transformer);
  yield* assertFiniteTask(scope, task, weights, ablation, frozen?.runs);
  const targets = lossTargets(task, loss);
  yield 0;
  const { program, reads } = keptPrograms.kept(
    attributionKey(task, weights, loss, path, rule, also),
    () => {
      const graph = attributionGraph(task, weights, loss, path, rule);
      const others = also.map((name) => [name, graph[name]] as const);
      const outputs = Object.fromEntries<Tensor>([...graph.effects, ...others]);
      return { reads: graph.reads, program: compile<string>({ outputs }) };
    },
    (made) => made.program.order.length,
  );
  yield 0;
  const hooks = [...reads.ablated, ...reads.clean];
  const isFrozen = hooks.every((hook) => frozen?.hooks.has(hook));
  const runs =
    (isFrozen ? frozen?.runs : undefined) ?? prepareInputRuns(scope, task, weights, hooks);
  const executable = scope.load(program);
  const clean = reads.clean.size > 0 || loss === "faithfulness" ? yield* runs.clean() : undefined;
  const cleanAt = new Map([...reads.clean].map((hook) => [hook, clean!.at.get(hook)!]));
  const shared = {
    ...weights.bindings,
    ...targets,
    ...(clean === undefined ? {} : { [CLEAN_LOGITS]: clean.logits }),
    ...namedInputs("clean", cleanAt),
    ...namedInputs("ablated", yield* runs.ablated(ablation, reads.ablated)),
    [ROW_WEIGHT]: rowWeights(task),
    tokens: new Float32Array(task.cleanTokens),
  };
  const ownInputs = path.prepare && (yield* ended(path.prepare({ scope, task, weights })));
  return function* ({ scalars }) {
    const own = ownInputs && (yield* ended(ownInputs()));
    const inputs = usedInputs(executable.program, { ...shared, ...own });
    return yield* executable.runInSteps({ batch: task.rows, inputs, scalars });
  };
}
