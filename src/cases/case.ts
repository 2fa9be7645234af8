import type { EdgeTexts } from "../circuit/index.ts";
import type { RaspValue, SOp } from "../rasp/index.ts";
import type { OutputPositions, TransformerConfig } from "../transformer/index.ts";
import type { CaseRecipe, FastChanges } from "./recipe.ts";
import type { Corruption, Sampler } from "./sampler.ts";
import type { WordOptions } from "./vocabulary.ts";

/** The token every input begins with. */
export const BOS = "BOS";
/** The token short inputs are filled up with. */
export const PAD = "PAD";

/** What can be filtered by: the facts of a case as words. */
export type CaseTag =
  | "trivial"
  | "causal"
  | "bidirectional"
  | "categorical"
  | "regression"
  | "published"
  | "caveat";

/** How much smaller than the compiled transformer the one to be trained is. */
export interface LowLevelFacts {
  /** What the width of heads (or of the residual stream) is divided by; default 2. */
  readonly compressionRatio: number;
  /**
   * Whether the residual stream is compressed and heads share it out (default false), instead of
   * heads being compressed and the residual stream holding them side by side.
   */
  readonly compressResidual: boolean;
}

/** What of the shape of a transformer that has been published is other than derived, or its name. */
export type PublishedShape =
  | Partial<Pick<TransformerConfig, "dModel" | "dHead" | "dMlp" | "nCtx" | "dVocab" | "dVocabOut">>
  | string;

/** A node of the transformer to be trained that stands for a variable: layer, and head or MLP. */
export interface LowLevelPlace {
  readonly layer: number;
  readonly head: number | "mlp";
}

/** Positions of inputs that begin with BOS, where nothing is asked for. */
export type CaseOutputPositions = Exclude<OutputPositions, "all">;

/** What all cases have in common: their inputs, what counts of their outputs, and how they are trained. */
interface CaseFacts {
  /** What it is called everywhere: `"3"`. */
  readonly id: string;
  /** What is to be computed, in one sentence. */
  readonly task: string;
  /** The tokens, sorted, without BOS and PAD. */
  readonly vocab: readonly RaspValue[];
  /** Given if the words of the vocabulary are drawn at random: how. */
  readonly drawnWords: WordOptions | undefined;
  /** The shortest input of variable length, with BOS; default that of listed inputs, else 4. */
  readonly minSeqLen: number;
  /** The longest input, with BOS; default 10. */
  readonly maxSeqLen: number;
  /**
   * Whether positions see themselves and earlier ones only, in the transformers and wherever a
   * program is run ({@link CaseProgram}); default false, as in RASP.
   */
  readonly causal: boolean;
  /** Whether the output is a class; else it is a number. Default true. */
  readonly categorical: boolean;
  /**
   * The positions whose outputs count, BOS being position 0, which has none: all others, the last, or
   * some; default all others.
   */
  readonly outputPositions: CaseOutputPositions;
  /** Whether the original calls the case trivial: its circuit says little; default false. */
  readonly trivial: boolean;
  /** The facts above as words, and whether models are published and caveats known. */
  readonly tags: readonly CaseTag[];
  /** What users should know before they rely on the case. */
  readonly caveats: readonly string[];
  /** The shape of the published model, where it is another than that of the model to be trained. */
  readonly publishedShape: PublishedShape | undefined;
  /**
   * The id under which the original knew it before it exchanged some ids; files published before have
   * it, and the case that has this id today was called by the id of this one.
   */
  readonly formerId: string | undefined;
  /** Which sequences of tokens are inputs; `undefined` for all of them. */
  readonly inputs: CaseInputs | undefined;
  /** Draws balanced inputs where uniform ones would nearly all have the same output. */
  readonly sampler: Sampler | undefined;
  /** Makes the corrupted input of an input; `undefined` for another input of the case. */
  readonly corrupt: Corruption | undefined;
  /** Ways of corrupting inputs by name, the first of which is `corrupt`; often there are none. */
  readonly corruptions: Readonly<Record<string, Corruption>>;
  /** Training arguments: those of the published model, or recommended ones. */
  readonly recipe: CaseRecipe;
  /** What it needs other than most cases where it is trained in the least time; often nothing. */
  readonly fast: FastChanges;
  /** Where its compiled transformer was seen to disagree with its program; empty if nowhere. */
  readonly warnings: readonly CaseWarning[];
}

/** A case whose causal model is a RASP program, compiled to a transformer. */
export interface RaspCase extends CaseFacts {
  readonly kind: "rasp";
  /** Builds the program; every call gives a new graph that means the same. */
  readonly program: () => SOp;
  readonly lowLevel: LowLevelFacts;
  /**
   * For each variable (by label) the places that implement it, where they are others than in the
   * compiled transformer. Either `undefined` or complete.
   */
  readonly places: CasePlaces | undefined;
  /** How steep the steps of compiled MLPs on numbers are (`CompileOptions`); default 100. */
  readonly mlpExactness: number;
}

