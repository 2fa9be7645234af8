import {
  type BudgetOptions,
  type ComputationalGraph,
  circuitsAtBudgets,
  circuitsAtNodeBudgets,
  emptyCircuit,
  fullGraph,
  graphCircuit,
  type ScoreMap,
  trapezoids,
} from "../circuit/index.ts";
import {
  assertTask,
  contrastLoss,
  type Discovery,
  type DiscoveryTask,
  type FaithfulnessOptions,
  prepareFaithfulness,
} from "../discovery/index.ts";
import type { Backend } from "../engine/index.ts";
import {
  type PaceOptions,
  paceSteps,
  partSteps,
  rowWeights,
  type Scope,
  type Steps,
  withScope,
} from "../interventions/index.ts";
import type { Key } from "../rng/index.ts";
import { type BootstrapOptions, type Interval, startBootstrap } from "../statistics/index.ts";

/** One circuit of a curve. */
export interface FaithfulnessPoint {
  /** The share of all edges, or of all heads and MLPs where these are ranked, that was asked for. */
  readonly fraction: number;
  /** How many of them these are. */
  readonly budget: number;
  /** How many edges are left after pruning. */
  readonly size: number;
  /** `(m(C) − m(∅)) / (m(whole) − m(∅))` of the mean metric m; `undefined` where whole and empty are alike. */
  readonly faithfulness: number | undefined;
  /** The share of rows on which the loss is below 0: of logit differences, that the right answer leads. */
  readonly ahead: number;
}

/** Along which sizes areas are taken: those that were asked for (MIB's code), or those that are left. */
export type CurveAxis = "nominal" | "realised";

/** Areas under a curve of faithfulness; `undefined` where that is. */
export interface CurveAreas {
  /** Circuit performance ratio, `∫ f dx`: larger is better, above 1 possible. */
  readonly cpr: number | undefined;
  /** Circuit-model distance, `∫ |1 − f| dx`: smaller is better. */
  readonly cmd: number | undefined;
  /** The share of rows ahead, mean over the logarithms of the sizes that were asked for. */
  readonly accAuc: number | undefined;
}

/** How faithful the circuits of a ranking are, small to large. */
export interface FaithfulnessCurve {
  readonly points: readonly (FaithfulnessPoint & {
    /** Where the faithfulness lies with 95 % confidence, for other rows of the same kind. */
    readonly interval: Interval | undefined;
  })[];
  readonly nominal: CurveAreas;
  readonly realised: CurveAreas;
  /** Where the nominal areas lie, likewise. */
  readonly intervals: { readonly [A in keyof CurveAreas]: Interval | undefined };
}

/** Scores of all edges, or a ranking that says what it ranks and how its circuits are chosen, as a `Discovery` does. */
export type CurveRanking = ScoreMap | Pick<Discovery, "ranking" | "ranks" | "select">;

/** How a curve is made; edges are chosen as the ranking says, `top` by default, unless `select` says so. */
export interface CurveOptions
  extends Omit<BudgetOptions, "round">,
    FaithfulnessOptions,
    BootstrapOptions {
  /** Of the draws of the intervals. */
  readonly key: Key;
}

/** Where a curve is made, and whom it tells how far it is. */
export interface CurveContext extends PaceOptions<number> {
  readonly backend: Backend;
}

/** Losses that differ by less than this share of their size are the same. */
const ROUNDING = 1e-7;

/** The losses of the rows of one circuit. */
interface Measured extends Pick<FaithfulnessPoint, "fraction" | "budget" | "size"> {
  readonly losses: ArrayLike<number>;
}

/** The losses of the rows of the empty circuit, and of the whole transformer. */
type Ends = Readonly<Record<"empty" | "whole", ArrayLike<number>>>;

/**
 * The faithfulness of a ranking's circuits at shares of all edges, as MIB (Mueller et al. 2025) measures it: chosen,
 * pruned, everything else ablated, and the metric put on a scale on which the empty circuit is 0 and the whole
 * transformer 1. All circuits are runs of one program. Where nodes are ranked, the shares are of heads and MLPs.
 *
 * The default loss is `contrastLoss`: for classes `avg_diff`, the logit difference, as there. MIB takes CMD from
 * rankings by size (`absolute`) and CPR from signed ones.
 *
 * Throws `E_TASK`, `E_LOSS`, `E_ABLATION` as `prepareFaithfulness`, `E_SCORE` for scores that do not fit.
 */
export async function faithfulnessCurve(
  task: DiscoveryTask,
  ranking: CurveRanking,
  context: CurveContext,
  options: CurveOptions,
): Promise<FaithfulnessCurve> {
  const [curve] = await faithfulnessCurves(task, [ranking], context, options);
  return curve!;
}

/** {@link faithfulnessCurve} of several rankings of one task, by one program on one clean and one corrupted run. */
export async function faithfulnessCurves(
  task: DiscoveryTask,
  rankings: readonly CurveRanking[],
  { backend, ...pace }: CurveContext,
  options: CurveOptions,
): Promise<readonly FaithfulnessCurve[]> {
  assertTask(task);
  return withScope(backend, (scope) => paceSteps(curveSteps(scope, task, rankings, options), pace));
}

/** What the runs take of a curve's making; the rest are the draws of its intervals. */
const RUNS = 0.5;

