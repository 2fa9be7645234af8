import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BOS,
  type Case,
  classIds,
  compileCase,
  type FunctionCase,
  inputEncoder,
  tokenIds,
} from "../cases/index.ts";
import { type Circuit, prepareForEvaluation } from "../circuit/index.ts";
import { InterpBenchError, reasonOf } from "../errors/index.ts";
import {
  decodeCircuit,
  decodeModel,
  encodeCircuit,
  encodeModel,
  encodeVocabulary,
  type ModelVocabulary,
  type WeightOptions,
} from "../formats/index.ts";
import type { ArtifactDraft } from "../store/index.ts";
import type { CompiledProgram } from "../tracr/index.ts";
import type { Transformer } from "../transformer/index.ts";
import { DEFAULT_ADVICE } from "./advice.ts";
import { foreignEdge } from "./truth.ts";

/** The names of the files of a model folder. */
export const MODEL_FILES = {
  weights: "model.safetensors",
  config: "config.json",
  circuit: "circuit.json",
  tokens: "tokens.json",
} as const;

/** What a model folder holds. */
export interface KnownModel {
  readonly transformer: Transformer;
  /** The circuit it is known to have. */
  readonly truth: Circuit | undefined;
  /** What its ids stand for. */
  readonly vocabulary: ModelVocabulary;
}

/**
 * What the ids of the transformers of a case stand for, compiled and trained ones alike.
 *
 * @param compiled what the program of the case compiles to, if it is there already
 */
export function vocabularyOf(
  case_: Case,
  compiled?: Pick<CompiledProgram, "outputEncoder">,
): ModelVocabulary {
  if (case_.kind === "functions" && case_.ids !== undefined) return givenVocabulary(case_);
  const outputs =
    case_.kind === "functions" ? case_.classes : classesOf(compiled ?? compileCase(case_));
  const { values: tokens, bosId, padId } = inputEncoder(case_);
  return { tokens, bosId, padId, outputs };
}

/** The tokens of a case that uses some of a vocabulary, with their ids. */
function givenVocabulary(case_: FunctionCase): ModelVocabulary {
  const { vocab, classes: outputs = [] } = case_;
  const { bosId, padId, idOf } = tokenIds(case_);
  const classes = classIds(case_);
  const ids = {
    tokens: [...vocab.map((token) => idOf(token)!), bosId],
    outputs: outputs.map((value) => classes.idOf(value)!),
  };
  return { tokens: [...vocab, BOS], bosId, padId, outputs, ids };
}

function classesOf({ outputEncoder }: Pick<CompiledProgram, "outputEncoder">) {
  return outputEncoder.kind === "categorical" ? outputEncoder.values : undefined;
}

/** Writes a model into an artefact; `options` say how its weights are. */
export function writeModel(
  draft: ArtifactDraft,
  { transformer, truth, vocabulary }: KnownModel,
  options: WeightOptions = {},
): void {
  draft.write(MODEL_FILES.tokens, encodeVocabulary(vocabulary));
  const { config, weights } = encodeModel(transformer, options);
  draft.write(MODEL_FILES.config, config);
  draft.write(MODEL_FILES.weights, weights);
  if (truth === undefined) return;
  const circuit = encodeCircuit({
    circuit: truth,
    granularity: "head",
    shape: transformer.config,
    dModel: transformer.config.dModel,
    scores: undefined,
    provenance: { role: "ground truth" },
  });
  draft.write(MODEL_FILES.circuit, circuit);
}

/**
 * The transformer of a model folder.
 *
 * `E_MODEL` with `hint` if a file is missing or cannot be read; what the formats refuse (a damaged or foreign
 * safetensors file, a config that does not fit the weights) with the file in `at`.
 */
export function readModel(folder: string, hint: string = DEFAULT_ADVICE.incomplete): Transformer {
  const config = readPart(folder, MODEL_FILES.config, hint).toString("utf8");
  return decodeModel({ config, weights: readPart(folder, MODEL_FILES.weights, hint) }, folder);
}

/**
 * The circuit in the folder of a transformer, at head granularity (queries, keys and values are merged);
 * `undefined` if there is none. `E_CIRCUIT_FILE` with the file in `at` if the transformer does not have its edges.
 */
export function readTruth(folder: string, { config }: Transformer): Circuit | undefined {
  const at = join(folder, MODEL_FILES.circuit);
  let text: string;
  try {
    text = readFileSync(at, "utf8");
  } catch {
    return undefined;
  }
  const { circuit, granularity } = decodeCircuit(text, at);
  const truth = granularity === "head" ? circuit : prepareForEvaluation(circuit);
  const foreign = foreignEdge(truth, config);
  if (foreign === undefined) return truth;
  throw new InterpBenchError("E_CIRCUIT_FILE", "the circuit is one of another transformer", {
    at,
    expected: `edges of ${config.nLayers} layers of ${config.nHeads} heads`,
    received: foreign,
  });
}

function readPart(folder: string, name: string, hint: string): Buffer {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new InterpBenchError("E_MODEL", "a file of the model cannot be read", {
      at: join(folder, name),
      expected: `a folder with ${MODEL_FILES.weights} and ${MODEL_FILES.config}`,
      received: reasonOf(cause),
      hint,
      cause,
    });
  }
}
