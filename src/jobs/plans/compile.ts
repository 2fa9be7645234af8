import { z } from "zod";
import {
  BOS,
  type Case,
  type CaseWarning,
  compileCase,
  compiledWarnings,
  type Exactness,
  type HighLevelModel,
  highLevelCircuit,
  highLevelModel,
  measureExactness,
  PAD,
  storedExactness,
} from "../../cases/index.ts";
import { prepareForEvaluation } from "../../circuit/index.ts";
import { wasmBackend } from "../../engine/index.ts";
import { hashOfWeights, identityOf, vocabularyOf, writeModel } from "../../models/index.ts";
import type { CompiledProgram, CompileWarning } from "../../tracr/index.ts";
import { countParameters, type TransformerConfig } from "../../transformer/index.ts";
import type { JsonDocument } from "../document.ts";
import { defineKind } from "../kind.ts";
import { openedCase } from "../subject.ts";

/** What running program and transformer tells, in the document. */
export interface CompilationChecks {
  readonly warnings: readonly (CompileWarning | CaseWarning)[];
  readonly exactness: Exactness;
}

/** Compiling the program of a case, written as a model folder. */
export const compilationKind = defineKind({
  name: "compile",
  title: "compile",
  usesEngine: false,
  config: z.strictObject({}),
  async prepare({ subject }, context) {
    const { case_, sourceSha256 } = await openedCase(subject, context);
    const compiled = compileCase(case_);
    const model = highLevelModel(case_, compiled);
    const { transformer } = model;
    const { config } = transformer;
    const weightsSha256 = hashOfWeights(transformer);
    const { task, vocab, maxSeqLen, causal, categorical } = case_;
    const program = { task, vocab, maxSeqLen, causal, categorical, bos: BOS, pad: PAD };
    return {
      case: case_.id,
      // Two programs that compile to the same weights may mean different things.
      config: { program, config, weightsSha256, sourceSha256, case: identityOf(case_) },
      run: async ({ draft }) => {
        // The program is run first: nothing is written if that fails.
        const checks = await checksOf(case_, model);
        const truth = prepareForEvaluation(highLevelCircuit(compiled));
        writeModel(draft, {
          transformer,
          truth: config.nLayers === 0 ? undefined : truth,
          vocabulary: vocabularyOf(case_, compiled),
        });
        return { ...compiledDocument(case_, compiled, config), ...checks };
      },
    };
  },
});

async function checksOf(case_: Case, model: HighLevelModel): Promise<CompilationChecks> {
  const backend = await everywhereTheSame();
  return {
    warnings: compiledWarnings(case_, backend, model),
    exactness: storedExactness(case_) ?? measureExactness(case_, backend, model),
  };
}

/** The backend without fused operations, whose bits depend on no processor. */
const everywhereTheSame = () => wasmBackend({ variant: "simd" });

function compiledDocument(
  case_: Case,
  compiled: CompiledProgram,
  config: TransformerConfig,
): JsonDocument {
  const { inputEncoder, outputEncoder, residualLabels } = compiled;
  return {
    case: case_.id,
    task: case_.task,
    config,
    parameters: countParameters(config),
    tokens: inputEncoder.values,
    outputs: outputEncoder.kind === "categorical" ? outputEncoder.values : undefined,
    residualLabels,
  };
}
