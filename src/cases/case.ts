import { InterpBenchError } from "../errors/index.ts";
import {
  compareValues,
  isRaspValue,
  isTuple,
  type RaspValue,
  type SOp,
  showValue,
  uniqueValues,
} from "../rasp/index.ts";
import { type CaseRecipe, DEFAULT_RECIPE } from "./recipe.ts";
import type { Sampler } from "./sampler.ts";
import type { Vocabulary, WordOptions } from "./vocabulary.ts";

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

/** Widths of a transformer that has been published. */
export interface PublishedWidths {
  readonly dModel: number;
  readonly dHead: number;
  readonly dMlp: number;
}

/** A node of the transformer to be trained that stands for a variable: layer, and head or MLP. */
export interface LowLevelPlace {
  readonly layer: number;
  readonly head: number | "mlp";
}

/**
 * A benchmark case: a program, its inputs, and what is to be trained to implement it.
 *
 * A value; everything else (weights, circuits, data) is derived from it by functions.
 */
export interface Case {
  /** What it is called everywhere: `"3"`. */
  readonly id: string;
  /** What the program computes, in one sentence. */
  readonly task: string;
  /** Builds the program; every call gives a new graph that means the same. */
  readonly program: () => SOp;
  /** The tokens, sorted, without BOS and PAD. */
  readonly vocab: readonly RaspValue[];
  /** Given if the words of the vocabulary are drawn at random: how. */
  readonly drawnWords: WordOptions | undefined;
  /** The shortest input of variable length, with BOS; default 4. */
  readonly minSeqLen: number;
  /** The longest input, with BOS; default 10. */
  readonly maxSeqLen: number;
  /** Whether the transformers attend to earlier positions only; default true. */
  readonly causal: boolean;
  /** Whether the output is a class; else it is a number. Default true. */
  readonly categorical: boolean;
  /** Whether the original calls the case trivial: its circuit says little; default false. */
  readonly trivial: boolean;
  /** The facts above as words, and whether models are published and caveats known. */
  readonly tags: readonly CaseTag[];
  /** What users should know before they rely on the case. */
  readonly caveats: readonly string[];
  readonly lowLevel: LowLevelFacts;
  /** The widths of the published model, where they are others than `lowLevel` gives. */
  readonly publishedWidths: PublishedWidths | undefined;
  /**
   * For each variable (by label) the places that implement it, where they are others than in the
   * compiled transformer. Either `undefined` or complete.
   */
  readonly places: Readonly<Record<string, readonly LowLevelPlace[]>> | undefined;
  /** Draws balanced inputs where uniform ones would nearly all have the same output. */
  readonly sampler: Sampler | undefined;
  /** Training arguments: those of the published model, or recommended ones. */
  readonly recipe: CaseRecipe;
}

/** A case as its author writes it: what is left out takes the defaults named in {@link Case}. */
export interface CaseDefinition {
  readonly id: string;
  readonly task: string;
  readonly program: () => SOp;
  /** Tokens in any order, or a vocabulary that knows how its words are drawn. */
  readonly vocab: readonly RaspValue[] | Vocabulary;
  readonly minSeqLen?: number;
  readonly maxSeqLen?: number;
  readonly causal?: boolean;
  readonly categorical?: boolean;
  readonly trivial?: boolean;
  readonly caveats?: readonly string[];
  readonly compressionRatio?: number;
  readonly compressResidual?: boolean;
  readonly publishedWidths?: PublishedWidths | undefined;
  readonly places?: Readonly<Record<string, readonly LowLevelPlace[]>> | undefined;
  readonly sampler?: Sampler | undefined;
  readonly recipe?: CaseRecipe;
}

/**
 * A case from its definition, with defaults, checked and frozen. The program is not built.
 *
 * @throws InterpBenchError `E_CASE` for an empty id or task, a vocabulary without order or with
 *   BOS or PAD, impossible lengths or ratios
 */
export function defineCase(definition: CaseDefinition): Case {
  const { id, task, program, sampler, places, publishedWidths } = definition;
  const { causal = true, categorical = true, trivial = false, caveats = [] } = definition;
  const { minSeqLen = 4, maxSeqLen = 10, recipe = DEFAULT_RECIPE } = definition;
  const { compressionRatio = 2, compressResidual = false } = definition;
  const { vocab } = definition;
  const { values, drawnWords } = isTuple(vocab) ? { values: vocab, drawnWords: undefined } : vocab;

  check(id !== "" && id === id.trim().toLowerCase(), id, "id", "lower case without spaces", id);
  check(task.trim() !== "", id, "task", "a sentence", task);
  const wholeLengths = Number.isInteger(minSeqLen) && Number.isInteger(maxSeqLen);
  check(
    wholeLengths && minSeqLen >= 2 && minSeqLen <= maxSeqLen,
    id,
    "lengths",
    "whole numbers with 2 ≤ minSeqLen ≤ maxSeqLen (BOS included)",
    `${minSeqLen} and ${maxSeqLen}`,
  );
  check(compressionRatio > 0, id, "compressionRatio", "above 0", String(compressionRatio));
  const isPublished = recipe.origin === "published";
  const tags: (CaseTag | false)[] = [
    trivial && "trivial",
    causal ? "causal" : "bidirectional",
    categorical ? "categorical" : "regression",
    isPublished && "published",
    caveats.length > 0 && "caveat",
  ];
  return Object.freeze({
    id,
    task,
    program,
    vocab: sortedVocab(id, values),
    drawnWords,
    minSeqLen,
    maxSeqLen,
    causal,
    categorical,
    trivial,
    tags: Object.freeze(tags.filter((tag) => tag !== false)),
    caveats: Object.freeze([...caveats]),
    lowLevel: Object.freeze({ compressionRatio, compressResidual }),
    publishedWidths,
    places,
    sampler,
    recipe,
  });
}

function sortedVocab(id: string, values: readonly RaspValue[]): readonly RaspValue[] {
  const tokens = uniqueValues(values);
  for (const token of tokens) {
    const isToken = isRaspValue(token) && token !== null && token !== BOS && token !== PAD;
    check(isToken, id, "vocab", "no null, BOS or PAD", showValue(token));
    const other = tokens.find((t) => compareValues(t, token) === undefined);
    const received = other === undefined ? "" : `${showValue(other)} and ${showValue(token)}`;
    check(other === undefined, id, "vocab", "tokens that can be sorted", received);
  }
  check(tokens.length > 0, id, "vocab", "at least one token", "none");
  return Object.freeze(tokens.sort((a, b) => compareValues(a, b)!));
}

function check(holds: boolean, id: string, at: string, expected: string, received: string): void {
  if (holds) return;
  throw new InterpBenchError("E_CASE", `case "${id}" is badly defined`, { at, expected, received });
}
