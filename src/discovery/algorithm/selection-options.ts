import * as z from "zod/mini";
import { CHOOSERS, chooserOf, SELECTS, type Select } from "./choosers.ts";
import { runOptions } from "./common-options.ts";
import { option } from "./options.ts";
import { pruneOption } from "./prune-option.ts";
import { oneOrMore, PAPER_GRID } from "./settings.ts";

/** What is selected, in the words of options, and the option with their number. */
interface Selected {
  readonly things: string;
  readonly option: string;
  readonly example: number;
}

const EDGES: Selected = { things: "edges", option: "edgeCount", example: 4 };
const NODES: Selected = { things: "heads and MLPs", option: "nodeCount", example: 2 };

/** How a circuit is asked for, of an algorithm that makes none unless it is told how. */
export interface SelectionWays {
  /** The options that do so, one of which is given: `edgeCount`, `K`, `to keep the K edges with …`. */
  readonly ways: readonly {
    readonly option: string;
    readonly symbol: string;
    readonly purpose: string;
  }[];
  /** One of them with a value, for examples. */
  readonly example: Readonly<Record<string, number>>;
}

const waysOf = ({ things, option, example }: Selected): SelectionWays => ({
  ways: [
    {
      option: "threshold",
      symbol: "T",
      purpose: `to keep the ${things} with a score above T`,
    },
    {
      option,
      symbol: "K",
      purpose: `to keep the K ${things} with the largest scores`,
    },
  ],
  example: { [option]: example },
});

/** How a circuit is asked for of an algorithm with {@link withSelection}. */
export const edgeSelection: SelectionWays = waysOf(EDGES);

/** How a circuit is asked for of an algorithm with {@link withNodeSelection}. */
export const nodeSelection: SelectionWays = waysOf(NODES);

const thresholdOption = ({ things }: Selected) =>
  option(
    z.optional(oneOrMore(z.number())),
    `Keep the ${things} whose score is above this; several values (or paper, for the paper's 19) give a circuit each`,
    { synonyms: PAPER_GRID, aliases: ["-t"] },
  );

const countOption = ({ things }: Selected) =>
  option(
    z.optional(oneOrMore(z.int().check(z.gte(0)), "one or more whole numbers of at least 0")),
    `Keep exactly so many ${things}, before any are pruned; several give a circuit each`,
    { unit: things },
  );

/** Those of all algorithms that score edges, made once. */
const EDGE_OPTIONS = {
  threshold: thresholdOption(EDGES),
  edgeCount: countOption(EDGES),
  select: option(
    z._default(z.enum(SELECTS), "top"),
    `How so many edges are chosen: ${SELECTS.map((way) => `${way}, ${CHOOSERS[way].summary}`).join("; ")}`,
    { origin: "InterpBench" },
  ),
  positiveShare: option(
    z.optional(z.number().check(z.gte(0), z.lte(1))),
    "Share of the chosen edges without which the loss rises (pnr, ilp)",
    { defaultText: `${CHOOSERS.pnr.defaultShare} with pnr, none asked for with ilp` },
  ),
  ...pruneOption,
  ...runOptions,
};

/**
 * The options of an algorithm that scores edges: those that make circuits of the scores, by
 * thresholds or by numbers of edges, and its own.
 */
export const withSelection = <Shape extends z.core.$ZodShape>(own: Shape) =>
  z.object({ ...EDGE_OPTIONS, ...own }).check(oneWay("edgeCount"), fittingWay);

/** Those of all algorithms that score nodes, made once. */
const NODE_OPTIONS = {
  threshold: thresholdOption(NODES),
  nodeCount: countOption(NODES),
  ...pruneOption,
  ...runOptions,
};

/**
 * The options of an algorithm that scores nodes: those that make circuits of the scores, by thresholds or
 * by numbers of nodes, and its own.
 */
export const withNodeSelection = <Shape extends z.core.$ZodShape>(own: Shape) =>
  z.object({ ...NODE_OPTIONS, ...own }).check(oneWay("nodeCount"));

const oneWay =
  (count: "edgeCount" | "nodeCount"): z.core.CheckFn<object> =>
  ({ value, issues }) => {
    const { threshold, [count]: number } = value as Selection & NodeSelection;
    if (threshold === undefined || number === undefined) return;
    issues.push({ code: "custom", input: value, message: `threshold or ${count}, not both` });
  };

/** Ways to choose edges that need a number of them, and options that other ways do not know. */
const fittingWay: z.core.CheckFn<object> = ({ value, issues }) => {
  const { threshold, select = "top", positiveShare } = value as Selection;
  const refuse = (message: string) => issues.push({ code: "custom", input: value, message });
  const takesThreshold = chooserOf(select).above !== undefined;
  if (threshold !== undefined && !takesThreshold) {
    refuse(`edgeCount, not threshold, with select ${select}`);
  }
  if (positiveShare !== undefined && takesThreshold) {
    refuse(`select pnr or ilp with positiveShare, not ${select}`);
  }
};

/** How circuits are made of scores, if at all: values of the options of {@link withSelection}. */
export interface Selection {
  readonly threshold?: number | readonly number[] | undefined;
  readonly edgeCount?: number | readonly number[] | undefined;
  readonly select?: Select | undefined;
  readonly positiveShare?: number | undefined;
  readonly prune?: boolean | undefined;
}

/** How circuits are made of scores of nodes: values of the options of {@link withNodeSelection}. */
export interface NodeSelection {
  readonly threshold?: number | readonly number[] | undefined;
  readonly nodeCount?: number | readonly number[] | undefined;
  readonly prune?: boolean | undefined;
}