function* curveSteps(
  scope: Scope,
  task: DiscoveryTask,
  rankings: readonly CurveRanking[],
  { key, draws, confidence, ablation, loss = contrastLoss(task), ...budgets }: CurveOptions,
): Steps<FaithfulnessCurve[]> {
  const { rowsInSteps } = prepareFaithfulness(scope, task, { ablation, loss });
  const empty = yield* partSteps(rowsInSteps(emptyCircuit), 0, 0);
  const graph = fullGraph(task.transformer.config);
  const ends = { empty, whole: yield* partSteps(rowsInSteps(graphCircuit(graph)), 0, 0) };
  const measured: Measured[][] = [];
  for (const ranking of rankings) {
    const done = (RUNS * measured.length) / rankings.length;
    yield done;
    const own: Measured[] = [];
    for (const { fraction, budget, circuit } of circuitsOf(ranking, graph, budgets)) {
      const losses = yield* partSteps(rowsInSteps(circuit), done, done);
      own.push({ fraction, budget, size: circuit.edges.size, losses });
    }
    measured.push(own);
  }
  const bootstrapOptions = {
    ...(draws === undefined ? {} : { draws }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  const weights = rowWeights(task);
  const edges = graph.edges.length;
  const curves: FaithfulnessCurve[] = [];
  for (const own of measured) {
    const numbersOf = (counts: Uint32Array) => numbersUnder(counts, weights, own, ends, edges);
    const bootstrap = startBootstrap(task.rows, key, numbersOf, bootstrapOptions);
    for (let draw = 0; draw < bootstrap.draws; draw++) {
      yield RUNS + ((1 - RUNS) * (curves.length + draw / bootstrap.draws)) / measured.length;
      bootstrap.add(draw);
    }
    const [cpr, cmd, accAuc, ...ofPoints] = bootstrap.intervals();
    const points = pointsOf(own, weights, ends);
    curves.push({
      points: points.map((point, k) => ({ ...point, interval: ofPoints[k] })),
      nominal: curveAreas(points, edges, "nominal"),
      realised: curveAreas(points, edges, "realised"),
      intervals: { cpr, cmd, accAuc },
    });
  }
  return curves;
}

function circuitsOf(
  ranking: CurveRanking,
  graph: ComputationalGraph,
  budgets: Omit<BudgetOptions, "round">,
) {
  if (!("ranks" in ranking)) return circuitsAtBudgets(ranking, budgets);
  const { ranks, select } = ranking;
  return ranks === "nodes"
    ? circuitsAtNodeBudgets(ranking.ranking, graph, budgets)
    : circuitsAtBudgets(ranking.ranking, { select, ...budgets });
}

/** The areas and faithfulnesses of a curve where each row was drawn so often, `[row]`. */
function numbersUnder(
  counts: Uint32Array,
  weights: Float64Array,
  measured: readonly Measured[],
  ends: Ends,
  edges: number,
): (number | undefined)[] {
  const drawn = weights.map((weight, row) => weight * counts[row]!);
  const total = drawn.reduce((a, b) => a + b, 0);
  const points = pointsOf(
    measured,
    drawn.map((weight) => weight / total),
    ends,
  );
  const { cpr, cmd, accAuc } = curveAreas(points, edges, "nominal");
  return [cpr, cmd, accAuc, ...points.map(({ faithfulness }) => faithfulness)];
}

/** The points of circuits for some shares of the rows, `[row]`, that sum to 1. */
function pointsOf(
  measured: readonly Measured[],
  shares: Float64Array,
  { empty, whole }: Ends,
): FaithfulnessPoint[] {
  const meanOf = (losses: ArrayLike<number>) =>
    shares.reduce((sum, share, row) => sum + share * losses[row]!, 0);
  const floor = meanOf(empty);
  const range = meanOf(whole) - floor;
  const isDistinct = Math.abs(range) > ROUNDING * Math.abs(floor);
  return measured.map(({ losses, ...point }) => ({
    ...point,
    faithfulness: isDistinct ? (meanOf(losses) - floor) / range : undefined,
    ahead: shares.reduce((sum, share, row) => sum + (losses[row]! < 0 ? share : 0), 0),
  }));
}

/**
 * Areas by trapezoids between the points, without one at 0: a circuit that is as faithful as the whole at every one
 * of MIB's sizes has CPR 0.999 and CMD 0; one that is not at any but the last 0.25 and 0.749.
 *
 * @param edges how many the graph has
 */
export function curveAreas(
  points: readonly FaithfulnessPoint[],
  edges: number,
  axis: CurveAxis,
): CurveAreas {
  const xs = points.map(({ fraction, size }) => (axis === "nominal" ? fraction : size / edges));
  const faithful = points.map(({ faithfulness }) => faithfulness);
  const logs = points.map(({ fraction, size }) =>
    Math.log(axis === "nominal" ? fraction : Math.max(1, size) / edges),
  );
  const width = logs.length === 0 ? 0 : logs.at(-1)! - logs[0]!;
  const known = faithful.filter((f) => f !== undefined);
  const defined = known.length > 0 && known.length === points.length ? known : undefined;
  return {
    cpr: defined && trapezoids(xs, defined),
    cmd:
      defined &&
      trapezoids(
        xs,
        defined.map((f) => Math.abs(1 - f)),
      ),
    accAuc:
      width === 0
        ? undefined
        : trapezoids(
            logs,
            points.map(({ ahead }) => ahead),
          ) / width,
  };
}
