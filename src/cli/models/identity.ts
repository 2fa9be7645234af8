import { createHash } from "node:crypto";
import { type Case, compileCase, highLevelModel } from "../../cases/index.ts";
import type { Circuit } from "../../circuit/index.ts";
import { encodeWeights } from "../../formats/index.ts";
import { valueKey } from "../../rasp/index.ts";
import { canonicalJson } from "../../store/index.ts";
import type { Transformer } from "../../transformer/index.ts";

/** What decides the results about a model. */
export interface ModelContent {
  readonly transformer: Transformer;
  readonly truth: Circuit | undefined;
  readonly sameSize: boolean;
}

/**
 * SHA-256 of a model: its weights, all of its configuration, and the circuit that it is known to
 * have. Copies of a folder have the same.
 */
export function hashOfModel({ transformer, truth, sameSize }: ModelContent): string {
  return hashOf({
    config: transformer.config,
    weights: hashOfWeights(transformer),
    truth: truth && { nodes: [...truth.nodes.keys()], edges: [...truth.edges.keys()] },
    sameSize,
  });
}

/**
 * SHA-256 of a case: of its inputs and of the transformer that its program compiles to. Programs in
 * files are told apart by what they do, not by their names.
 */
export function hashOfCase(case_: Case): string {
  const { vocab, minSeqLen, maxSeqLen, inputs, causal, categorical, lowLevel, places } = case_;
  const { transformer } = highLevelModel(case_, compileCase(case_));
  return hashOf({
    inputs: {
      vocab: vocab.map(valueKey),
      minSeqLen,
      maxSeqLen,
      // A test that inputs pass is known by its text.
      meant:
        typeof inputs === "function" ? String(inputs) : inputs?.map((row) => row.map(valueKey)),
    },
    outputs: { categorical },
    compiled: { causal, config: transformer.config, weights: hashOfWeights(transformer) },
    trained: { lowLevel, places },
  });
}

/** SHA-256 of a transformer's weights as a file. */
export function hashOfWeights(transformer: Transformer): string {
  return createHash("sha256").update(encodeWeights(transformer)).digest("hex");
}

function hashOf(content: object): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}
