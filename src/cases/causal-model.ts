import type { Node } from "../circuit/index.ts";
import type { Backend, Buffer, Values } from "../engine/index.ts";
import type { Pairs, Steps, ValueNumbers } from "../interventions/index.ts";

/** A variable of a causal model. */
export interface CausalVariable {
  /** Its name, such as `frac_prevs_1`. */
  readonly label: string;
  /**
   * What of the model holds it, and is exchanged with it: in a compiled transformer one head's
   * `attn.hook_result`, or `mlp.hook_post`, which may hold several; else the variable itself.
   */
  readonly node: Node;
}

/**
 * A computation whose variables are known: what a transformer is to implement. It gives outputs, and
 * the outputs it would give if a variable had its value on another input.
 *
 * A description; {@link CausalModel.load} makes it ready to run.
 */
export interface CausalModel {
  /** All variables, in order of execution. */
  readonly variables: readonly CausalVariable[];
  /** Whether outputs are classes; else numbers. */
  readonly categorical: boolean;
  /** The number of classes, or of numbers at each position. */
  readonly outputs: number;
  /** The number of token ids. */
  readonly dVocab: number;
  /** The longest input, BOS included. */
  readonly nCtx: number;
  load(inputs: CausalInputs): LoadedCausalModel;
}

/** The inputs a causal model runs on, and where. */
export interface CausalInputs {
  readonly backend: Backend;
  /** All inputs, `[row, pos]` token ids. */
  readonly tokens: Buffer;
  readonly positions: number;
  /** How many nodes will be exchanged, which share the memory there is; default 1. */
  readonly nodeCount?: number;
}

/** A causal model on a table of inputs. */
export interface LoadedCausalModel {
  /** Outputs on the inputs with these rows: class ids `[i, pos]`, or numbers `[i, pos, output]`. */
  run(rows: Uint32Array): Values;
  /** {@link LoadedCausalModel.run} in steps. */
  runInSteps(rows: Uint32Array): Steps<Values>;
  /** Prepares to number the values of a node. */
  numberValues(node: Node): ValueNumbers;
  /** Prepares to exchange a node between the inputs of some pairs, at some positions (default: all). */
  exchange(node: Node, pairs: Pairs, at?: readonly number[]): Exchange;
  dispose(): void;
}

/** Interventions on one node of a causal model over a list of pairs. */
export interface Exchange {
  /**
   * Outputs on the bases of the pairs with these numbers, with the node as on their sources: as those
   * of {@link LoadedCausalModel.run}.
   */
  outputs(numbers: Uint32Array): Values;
  /** {@link Exchange.outputs} in steps; not while others of this exchange are on their way. */
  outputSteps(numbers: Uint32Array): Steps<Values>;
  dispose(): void;
}
