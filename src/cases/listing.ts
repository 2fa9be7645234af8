import type { Case } from "./case.ts";
import { compiledIfAny } from "./compile-case.ts";
import { DIMENSIONS, type SizesRow } from "./dimensions.generated.ts";
import { compressedDimensions, type Dimensions, lowLevelConfig } from "./low-level.ts";
import { storedRow } from "./registry.ts";

/** The sizes of the compiled transformer of a case and of the one to be trained. */
export interface CaseDimensions {
  /** `undefined` where nothing is compiled. */
  readonly hl: Dimensions | undefined;
  readonly ll: Dimensions;
}

/** What a list of cases says about each. */
export interface CaseListing extends CaseDimensions {
  readonly id: string;
  readonly task: string;
  readonly categorical: boolean;
  readonly causal: boolean;
  readonly trivial: boolean;
  /** With BOS. */
  readonly maxSeqLen: number;
  /** Without BOS and PAD. */
  readonly vocabSize: number;
}

/** A case in a list. Those of the catalogue are not compiled: their sizes are stored. */
export function listCase(case_: Case): CaseListing {
  const { id, task, categorical, causal, trivial, maxSeqLen, vocab } = case_;
  const { hl, ll } = storedDimensions(case_) ?? computeDimensions(case_);
  const vocabSize = vocab.length;
  return Object.freeze({ id, task, categorical, causal, trivial, maxSeqLen, vocabSize, hl, ll });
}

function storedDimensions(case_: Case): CaseDimensions | undefined {
  const row = storedRow(DIMENSIONS, case_);
  if (row === undefined || case_.kind !== "rasp") return undefined;
  const hl = dimensionsFrom(row);
  return Object.freeze({ hl, ll: compressedDimensions(case_, hl) });
}

function dimensionsFrom([nLayers, nHeads, dModel, dHead, dMlp]: SizesRow): Dimensions {
  return Object.freeze({ nLayers, nHeads, dModel, dHead, dMlp });
}

/** The sizes of a case, by compiling it if it is a program. */
export function computeDimensions(case_: Case): CaseDimensions {
  const compiled = compiledIfAny(case_);
  const ll = dimensionsOf(lowLevelConfig(case_, {}, compiled));
  return Object.freeze({ hl: compiled && dimensionsOf(compiled.config), ll });
}

function dimensionsOf({ nLayers, nHeads, dModel, dHead, dMlp }: Dimensions): Dimensions {
  return Object.freeze({ nLayers, nHeads, dModel, dHead, dMlp });
}
