import {
  allCases,
  type Case,
  compileCase,
  listCase,
  publishedConfig,
  shapeNameOf,
  shapeNames,
  tokenIds,
  withShape,
} from "../cases/index.ts";
import type { TransformerConfig } from "../transformer/index.ts";
import { trainedConfig } from "./remembered.ts";

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

type Sizes = Pick<TransformerConfig, (typeof SIZES)[number]>;

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
    const expected = trainedConfig(shaped);
    return INTERFACE_SIZES.every((size) => config[size] === expected[size]);
  });
}

/** A case that has transformers like one: trained, as the case itself has them trained or as published, or compiled. */
export interface Fit {
  readonly case: string;
  /** Of a case that has several. */
  readonly shape?: string | undefined;
  readonly as: "trained" | "compiled";
}

/**
 * The cases of the catalogue whose transformers have the vocabulary, the length and the sizes of one. Those
 * with the same sizes are told apart by nothing else.
 */
export function fittingCases(config: Sizes): Fit[] {
  return allCases().flatMap((case_) =>
    case_.kind === "functions" ? fitsOfFunctions(case_, config) : fitsOfProgram(case_, config),
  );
}

const hasSizes = (config: Sizes, sizes: Partial<Sizes>) =>
  SIZES.every((size) => sizes[size] === undefined || sizes[size] === config[size]);

function fitsOfFunctions(case_: Case, config: Sizes): Fit[] {
  const [, ...named] = inAllShapes(case_);
  const shapes = named.length > 0 ? named : [case_];
  return shapes
    .filter((one) => hasSizes(config, trainedConfig(one)))
    .map((one) => ({ case: case_.id, shape: shapeNameOf(one), as: "trained" }));
}

/** Compiles only what the sizes that are stored do not exclude: how many classes a program has is not. */
function fitsOfProgram(case_: Case, config: Sizes): Fit[] {
  const { hl, ll } = listCase(case_);
  const common = { dVocab: tokenIds(case_).size, nCtx: case_.maxSeqLen };
  const published = typeof case_.publishedShape === "object" ? case_.publishedShape : {};
  const fits = (sizes: Partial<Sizes>) => hasSizes(config, { ...common, ...sizes });
  const kinds = [
    ...(fits(ll) || fits({ ...ll, ...published }) ? (["trained"] as const) : []),
    ...(hl !== undefined && fits(hl) ? (["compiled"] as const) : []),
  ];
  if (kinds.length === 0 || compileCase(case_).config.dVocabOut !== config.dVocabOut) return [];
  return kinds.map((as) => ({ case: case_.id, as }));
}

/** Whether a transformer has the vocabulary and the shape of the published one of a case. */
export function isLike(case_: Case, config: TransformerConfig): boolean {
  const published = publishedConfig(case_);
  return SIZES.every((size) => published[size] === config[size]);
}
