import { describeValue, InterpBenchError, unknownNameError } from "../errors/index.ts";
import type { Case, CaseOutputPositions, FunctionCase, RaspCase } from "./case.ts";
import { badCase, isPlainObject, type Require, requireOf } from "./case-fault.ts";
import { inputsOf, isListed, sortedVocab, vocabularyOf } from "./case-inputs.ts";
import {
  type CaseDefinition,
  DEFINITION_KEYS,
  DERIVED_KEYS,
  type FunctionDefinition,
  type RaspDefinition,
} from "./definition.ts";
import { functionFacts } from "./functions/define-functions.ts";
import { DEFAULT_RECIPE } from "./recipe.ts";

/** Positions of the longest inputs: all pairs of them are still a map that can be compiled. */
const LONGEST = 1000;

/**
 * A case from its definition, with defaults, checked and frozen. No program is built, no function of
 * a variable is called, and no truth that is given compared with the shape (`assertTruths` does that).
 *
 * @throws InterpBenchError `E_CASE` for unknown keys, values of a wrong kind, an id that cannot name
 *   a folder, a vocabulary without order or with BOS or PAD, impossible lengths, ratios and inputs,
 *   and what `functionFacts` refuses
 */
export function makeCase(definition: RaspDefinition): RaspCase;
export function makeCase(definition: FunctionDefinition): FunctionCase;
export function makeCase(definition: CaseDefinition): Case;
export function makeCase(definition: CaseDefinition): Case {
  const given = definition as unknown;
  if (typeof given !== "object" || given === null) {
    const expected = "an object with id, task, program, vocab";
    throw badCase("a case", "definition", expected, describeValue(given));
  }
  const { id } = definition;
  const name = typeof id === "string" ? `case "${id}"` : "a case";
  const kind = "variables" in definition ? "functions" : "rasp";
  for (const key of Object.keys(definition)) requireKnownKey(key, kind, name);
  return "variables" in definition ? functionCase(definition, name) : raspCase(definition, name);
}

function raspCase(definition: RaspDefinition, name: string): RaspCase {
  const { program, places, categorical = true } = definition;
  const { compressionRatio = 2, compressResidual = false, mlpExactness = 100 } = definition;
  const require = requireOf(name);
  const common = commonFacts({ ...definition, categorical }, name);
  require(typeof program === "function", "program", "a function that makes the program", program);
  require(typeof compressResidual ===
    "boolean", "compressResidual", "true or false", compressResidual);
  for (const [at, number] of Object.entries({ compressionRatio, mlpExactness })) {
    require(isFiniteNumber(number) && number > 0, at, "a number above 0", number);
  }
  const lowLevel = Object.freeze({ compressionRatio, compressResidual });
  return Object.freeze({ kind: "rasp", ...common, program, lowLevel, places, mlpExactness });
}

function functionCase(definition: FunctionDefinition, name: string): FunctionCase {
  const { classes, categorical = classes !== undefined } = definition;
  const common = commonFacts({ ...definition, categorical }, name);
  const own = functionFacts({ ...definition }, common, name);
  const expected = categorical ? "a list of what the output can be" : "nothing for numbers";
  requireOf(name)(categorical === (own.classes !== undefined), "classes", expected, classes);
  return Object.freeze({ kind: "functions", ...common, ...own });
}

/** What a definition says of its inputs and outputs, whatever computes these. */
function commonFacts(definition: CaseDefinition & { readonly categorical: boolean }, name: string) {
  const { id, task, sampler, publishedShape, formerId, vocab, categorical } = definition;
  const { causal = false, trivial = false, caveats = [] } = definition;
  const { outputPositions = "notFirst", recipe = DEFAULT_RECIPE, fast = {} } = definition;
  const require = requireOf(name);
  const isName = typeof id === "string" && /^[^\s/\\\p{C}.][^\s/\\\p{C}]{0,99}$/u.test(id);
  require(isName && id === id.toLowerCase(), "id", "lower case without spaces or slashes", id);
  require(typeof task === "string" && task.trim() !== "", "task", "a sentence", task);
  require(isListOf(caveats, "string"), "caveats", "a list of sentences", caveats);
  for (const [at, flag] of Object.entries({ causal, categorical, trivial })) {
    require(typeof flag === "boolean", at, "true or false", flag);
  }
  require(sampler === undefined || typeof sampler === "function", "sampler", "a function", sampler);
  require(isPlainObject(fast), "fast", "an object with fields of a recipe", fast);
  const { corrupt, corruptions } = corruptionsOf(definition, require);

  const { values, drawnWords } = vocabularyOf(vocab, name);
  const tokens = sortedVocab(name, values);
  const inputs = inputsOf(definition.inputs, tokens, name);
  const longest = isListed(inputs) ? 1 + longestOf(inputs) : 10;
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
  return {
    id,
    task,
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
    publishedShape,
    formerId,
    inputs,
    sampler,
    corrupt,
    corruptions,
    recipe,
    fast,
    warnings: Object.freeze([]),
  };
}

/** How inputs are corrupted, unnamed or by name: then the first is the default. */
function corruptionsOf(
  { corrupt, corruptions = {} }: Pick<CaseDefinition, "corrupt" | "corruptions">,
  require: Require,
): Pick<Case, "corrupt" | "corruptions"> {
  const isNone = corrupt === undefined;
  require(isNone || typeof corrupt === "function", "corrupt", "a function", corrupt);
  require(isPlainObject(corruptions), "corruptions", "an object of functions", corruptions);
  for (const [name, own] of Object.entries(corruptions)) {
    require(typeof own === "function", `corruptions.${name}`, "a function", own);
  }
  const [first] = Object.values(corruptions);
  const isFirst = isNone || first === undefined || corrupt === first;
  require(isFirst, "corrupt", "nothing, or the first of corruptions", corrupt);
  return { corrupt: corrupt ?? first, corruptions: Object.freeze({ ...corruptions }) };
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

function requireKnownKey(key: string, kind: Case["kind"], name: string): void {
  const keys = DEFINITION_KEYS[kind];
  if ([...keys, ...DERIVED_KEYS].includes(key)) return;
  const { hint } = unknownNameError("E_CASE", "key", key, keys);
  throw new InterpBenchError("E_CASE", `${name} has no key "${key}"`, {
    expected: `keys of ${keys.join(", ")}`,
    hint,
  });
}

function isOutputPositions(value: unknown, positions: number): value is CaseOutputPositions {
  if (value === "notFirst" || value === "last") return true;
  const isPosition = (x: unknown) => Number.isInteger(x) && Number(x) >= 1 && Number(x) < positions;
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every(isPosition) && new Set(value).size === value.length;
}

const longestOf = (rows: readonly (readonly unknown[])[]) =>
  rows.reduce((most, { length }) => Math.max(most, length), 0);

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const isWhole = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= 2 && Number(value) <= LONGEST;

const isListOf = (value: unknown, kind: string) =>
  Array.isArray(value) && value.every((element) => typeof element === kind);
