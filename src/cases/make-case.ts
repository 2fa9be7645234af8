import { describeValue, InterpBenchError, unknownNameError } from "../errors/index.ts";
import {
  compareValues,
  isRaspValue,
  isTuple,
  type RaspValue,
  type SOp,
  showValue,
  uniqueValues,
  valueKey,
} from "../rasp/index.ts";
import {
  BOS,
  type Case,
  type CaseInputs,
  type CaseOutputPositions,
  type LowLevelPlace,
  PAD,
  type PublishedWidths,
} from "./case.ts";
import { type CaseRecipe, DEFAULT_RECIPE } from "./recipe.ts";
import type { Sampler } from "./sampler.ts";
import type { Vocabulary, WordOptions } from "./vocabulary.ts";

/** A case as its author writes it: what is left out takes the defaults named in {@link Case}. */
export interface CaseDefinition {
  readonly id: string;
  readonly task: string;
  readonly program: () => SOp;
  /** Tokens in any order, or a vocabulary that knows how its words are drawn. */
  readonly vocab: readonly RaspValue[] | Vocabulary;
  readonly minSeqLen?: number | undefined;
  /** Default: that of the longest of the listed `inputs`, else 10. */
  readonly maxSeqLen?: number | undefined;
  readonly causal?: boolean | undefined;
  readonly categorical?: boolean | undefined;
  readonly outputPositions?: CaseOutputPositions | undefined;
  readonly trivial?: boolean | undefined;
  readonly caveats?: readonly string[] | undefined;
  readonly compressionRatio?: number | undefined;
  readonly compressResidual?: boolean | undefined;
  readonly publishedWidths?: PublishedWidths | undefined;
  readonly places?: Readonly<Record<string, readonly LowLevelPlace[]>> | undefined;
  /**
   * Which sequences are inputs, where not all of them are: a list (a text stands for its
   * characters), or a test.
   */
  readonly inputs?:
    | readonly (readonly RaspValue[] | string)[]
    | ((input: readonly RaspValue[]) => boolean)
    | undefined;
  readonly mlpExactness?: number | undefined;
  readonly sampler?: Sampler | undefined;
  readonly recipe?: CaseRecipe | undefined;
}

/** The keys of a definition. */
export const DEFINITION_KEYS: readonly (keyof CaseDefinition)[] = [
  "id",
  "task",
  "program",
  "vocab",
  "minSeqLen",
  "maxSeqLen",
  "causal",
  "categorical",
  "outputPositions",
  "trivial",
  "caveats",
  "compressionRatio",
  "compressResidual",
  "publishedWidths",
  "places",
  "inputs",
  "mlpExactness",
  "sampler",
  "recipe",
];

/** What cases have besides, so that one can be defined as another with changes: it is derived anew. */
const DERIVED_KEYS: readonly (keyof Case)[] = ["drawnWords", "tags", "lowLevel", "warnings"];

/** Positions of the longest inputs: all pairs of them are still a map that can be compiled. */
const LONGEST = 1000;

/**
 * A case from its definition, with defaults, checked and frozen. The program is not built.
 *
 * @throws InterpBenchError `E_CASE` for unknown keys, values of a wrong kind, an id that cannot name
 *   a folder, a vocabulary without order or with BOS or PAD, impossible lengths, ratios and inputs
 */
export function makeCase(definition: CaseDefinition): Case {
  const given = definition as unknown;
  if (typeof given !== "object" || given === null) {
    const expected = "an object with id, task, program, vocab";
    throw badCase("a case", "definition", expected, describeValue(given));
  }
  const { id, task, program, sampler, places, publishedWidths, vocab } = definition;
  const { causal = false, categorical = true, trivial = false, caveats = [] } = definition;
  const { compressionRatio = 2, compressResidual = false, mlpExactness = 100 } = definition;
  const { outputPositions = "notFirst", recipe = DEFAULT_RECIPE } = definition;
  const name = typeof id === "string" ? `case "${id}"` : "a case";
  const require = (holds: boolean, at: string, expected: string, received: unknown) => {
    if (!holds) throw badCase(name, at, expected, describeValue(received));
  };

  for (const key of Object.keys(definition)) requireKnownKey(key, name);
  const isName = typeof id === "string" && /^[^\s/\\\p{C}.][^\s/\\\p{C}]{0,99}$/u.test(id);
  require(isName && id === id.toLowerCase(), "id", "lower case without spaces or slashes", id);
  require(typeof task === "string" && task.trim() !== "", "task", "a sentence", task);
  require(typeof program === "function", "program", "a function that makes the program", program);
  require(isListOf(caveats, "string"), "caveats", "a list of sentences", caveats);
  for (const [at, flag] of Object.entries({ causal, categorical, trivial, compressResidual })) {
    require(typeof flag === "boolean", at, "true or false", flag);
  }
  for (const [at, number] of Object.entries({ compressionRatio, mlpExactness })) {
    require(isFiniteNumber(number) && number > 0, at, "a number above 0", number);
  }
  require(sampler === undefined || typeof sampler === "function", "sampler", "a function", sampler);

  const { values, drawnWords } = vocabularyOf(vocab, name);
  const tokens = sortedVocab(name, values);
  const inputs = inputsOf(definition.inputs, tokens, name);
  const longest = isListed(inputs) ? Math.max(...inputs.map((row) => row.length)) + 1 : 10;
  const { maxSeqLen = longest } = definition;
  const { minSeqLen = Math.min(4, maxSeqLen) } = definition;
  if (!isWhole(minSeqLen) || !isWhole(maxSeqLen) || minSeqLen > maxSeqLen) {
    const expected = `whole numbers with 2 ≤ minSeqLen ≤ maxSeqLen ≤ ${LONGEST} (BOS included)`;
    const received = [minSeqLen, maxSeqLen].map(describeValue).join(" and ");
    throw badCase(name, "lengths", expected, received);
  }
  if (isListed(inputs) && longest !== maxSeqLen) {
    const expected = `inputs of up to ${maxSeqLen - 1} tokens, as maxSeqLen says, and one so long`;
    throw badCase(name, "inputs", expected, `inputs of up to ${longest - 1} tokens`);
  }
  require(isOutputPositions(
    outputPositions,
    maxSeqLen,
  ), "outputPositions", `"notFirst", "last", or different positions from 1 to ${maxSeqLen - 1} (BOS is position 0)`, outputPositions);
  return Object.freeze({
    id,
    task,
    program,
    vocab: tokens,
    drawnWords,
    minSeqLen,
    maxSeqLen,
    causal,
    categorical,
    outputPositions,
    trivial,
    tags: tagsOf({ causal, categorical, trivial, caveats, recipe }),
    caveats: Object.freeze([...caveats]),
    lowLevel: Object.freeze({ compressionRatio, compressResidual }),
    publishedWidths,
    places,
    inputs,
    mlpExactness,
    sampler,
    recipe,
    warnings: Object.freeze([]),
  });
}

