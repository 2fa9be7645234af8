import type { EdgeTexts } from "../circuit/index.ts";
import type { RaspValue, SOp } from "../rasp/index.ts";
import type {
  Case,
  CaseOutputPositions,
  CasePlaces,
  CaseVariables,
  Foil,
  FunctionCase,
  GivenIds,
  LowLevelShape,
  NumberedInputs,
  PublishedShape,
  RaspCase,
} from "./case.ts";
import type { CaseRecipe, FastChanges } from "./recipe.ts";
import type { Corruption, Sampler } from "./sampler.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What all definitions can say. */
interface CommonDefinition {
  readonly id: string;
  readonly task: string;
  /** Tokens in any order, or a vocabulary that knows how its words are drawn. */
  readonly vocab: readonly RaspValue[] | Vocabulary;
  /** Default: that of the shortest of the listed `inputs`, else 4 or `maxSeqLen` if that is less. */
  readonly minSeqLen?: number | undefined;
  /** Default: that of the longest of the listed `inputs`, else 10. */
  readonly maxSeqLen?: number | undefined;
  readonly causal?: boolean | undefined;
  readonly categorical?: boolean | undefined;
  readonly outputPositions?: CaseOutputPositions | undefined;
  readonly trivial?: boolean | undefined;
  readonly caveats?: readonly string[] | undefined;
  readonly publishedShape?: PublishedShape | undefined;
  readonly formerId?: string | undefined;
  /**
   * Which sequences are inputs, where not all of them are: a list (a text stands for its
   * characters), a test, or numbered ones.
   */
  readonly inputs?:
    | readonly (readonly RaspValue[] | string)[]
    | ((input: readonly RaspValue[]) => boolean)
    | NumberedInputs
    | undefined;
  readonly sampler?: Sampler | undefined;
  readonly corrupt?: Corruption | undefined;
  /** Named ones in place of `corrupt`, the default first. */
  readonly corruptions?: Readonly<Record<string, Corruption>> | undefined;
  readonly recipe?: CaseRecipe | undefined;
  readonly fast?: FastChanges | undefined;
}

/** A case that is a RASP program. */
export interface RaspDefinition extends CommonDefinition {
  readonly program: () => SOp;
  readonly compressionRatio?: number | undefined;
  readonly compressResidual?: boolean | undefined;
  readonly places?: CasePlaces | undefined;
  readonly mlpExactness?: number | undefined;
}

/** What is other in a shape that has a name. */
export interface ShapeChanges {
  readonly shape?: Partial<LowLevelShape> | undefined;
  readonly ids?: GivenIds | undefined;
}

/** A case that is a set of functions, one for each variable. */
export interface FunctionDefinition extends CommonDefinition {
  /** In any order. */
  readonly variables: CaseVariables;
  readonly output: string;
  /** Left out for numbers. */
  readonly classes?: readonly RaspValue[] | undefined;
  readonly places: CasePlaces;
  readonly shape: LowLevelShape;
  /** Several shapes by name, the default first: what of `shape` is other in each, and its ids. */
  readonly shapes?: Readonly<Record<string, ShapeChanges>> | undefined;
  readonly truth?: readonly EdgeTexts[] | undefined;
  readonly otherTruths?: Readonly<Record<string, readonly EdgeTexts[]>> | undefined;
  readonly foil?: Foil | undefined;
}

/** A case as its author writes it: what is left out takes the defaults named in {@link Case}. */
export type CaseDefinition = RaspDefinition | FunctionDefinition;

/** A key of a definition. */
export type DefinitionKey = keyof RaspDefinition | keyof FunctionDefinition;

const COMMON_KEYS: readonly (keyof CommonDefinition)[] = [
  "vocab",
  "minSeqLen",
  "maxSeqLen",
  "causal",
  "categorical",
  "outputPositions",
  "trivial",
  "caveats",
  "publishedShape",
  "formerId",
  "inputs",
  "sampler",
  "corrupt",
  "corruptions",
  "recipe",
  "fast",
];

/** The keys of definitions, by kind. */
export const DEFINITION_KEYS: Readonly<Record<Case["kind"], readonly DefinitionKey[]>> = {
  rasp: [
    "id",
    "task",
    "program",
    ...COMMON_KEYS,
    "compressionRatio",
    "compressResidual",
    "places",
    "mlpExactness",
  ],
  functions: [
    "id",
    "task",
    "variables",
    "output",
    "classes",
    ...COMMON_KEYS,
    "places",
    "shape",
    "shapes",
    "truth",
    "otherTruths",
    "foil",
  ],
};

/** What cases have besides, so that one can be defined as another with changes: it is derived anew. */
export const DERIVED_KEYS: readonly string[] = [
  "kind",
  "drawnWords",
  "tags",
  "lowLevel",
  "warnings",
  "ids",
  "shapeName",
] satisfies readonly ("kind" | keyof RaspCase | keyof FunctionCase)[];
