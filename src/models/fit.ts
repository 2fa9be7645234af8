import { type Case, publishedConfig } from "../cases/index.ts";
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

/** Whether a transformer has the vocabulary and the shape of the published one of a case. */
export function isLike(case_: Case, config: TransformerConfig): boolean {
  const published = publishedConfig(case_);
  return SIZES.every((size) => published[size] === config[size]);
}
