import {
  type Case,
  lowLevelConfig,
  publishedConfig,
  shapeNames,
  withShape,
} from "../cases/index.ts";
import type { TransformerConfig } from "../transformer/index.ts";

/** What tells transformers of different cases apart: vocabulary and shape. */
const SIZES = [
  "dVocab",
  "dVocabOut",
  "nCtx",
  "nLayers",
  "nHeads",
  "dModel",
  "dHead",
  "dMlp",
] as const satisfies readonly (keyof TransformerConfig)[];

/** The sizes that inputs and outputs of a case decide. */
export const INTERFACE_SIZES = ["dVocab", "dVocabOut", "nCtx"] as const;

/** A case in all of its shapes, in the one it has first. */
export const inAllShapes = (case_: Case): readonly Case[] => [
  case_,
  ...shapeNames(case_).map((name) => withShape(case_, name)),
];

/** The case in that of its shapes whose inputs a transformer takes and whose outputs it gives, if there is one. */
export function inShapeOf(case_: Case, config: TransformerConfig): Case | undefined {
  return inAllShapes(case_).find((shaped) => {
    const expected = lowLevelConfig(shaped);
    return INTERFACE_SIZES.every((size) => config[size] === expected[size]);
  });
}

/** Whether a transformer has the vocabulary and the shape of the published one of a case. */
export function isLike(case_: Case, config: TransformerConfig): boolean {
  const published = publishedConfig(case_);
  return SIZES.every((size) => published[size] === config[size]);
}
