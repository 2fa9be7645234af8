import type { RaspValue } from "../../rasp/index.ts";
import type { ExactnessCheck } from "./exactness.ts";

/** How often a value comes, as a share of the positions where there is one. */
export interface OutputShare {
  readonly value: RaspValue;
  readonly share: number;
}

/** What a case outputs. */
export interface OutputFacts {
  /** How many different values there are. */
  readonly distinct: number;
  /** The most frequent ones, the first of which is what a guess that knows nothing says. */
  readonly frequent: readonly OutputShare[];
  /** The share of positions without a value. */
  readonly absent: number;
  /** Whether they follow from the token at their position and that position: no attention is needed. */
  readonly isLocal: boolean;
}

/** What a variable of a case does. */
export interface VariableFacts {
  readonly name: string;
  /**
   * The share of pairs of inputs in which the output of one, at a position that counts, is another with the
   * variable's value on the other.
   */
  readonly effect: number;
  /** Pairs that were tried: all where they are at most 4096. */
  readonly pairs: number;
  /** Whether it has one value at each position on all inputs. */
  readonly isConstant: boolean;
}

/** What is known about how good a case a program is. */
export interface CaseFacts {
  readonly case: string;
  readonly task: string;
  /** Whether all inputs of full length were looked at, and how many on which there is an output. */
  readonly exhaustive: boolean;
  readonly inputs: number;
  /** Inputs on which the program stops. */
  readonly stopped: number;
  /** `undefined` for a case that has no program. */
  readonly exactness: ExactnessCheck | undefined;
  readonly outputs: OutputFacts;
  readonly variables: readonly VariableFacts[];
  /** Nodes of the truth that no exchange of inputs can show: see `silentNodes`. */
  readonly silent: readonly string[];
}
