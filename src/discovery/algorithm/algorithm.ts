import type { z } from "zod";
import type { Circuit, Granularity } from "../../circuit/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { PaceOptions } from "../../interventions/index.ts";
import { assertTask, type DiscoveryTask } from "../task/task.ts";
import { parseOptions } from "./options.ts";
import type { EdgeScores } from "./scores.ts";
import type { SelectedCircuit } from "./selection.ts";
import type { Setting } from "./settings.ts";

/** Where an algorithm that takes long keeps its state, as JSON data, to go on after any end. */
export interface DiscoveryCheckpoint {
  /** What `decode` makes of the newest stored state that it does not throw on. */
  restore<T>(decode: (state: unknown) => T): T | undefined;
  /** An opportunity to store, to be given often; `state` is called when it is time. */
  offer(state: () => object): void;
  /** Stores now. */
  save(state: object): void;
}

/** Where an algorithm runs, whom it tells, and how it is stopped. */
export interface DiscoveryContext extends PaceOptions {
  readonly backend: Backend;
  /** Where its state is kept, of this task and these options. Default: nowhere. */
  readonly checkpoint?: DiscoveryCheckpoint;
}

/** Facts about a discovery that help to judge it. */
export interface Diagnostics {
  /** Forward passes over all rows (ACDC and `exact`: of the end of the transformer only). */
  readonly evaluations: number;
  /** Backward passes over all rows. */
  readonly backwardPasses: number;
  /**
   * The only circuit's distance from the whole transformer, all other edges cut: the `faithfulness`
   * loss (KL divergence in nats, or mean squared difference). `undefined` without one circuit.
   */
  readonly faithfulness: number | undefined;
  /** ACDC with one threshold: the smallest distance of a decision from it. */
  readonly closestDecision?: number | undefined;
}

/** The circuit that was found with one setting. */
export interface Finding extends SelectedCircuit {
  /** Its distance from the whole transformer: see {@link Diagnostics}. */
  readonly faithfulness: number;
  /** ACDC: the smallest distance of a decision from its threshold. */
  readonly closestDecision?: number;
}

/** What an algorithm found. */
export interface Discovery {
  /** A circuit for each setting that was asked for; none if only scores were. */
  readonly findings: readonly Finding[];
  /** The edges that were kept, if there was one setting. */
  readonly circuit: Circuit | undefined;
  /** A score for every edge of the graph; larger means more likely in the circuit. */
  readonly scores: EdgeScores;
  /**
   * What ranks the edges: the scores, or what they were made of where those are only two (ACDC at one
   * threshold keeps exactly the edges whose effect is large enough).
   */
  readonly ranking: EdgeScores;
  /**
   * By how much cutting each edge raises the loss, measured or estimated, with its sign.
   * `undefined` if the algorithm does not look at that.
   */
  readonly effects: EdgeScores | undefined;
  readonly diagnostics: Diagnostics;
}

/** What an algorithm returns: circuits with more than one setting, and a finer ranking, if it has them. */
export type DiscoveryParts = Omit<Discovery, "findings" | "ranking"> &
  Partial<Pick<Discovery, "findings" | "ranking">>;

/**
 * How far an algorithm can be trusted. `verified`: its numbers equal the original's on the named
 * cases, which a test holds it to. `experimental`: implemented from its paper. `baseline`: something
 * to compare others with.
 */
export interface Maturity {
  readonly tier: "verified" | "experimental" | "baseline";
  /** Ids of the cases. */
  readonly verifiedOn: readonly string[];
}

/** Where an algorithm was published. */
export interface Reference {
  readonly text: string;
  readonly url: string;
}

/** What an algorithm finds. */
export type Product = "scores" | "circuit";

/**
 * How the sweep of the InterpBench paper over 19 values of an option is had: from the scores, which
 * give the circuit of every threshold, or by running the algorithm with each value.
 */
export interface PaperSweep {
  readonly option: Setting["name"];
  readonly from: "scores" | "runs";
}

/** How an algorithm is written down. */
export interface AlgorithmDefinition<Options extends z.ZodObject> {
  /** What it is called in commands and results: `acdc`. */
  readonly name: string;
  readonly title: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** `undefined` for baselines. */
  readonly reference: Reference | undefined;
  readonly maturity: Maturity;
  /** All options with defaults, units and descriptions. */
  readonly options: Options;
  /** How finely it tells readers apart. */
  readonly granularity: Granularity;
  /** `undefined` where the paper's grid means nothing. */
  readonly paperSweep?: PaperSweep;
  /** What a score is, in a few words, under some options: `size of the effect`. Default: `score`. */
  readonly scoreName?: (options: z.output<Options>) => string;
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
export interface Algorithm<Options extends z.ZodObject = z.ZodObject>
  extends Omit<AlgorithmDefinition<Options>, "discover"> {
  /**
   * Finds the circuit of a task. The same task and options give the same result, bit for bit, on
   * the same backend.
   *
   * Rejects with `E_TASK` for a task that does not fit together, `E_OPTION` for options that are
   * unknown or wrong, `E_NUMBER` when the transformer's outputs are not finite, and with the
   * signal's reason when it is stopped.
   */
  discover(
    task: DiscoveryTask,
    options: z.input<Options>,
    context: DiscoveryContext,
  ): Promise<Discovery>;
}

/** Makes an algorithm of its definition: tasks and options are checked before it sees them. */
export function defineAlgorithm<Options extends z.ZodObject>(
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
      assertTask(task);
      const parts = await definition.discover(task, parsed, context);
      return { findings: [], ranking: parts.scores, ...parts };
    },
  });
}
