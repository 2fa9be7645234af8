import type * as z from "zod/mini";
import {
  assertScores,
  type BudgetSelect,
  fullGraph,
  type Granularity,
  type GraphShape,
  graphCircuit,
  headCircuit,
  type ScoreMap,
} from "../../circuit/index.ts";
import { InterpBenchError, type ObjectSchema } from "../../errors/index.ts";
import { turns } from "../../interventions/index.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import type { Advice } from "./advice.ts";
import { assertParts } from "./assert-parts.ts";
import { taskUnder } from "./common-options.ts";
import type { DiscoveryContext } from "./context.ts";
import type { Discovery, DiscoveryParts, PaperSweep, Ranked } from "./discovery.ts";
import type { Cost, Maturity, Reference } from "./facts.ts";
import type { Watchable } from "./moments.ts";
import { assertNeeds, type Needs } from "./needs.ts";
import { parseOptions } from "./options.ts";
import type { OriginalFlag } from "./original-flags.ts";
import type { SelectionWays } from "./selection-options.ts";

/** What an algorithm finds. */
export type Product = "scores" | "circuit";

/** Which of an algorithm's numbers is its ranking, under some options. */
export interface Ranking {
  /** Default: the scores. */
  readonly by?: "scores" | "effects";
  /** What files and pictures show beside it: what was measured, with its sign. Default: the ranking. */
  readonly shown?: "scores" | "effects";
  /** What the numbers that rank are, in a few words: `size of the effect`. */
  readonly name: string;
}

/** An example of how to run an algorithm. */
export interface AlgorithmExample {
  /** Id of the case. Default 3. */
  readonly case?: string;
  /** On the compiled transformer instead of a trained one. */
  readonly compiled?: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  readonly summary: string;
}

/** How an algorithm is written down. */
export interface AlgorithmDefinition<Options extends ObjectSchema> {
  /** What it is called in commands and results: `acdc`. */
  readonly name: string;
  readonly title: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** `undefined` for baselines. */
  readonly reference: Reference | undefined;
  readonly maturity: Maturity;
  /**
   * What a score is, in a line or two: `Σ ⟨P(u) − C(u), ∂L/∂in(v)⟩` for an edge u → v, with C, P and Y what a
   * source carries in the clean run, ablated, and at present, and L the loss.
   */
  readonly formula?: string;
  /** For tables of costs. */
  readonly cost?: Cost;
  /** All options with defaults, units and descriptions. */
  readonly options: Options;
  /** What it ranks. Default: edges. */
  readonly ranks?: Ranked;
  /** Which of its numbers is the ranking. Default: the scores, called `score`. */
  readonly ranking?: (options: z.output<Options>) => Ranking;
  /** How finely it tells readers apart. */
  readonly granularity: Granularity;
  /** What it needs of a task. Default: nothing but clean inputs. */
  readonly needs?: Needs<Options>;
  /** How a circuit is asked for, where there is none unless one is. */
  readonly selection?: SelectionWays;
  /** How circuits of a size are made of its ranking of edges when these are measured. Default: the largest scores. */
  readonly select?: BudgetSelect;
  /** `undefined` where the paper's grid means nothing. */
  readonly paperSweep?: (options: z.output<Options>) => PaperSweep;
  /** Why nothing or everything was found with a setting, and what to try; option names in `backticks`. */
  readonly advice?: Advice;
  /**
   * Whether it sees what the clean run alone does not show, where everything has the same effect; an
   * option's name, if that makes it.
   */
  readonly looksBeyondCleanRun?: boolean | (keyof z.output<Options> & string);
  /** What its work can be watched as, moment by moment. Default: not at all. */
  readonly watchable?: Watchable;
  /** How it is run, for help. */
  readonly examples?: readonly AlgorithmExample[];
  /** The original's names of ways to run it, and the options that are meant: `edge_sp`. */
  readonly originalNames?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Flags that the original has for it and that mean nothing here. */
  readonly originalFlags?: readonly OriginalFlag[];
  /** What it always gives, and what it may give. */
  readonly produces: readonly Product[];
  /** Is given a checked task and parsed options. */
  discover(
    task: DiscoveryTask,
    options: z.output<Options>,
    context: DiscoveryContext,
  ): Promise<DiscoveryParts>;
}

/** An algorithm that finds circuits: an immutable value. */
export interface Algorithm<Options extends ObjectSchema = ObjectSchema>
  extends Omit<AlgorithmDefinition<Options>, "discover"> {
  /**
   * Finds the circuit of a task. The same task and options give the same result, bit for bit, on
   * the same backend.
   *
   * Rejects with `E_TASK` for a task that does not fit together or does not have what the algorithm
   * needs, `E_OPTION` for options that are unknown or wrong, `E_LOSS` for a loss of other outputs, `E_NUMBER` when
   * the transformer's outputs are not finite, and with the signal's reason when it is stopped.
   */
  discover(
    task: DiscoveryTask,
    options: z.input<Options>,
    context: DiscoveryContext,
  ): Promise<Discovery>;
}

/** Makes an algorithm of its definition: task, options and needs are checked before it sees them. */
export function defineAlgorithm<Options extends ObjectSchema>(
  definition: AlgorithmDefinition<Options>,
): Algorithm<Options> {
  return Object.freeze({
    ...definition,
    discover: async (
      task: DiscoveryTask,
      options: z.input<Options>,
      context: DiscoveryContext,
    ): Promise<Discovery> => {
      const parsed = parseOptions(definition.options, options);
      const asked = taskUnder(task, parsed);
      assertTask(asked);
      assertNeeds(definition.name, definition.needs ?? {}, parsed, asked);
      const turn = turns(context.signal);
      const parts = await definition.discover(asked, parsed, { turn, ...context });
      assertParts(definition.name, parts, asked.transformer.config);
      return describedDiscovery(definition, parsed, parts, task.transformer.config);
    },
  });
}

/** What an algorithm returned, with what it says about it. `E_SCORE` for anything but a ranking. */
function describedDiscovery<Options extends ObjectSchema>(
  { ranks = "edges", ranking, select = "top", paperSweep, name }: AlgorithmDefinition<Options>,
  options: z.output<Options>,
  parts: DiscoveryParts,
  shape: GraphShape,
): Discovery {
  const { by = "scores", shown = by, name: rankedBy } = ranking?.(options) ?? { name: "score" };
  const numbersOf = (which: "scores" | "effects"): ScoreMap => {
    const numbers = parts[which];
    if (numbers !== undefined) return numbers;
    throw new InterpBenchError("E_SCORE", `the algorithm "${name}" has no effects to rank by`, {
      expected: `a number for each of the ${ranks}`,
      received: "none",
    });
  };
  const whole = ranks === "edges" ? graphCircuit(fullGraph(shape)) : headCircuit(shape);
  assertScores(numbersOf(by), whole[ranks], ranks);
  return {
    findings: [],
    ...parts,
    ranks,
    ranking: numbersOf(by),
    rankedBy,
    shown: numbersOf(shown),
    select,
    paperSweep: paperSweep?.(options),
  };
}