function tagsOf({
  causal,
  categorical,
  trivial,
  caveats,
  recipe,
}: Pick<Case, "causal" | "categorical" | "trivial" | "caveats" | "recipe">): Case["tags"] {
  const tags = [
    trivial && ("trivial" as const),
    causal ? ("causal" as const) : ("bidirectional" as const),
    categorical ? ("categorical" as const) : ("regression" as const),
    recipe.origin === "published" && ("published" as const),
    caveats.length > 0 && ("caveat" as const),
  ];
  return Object.freeze(tags.filter((tag) => tag !== false));
}

function requireKnownKey(key: string, name: string): void {
  const known: readonly string[] = [...DEFINITION_KEYS, ...DERIVED_KEYS];
  if (known.includes(key)) return;
  const { hint } = unknownNameError("E_CASE", "key", key, DEFINITION_KEYS);
  throw new InterpBenchError("E_CASE", `${name} has no key "${key}"`, {
    expected: `keys of ${DEFINITION_KEYS.join(", ")}`,
    hint,
  });
}

function vocabularyOf(
  vocab: CaseDefinition["vocab"],
  name: string,
): { readonly values: readonly RaspValue[]; readonly drawnWords: WordOptions | undefined } {
  if (isTuple(vocab)) return { values: vocab, drawnWords: undefined };
  const isVocabulary = typeof vocab === "object" && vocab !== null && isTuple(vocab.values);
  if (isVocabulary) return vocab;
  throw badCase(name, "vocab", "an array of tokens", describeValue(vocab));
}

function sortedVocab(name: string, values: readonly RaspValue[]): readonly RaspValue[] {
  const refuse = (expected: string, received: string) => badCase(name, "vocab", expected, received);
  for (const token of values) {
    if (!isRaspValue(token)) {
      throw refuse("tokens that are numbers, texts, booleans or arrays", describeValue(token));
    }
    const isToken = token !== null && token !== BOS && token !== PAD;
    if (!isToken) throw refuse("no null, BOS or PAD", showValue(token));
  }
  const tokens = uniqueValues(values);
  for (const token of tokens) {
    const other = tokens.find((t) => compareValues(t, token) === undefined);
    if (other === undefined) continue;
    throw refuse("tokens that can be sorted", `${showValue(other)} and ${showValue(token)}`);
  }
  if (tokens.length === 0) throw refuse("at least one token", "none");
  return Object.freeze(tokens.sort((a, b) => compareValues(a, b)!));
}

/** The inputs of a definition: listed ones as tokens, each once. */
function inputsOf(
  inputs: CaseDefinition["inputs"],
  vocab: readonly RaspValue[],
  name: string,
): CaseInputs | undefined {
  if (inputs === undefined || typeof inputs === "function") return inputs;
  const expected = "a list of inputs without BOS, or a function that says of an input if it is one";
  if (!Array.isArray(inputs)) throw badCase(name, "inputs", expected, describeValue(inputs));
  if (inputs.length === 0) throw badCase(name, "inputs", "at least one input", "none");
  const known = new Map(vocab.map((token) => [valueKey(token), token]));
  const rows = inputs.map((input: unknown, i) => {
    const at = `inputs[${i}]`;
    const row: unknown = typeof input === "string" ? [...input] : input;
    if (!isTuple(row) || row.length === 0) {
      throw badCase(name, at, "an array of tokens", describeValue(input));
    }
    return Object.freeze(
      row.map((token) => {
        const found = known.get(valueKey(token));
        if (found !== undefined) return found;
        throw badCase(name, at, "tokens of the vocabulary", describeValue(token));
      }),
    );
  });
  return Object.freeze([...new Map(rows.map((row) => [valueKey(row), row])).values()]);
}

/** Whether the inputs of a case are a list. */
export function isListed(
  inputs: CaseInputs | undefined,
): inputs is readonly (readonly RaspValue[])[] {
  return Array.isArray(inputs);
}

function isOutputPositions(value: unknown, positions: number): value is CaseOutputPositions {
  if (value === "notFirst" || value === "last") return true;
  const isPosition = (x: unknown) => Number.isInteger(x) && Number(x) >= 1 && Number(x) < positions;
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isPosition) && new Set(value).size === value.length;
}

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const isWhole = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 2 && Number(value) <= LONGEST;

const isListOf = (value: unknown, kind: string) =>
  Array.isArray(value) && value.every((element) => typeof element === kind);

function badCase(name: string, at: string, expected: string, received: string): InterpBenchError {
  return new InterpBenchError("E_CASE", `${name} is badly defined`, { at, expected, received });
}
