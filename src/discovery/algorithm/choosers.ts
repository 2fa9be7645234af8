import {
  type ChosenEdges,
  type Circuit,
  greedyEdges,
  leadingToOutput,
  optimalEdges,
  type PositiveShare,
  positiveFirst,
  type RandomSelection,
  type ScoreMap,
  topEdges,
} from "../../circuit/index.ts";
import { InterpBenchError } from "../../errors/index.ts";

/** A way to choose a number of edges by their scores. */
interface Chooser {
  /** What it does, for help. */
  readonly summary: string;
  /** Whether it looks at the signs of effects, by default. */
  readonly defaultShare: number | undefined;
  /** How a random circuit is chosen that is compared with one chosen like this. */
  readonly random: NonNullable<RandomSelection["select"]>;
  /** The circuit of all edges above a threshold, if it can be chosen in this way, too. */
  readonly above: ((circuit: Circuit) => Circuit) | undefined;
  choose(
    scores: ScoreMap,
    count: number,
    positive: PositiveShare | undefined,
  ): ChosenEdges | Promise<ChosenEdges>;
}

/**
 * How a number of edges is chosen: the ones with the largest scores, or those that a growth from the output
 * backwards meets first, which all lead to the output (`apply_topn` and `apply_greedy` of EAP-IG and MIB); a share
 * of them for positive effects (PNR), or all of them at once by an integer program, so that each lies on a
 * path (both of the MIB shared task, 2025).
 */
export const CHOOSERS = {
  top: {
    summary: "those with the largest scores",
    defaultShare: undefined,
    random: "top",
    above: (circuit) => circuit,
    choose: topEdges,
  },
  greedy: {
    summary: "grown from the output backwards",
    defaultShare: undefined,
    random: "greedy",
    above: leadingToOutput,
    choose: greedyEdges,
  },
  pnr: {
    summary: "a share of them for those with the largest positive effects, then by score",
    defaultShare: 0.5,
    random: "top",
    above: undefined,
    choose: (scores, count, positive) => positiveFirst(scores, count, positive!),
  },
  ilp: {
    summary: "those on paths with the largest sum of scores, by the optional package highs",
    defaultShare: undefined,
    random: "greedy",
    above: undefined,
    choose: optimalEdges,
  },
} as const satisfies Readonly<Record<string, Chooser>>;

/** The name of a way to choose edges. */
export type Select = keyof typeof CHOOSERS;

/** The names of all ways to choose edges. */
export const SELECTS = Object.keys(CHOOSERS) as [Select, ...Select[]];

/** A way to choose edges, by name. */
export const chooserOf = (select: Select): Chooser => CHOOSERS[select];

/** What a chooser is told about signs. `E_OPTION` where it needs effects, and there are none. */
export function positiveOf(
  select: Select,
  share: number | undefined,
  effects: ScoreMap | undefined,
): PositiveShare | undefined {
  const wanted = share ?? chooserOf(select).defaultShare;
  if (wanted === undefined) return undefined;
  if (effects !== undefined) return { effects, share: wanted };
  throw new InterpBenchError("E_OPTION", "there are no effects of which some could be positive", {
    at: "select",
    expected: "top, greedy, or ilp without positiveShare, of an algorithm that measures no effects",
    received: select,
  });
}
