import {
  allCases,
  type Case,
  compileCase,
  evaluateVariables,
  type FunctionCase,
  generateData,
  highLevelModel,
  inputTokens,
  type RaspCase,
  shapeNameOf,
} from "../cases/index.ts";
import type { Circuit } from "../circuit/index.ts";
import { canonicalJson, encodeWeights } from "../formats/index.ts";
import { valueKey } from "../rasp/index.ts";
import { Key } from "../rng/index.ts";
import { sha256 } from "../store/index.ts";
import { computationOf, type Transformer } from "../transformer/index.ts";
import { rememberedByCase } from "./remembered.ts";

/** What decides the results about a model. */
export interface ModelContent {
  readonly transformer: Transformer;
  readonly truth: Circuit | undefined;
  readonly sameSize: boolean;
  /** What to know before relying on it, as sentences without a full stop. Default: nothing. */
  readonly remarks?: readonly string[];
}

/**
 * SHA-256 of a model: its weights, what of its configuration decides what they compute, and the
 * circuit that it is known to have. Copies of a folder have the same.
 */
export function hashOfModel({ transformer, truth, sameSize }: ModelContent): string {
  return hashOf({
    config: computationOf(transformer.config),
    weights: hashOfWeights(transformer),
    truth: truth && { nodes: [...truth.nodes.keys()], edges: [...truth.edges.keys()] },
    sameSize,
  });
}

/**
 * SHA-256 of a case: of its inputs, and of the transformer that its program compiles to, or of what
 * its functions compute. Cases in files are told apart by what they do, not by their names.
 */
export const hashOfCase = rememberedByCase((case_) => {
  const { vocab, minSeqLen, maxSeqLen, categorical } = case_;
  const positions = case_.outputPositions === "notFirst" ? undefined : case_.outputPositions;
  return hashOf({
    inputs: { vocab: vocab.map(valueKey), minSeqLen, maxSeqLen, named: namedInputs(case_) },
    outputs: { categorical, positions },
    ...(case_.kind === "rasp" ? compiledContent(case_) : functionContent(case_)),
  });
});

/** What a configuration says of a case: its hash, and its shape where it has several. */
export interface CaseIdentity {
  readonly sha256: string;
  readonly shape?: string;
}

/** What decides that two cases are the same. */
export function identityOf(case_: Case): CaseIdentity {
  const shape = shapeNameOf(case_);
  return { sha256: hashOfCase(case_), ...(shape === undefined ? {} : { shape }) };
}

function compiledContent(case_: RaspCase): object {
  const { causal, lowLevel, places } = case_;
  const { transformer } = highLevelModel(case_, compileCase(case_));
  return {
    compiled: { causal, config: transformer.config, weights: hashOfWeights(transformer) },
    trained: { lowLevel, places },
  };
}

/** Functions by their text, as {@link textOf} has it, and by what they give on some inputs. */
function functionContent(case_: FunctionCase): object {
  const { causal, variables, output, classes, shape, ids, places, truth } = case_;
  const data = generateData(case_, { key: Key.fromSeed(0), size: SAMPLE });
  const sample = data.inputs.map((input) =>
    [...evaluateVariables(case_, inputTokens(input)).values()].map(valueKey),
  );
  return {
    computed: {
      causal,
      variables: Object.entries(variables).map(([name, { reads, compute }]) => ({
        name,
        reads,
        compute: textOf(compute),
      })),
      output,
      classes: classes?.map(valueKey),
      sample: sha256(JSON.stringify(sample)),
    },
    trained: { shape, ids, places, truth },
  };
}

/** How many inputs tell a case from others that compile to the same. */
const SAMPLE = 1000;

/** What says which inputs a case has: functions, lists, or nothing. */
const inputParts = ({ inputs, sampler, corrupt, corruptions }: Case) => [
  inputs,
  sampler,
  corrupt,
  ...Object.values(corruptions).slice(1),
];

/** Inputs that a case names or draws, if it does: functions by their text and by what they give. */
function namedInputs(case_: Case): object | undefined {
  const { inputs } = case_;
  const parts = inputParts(case_);
  if (parts.every((part) => part === undefined)) return undefined;
  const { tokens } = generateData(case_, { key: Key.fromSeed(0), size: SAMPLE });
  const texts = parts.filter((one) => typeof one === "function").map(textOf);
  const listed = Array.isArray(inputs) ? inputs.map(valueKey) : undefined;
  const count = typeof inputs === "object" && "count" in inputs ? inputs.count : undefined;
  return { listed, count, texts, sample: sha256(tokens) };
}

/** The functions of the package's own cases. */
let packaged: ReadonlySet<unknown> | undefined;

/**
 * The text of a function; none for those of the package's own cases, whose texts are other ones in every
 * build of it (types are left out, names are changed), so that a case would have another hash in each.
 */
function textOf(func: unknown): string | null {
  packaged ??= new Set(
    allCases().flatMap((case_) => [
      ...inputParts(case_),
      ...(case_.kind === "rasp"
        ? []
        : Object.values(case_.variables).map(({ compute }) => compute)),
    ]),
  );
  return packaged.has(func) ? null : String(func);
}

/** SHA-256 of a transformer's weights as a file. */
export function hashOfWeights(transformer: Transformer): string {
  return sha256(encodeWeights(transformer));
}

function hashOf(content: object): string {
  return sha256(canonicalJson(content));
}