/** A case whose causal model is a set of functions, one for each variable. */
export interface FunctionCase extends CaseFacts {
  readonly kind: "functions";
  /** The variables by name, in order of execution. */
  readonly variables: CaseVariables;
  /** The name of the variable that is the output. */
  readonly output: string;
  /** What the output can be, in the order of class ids; `undefined` for numbers. */
  readonly classes: readonly RaspValue[] | undefined;
  /** The places that implement each variable; no two variables share one. */
  readonly places: CasePlaces;
  readonly shape: LowLevelShape;
  /** The ids of tokens and classes; `undefined` for their places in vocabulary and `classes`. */
  readonly ids: GivenIds | undefined;
  /** All shapes that it can be asked for in ({@link withShape}), by name; `{}` where there is one. */
  readonly shapes: Readonly<Record<string, NamedShape>>;
  /** Which of `shapes` it has; the first, unless it was asked for in another. */
  readonly shapeName: string | undefined;
  /** The circuit of a trained transformer, where it is another than variables and places say. */
  readonly truth: readonly EdgeTexts[] | undefined;
  /** What others hold to be its circuit, by name; often there is none. */
  readonly otherTruths: Readonly<Record<string, readonly EdgeTexts[]>>;
  /** The wrong answer to an input that logit differences compare the right one with. */
  readonly foil: Foil | undefined;
}

/** Gives, for an input without BOS and PAD, one of the classes of a case. */
export type Foil = (input: readonly RaspValue[]) => RaspValue;

/**
 * A benchmark case: a computation whose variables are known, its inputs, and what is to be trained to
 * implement it.
 *
 * A value; everything else (weights, circuits, data) is derived from it by functions.
 */
export type Case = RaspCase | FunctionCase;

/** For each variable the places that implement it. */
export type CasePlaces = Readonly<Record<string, readonly LowLevelPlace[]>>;

/** The values of the tokens and of variables on one input, by name: `[pos]` each, without BOS. */
export interface VariableValues {
  readonly [name: string]: readonly RaspValue[];
}

/** A variable of a causal model as a function of what it reads. */
export interface CaseVariable {
  /** `tokens`, and the names of other variables. */
  readonly reads: readonly string[];
  /**
   * Its value at every token of an input, from those of what it reads. Depends on nothing else and
   * changes nothing; it is also called with values that belong to different inputs.
   */
  readonly compute: (values: VariableValues) => readonly RaspValue[];
}

/** Variables by name. */
export type CaseVariables = Readonly<Record<string, CaseVariable>>;

/**
 * The shape of a transformer to be trained, but for what the inputs and outputs decide. Defaults:
 * dModel = nHeads·dHead, dMlp = 4·dModel, exact GELU, no normalization, σ of the initial weights
 * 0.8/√dModel, as many positions as the longest input has.
 */
export type LowLevelShape = Pick<TransformerConfig, "nLayers" | "nHeads" | "dHead"> &
  Partial<Omit<TransformerConfig, "dVocab" | "dVocabOut" | "attentionDir">>;

/**
 * Ids of a vocabulary of which a case uses some tokens. Tokens and classes are texts then, and all
 * inputs have full length: there is no PAD.
 */
export interface GivenIds {
  /** How many ids there are. */
  readonly size: number;
  /** The id of BOS, which may be that of a token, too. */
  readonly bos: number;
  /** The id of every token and class. */
  readonly of: Readonly<Record<string, number>>;
}

/** What is other about a case in one of its shapes. */
export interface NamedShape {
  readonly shape: LowLevelShape;
  readonly ids: GivenIds | undefined;
}

/**
 * The inputs that a case is for, without BOS: a list of them, a test that sequences of tokens
 * pass, or numbered ones.
 */
export type CaseInputs =
  | readonly (readonly RaspValue[])[]
  | ((input: readonly RaspValue[]) => boolean)
  | NumberedInputs;

/**
 * Inputs that are made when they are asked for: too many to be written down, too special to be found
 * by a test. All of them have full length.
 */
export interface NumberedInputs {
  /** How many there are. */
  readonly count: number;
  /** The input with a number from 0 to `count − 1`; other numbers, other inputs. */
  at(number: number): readonly RaspValue[];
  /** Whether a sequence of tokens is one of them. */
  has(input: readonly RaspValue[]): boolean;
}

/** What the user of a case must know before relying on it. */
export interface CaseWarning {
  readonly code: "W_CASE_DISAGREES" | "W_CASE_STOPS";
  readonly message: string;
}
