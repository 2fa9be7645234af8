import { type Circuit, circuitOf } from "./circuit.ts";
import { components, topComponents } from "./components.ts";
import type { ComputationalGraph } from "./graph.ts";
import type { ScoreMap } from "./merge.ts";
import { parseEdge } from "./node.ts";
import { pruneCircuit } from "./paths.ts";
import { assertScored, type Positives } from "./positives.ts";
import type { RocPoint } from "./roc.ts";
import { greedyOrder, takeLargest } from "./select.ts";

/** The shares of all edges at which MIB (Mueller et al. 2025) looks at a ranking. */
export const MIB_FRACTIONS: readonly number[] = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1,
];

/** A circuit that a ranking gives for a share of all that it ranks. */
export interface BudgetCircuit {
  /** The share of all edges, or of all heads and MLPs, that was asked for. */
  readonly fraction: number;
  /** How many of them these are. */
  readonly budget: number;
  /** Without the edges that lie on no path: often far fewer. */
  readonly circuit: Circuit;
}

/**
 * How edges are chosen for a size: `top`, those with the largest scores, or `greedy`, grown
 * from the output backwards.
 */
export type BudgetSelect = "top" | "greedy";

/** How circuits are made of a ranking. */
export interface BudgetOptions {
  /** Rank by |score|. Default false. */
  readonly absolute?: boolean;
  /** Default `top`. */
  readonly select?: BudgetSelect;
  /** Whether a share of all edges is rounded to their number `down` or `up`. Default `down`. */
  readonly round?: "down" | "up";
  /** Default {@link MIB_FRACTIONS}. */
  readonly fractions?: readonly number[];
}

/**
 * The pruned circuits of a ranking at shares of all edges, as MIB has them: of `⌊share·E⌋` edges where their
 * faithfulness is measured, of `⌈share·E⌉` for its AUROC. Equal scores are taken in the order in which they stand in
 * `scores`.
 *
 * @param scores of all edges of a graph
 */
export function circuitsAtBudgets(
  scores: ScoreMap,
  {
    absolute = false,
    select = "top",
    round = "down",
    fractions = MIB_FRACTIONS,
  }: BudgetOptions = {},
): BudgetCircuit[] {
  const ranking = absolute ? sizesOf(scores) : scores;
  const rounded = round === "up" ? Math.ceil : Math.floor;
  const budgets = fractions.map((fraction) => rounded(fraction * scores.size));
  const most = Math.max(0, ...budgets);
  const order =
    select === "greedy" ? greedyOrder(ranking, most) : takeLargest(ranking, most, "edges").taken;
  return fractions.map((fraction, i) => {
    const budget = budgets[i]!;
    const circuit = pruneCircuit(circuitOf(order.slice(0, budget).map(parseEdge)));
    return { fraction, budget, circuit };
  });
}

/**
 * The same of scores of nodes: the shares are of all heads and MLPs, and a circuit is all edges between the
 * `⌊share·N⌋` with the largest scores, the embeddings and the output, of which no ranking of nodes has a score.
 *
 * @param scores of all nodes at head granularity: see `componentScores`
 */
export function circuitsAtNodeBudgets(
  scores: ScoreMap,
  graph: ComputationalGraph,
  {
    absolute = false,
    fractions = MIB_FRACTIONS,
  }: Pick<BudgetOptions, "absolute" | "fractions"> = {},
): BudgetCircuit[] {
  const ranking = absolute ? sizesOf(scores) : scores;
  const count = components(graph).length;
  return fractions.map((fraction) => {
    const budget = Math.floor(fraction * count);
    const { circuit } = topComponents(ranking, budget, graph);
    return { fraction, budget, circuit: pruneCircuit(circuit) };
  });
}

const sizesOf = (scores: ScoreMap): ScoreMap =>
  new Map(Array.from(scores, ([text, score]) => [text, Math.abs(score)]));

/** The AUROC of {@link mibAuroc}, and the points that it is the area under. */
export interface MibAuroc {
  readonly auroc: number;
  readonly points: readonly RocPoint[];
}

/**
 * The AUROC by MIB's protocol: circuits grown by |score| at ten budgets and pruned, one point of rates for each, the
 * area by trapezoids with false positive rates divided by the last one.
 *
 * Not on the scale of `exactAuroc`: there is no point at (0, 0), and the way from half of the edges to all of
 * them is a single trapezoid, so that a perfect ranking has a little less than 1, its exact opposite about ¼, and
 * scores at random a little more than ½. Scores that only make queries and keys rank low gain where the truth has
 * none of them. Ties are taken in the order of `scores`. `undefined` if there are no positives or no negatives.
 *
 * @param anchor `zero` puts a point at (0, 0); MIB has none
 * @param absolute whether scores rank by their size, as there; false for numbers that are a ranking themselves
 */
export function mibAuroc(
  scores: ScoreMap,
  positives: Positives,
  {
    anchor = "none",
    absolute = true,
  }: { readonly anchor?: "none" | "zero"; readonly absolute?: boolean } = {},
): MibAuroc | undefined {
  const found = assertScored(scores, positives);
  const negatives = scores.size - found;
  if (found === 0 || negatives === 0) return undefined;
  const circuits = circuitsAtBudgets(scores, { absolute, select: "greedy", round: "up" });
  const own = circuits.map(({ circuit }): RocPoint => {
    const kept = [...circuit.edges.keys()];
    const right = kept.filter((text) => positives.has(text)).length;
    return { fpr: (kept.length - right) / negatives, tpr: right / found };
  });
  const points = anchor === "zero" ? [{ fpr: 0, tpr: 0 }, ...own] : own;
  const last = points.at(-1)!.fpr;
  const xs = points.map(({ fpr }) => (last === 0 ? fpr : fpr / last));
  return {
    auroc: trapezoids(
      xs,
      points.map(({ tpr }) => tpr),
    ),
    points,
  };
}

/** The area under a line through points: `Σ (x_i − x_{i−1})·(y_i + y_{i−1})/2`. */
export function trapezoids(xs: readonly number[], ys: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < xs.length; i++) area += ((xs[i]! - xs[i - 1]!) * (ys[i]! + ys[i - 1]!)) / 2;
  return area;
}
