import { InterpBenchError } from "../../errors/index.ts";
import {
  assertConfig,
  defaultInitializerRange,
  type TransformerConfig,
} from "../../transformer/index.ts";
import type { FunctionCase } from "../case.ts";
import { badCase } from "../case-fault.ts";
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

/**
 * Throws `E_CASE` unless the shape of a definition is one of a transformer that takes its inputs.
 *
 * @param name as in `case "mine"`
 */
export function assertShape(facts: ShapeFacts, name: string): void {
  for (const key of ["nLayers", "nHeads", "dHead"] as const) {
    if (facts.shape[key] === undefined) {
      throw badCase(name, `shape.${key}`, "a whole number of at least 1", "nothing");
    }
  }
  const config = functionConfig(facts);
  try {
    assertConfig(config);
  } catch (error) {
    if (!(error instanceof InterpBenchError)) throw error;
    const { at, expected = "the shape of a transformer", received, hint } = error;
    const place = at === undefined ? "shape" : `shape.${at}`;
    throw badCase(name, place, expected, received ?? error.message, hint);
  }
  if (config.nCtx >= facts.maxSeqLen) return;
  const expected = `at least ${facts.maxSeqLen}, as maxSeqLen says`;
  throw badCase(name, "shape.nCtx", expected, String(config.nCtx));
}
