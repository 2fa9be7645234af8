import { defaultInitializerRange, type TransformerConfig } from "../../transformer/index.ts";
import type { FunctionCase } from "../case.ts";
import { classIds, tokenIds } from "../token-ids.ts";

/** What of a case of functions decides the shape of the transformer to be trained. */
export type ShapeFacts = Pick<
  FunctionCase,
  "shape" | "vocab" | "maxSeqLen" | "causal" | "classes" | "ids"
>;

/** The shape of the transformer to be trained, with the defaults of `LowLevelShape`. */
export function functionConfig(facts: ShapeFacts): TransformerConfig {
  const { shape, maxSeqLen, causal } = facts;
  const { dModel = shape.nHeads * shape.dHead } = shape;
  return Object.freeze({
    dModel,
    dMlp: 4 * dModel,
    nCtx: maxSeqLen,
    actFn: "gelu",
    normalization: "none",
    initializerRange: defaultInitializerRange(dModel),
    ...shape,
    dVocab: tokenIds(facts).size,
    dVocabOut: classIds(facts).size,
    attentionDir: causal ? "causal" : "bidirectional",
  });
}
