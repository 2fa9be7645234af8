import { describeValue, InterpBenchError, unknownNameError } from "../../errors/index.ts";
import type { Case, CaseOutputPositions } from "../case.ts";
import { inputsOf, isListed, tokensOf } from "../case-inputs.ts";
import { lengthsOf, longestOf, shortestOf } from "../complete-case.ts";
import {
  type CaseDefinition,
  DEFINITION_KEYS,
  DERIVED_KEYS,
  type FunctionDefinition,
  type RaspDefinition,
} from "../definition.ts";
import { badCase, isPlainObject, requireOf } from "./fault.ts";
import { assertFunctions } from "./functions.ts";
import { assertInputs, assertVocab } from "./inputs.ts";

/** Positions of the longest inputs: all pairs of them are still a map that can be compiled. */
const LONGEST = 1000;

/** Throws `E_CASE` for a definition that cannot be right, naming the part; see `makeCase`. */
export function assertDefinition(definition: CaseDefinition): void {
  const given = definition as unknown;
  if (typeof given !== "object" || given === null) {
    const expected = "an object with id, task, program, vocab";
    throw badCase("a case", "definition", expected, describeValue(given));
  }
  const { id } = definition;
  const name = typeof id === "string" ? `case "${id}"` : "a case";
  const kind = "variables" in definition ? "functions" : "rasp";
  for (const key of Object.keys(definition)) requireKnownKey(key, kind, name);
  if ("variables" in definition) assertFunctionCase(definition, name);
  else assertRaspCase(definition, name);
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

function assertRaspCase(definition: RaspDefinition, name: string): void {
  const { program, categorical = true, mlpExactness = 100, places } = definition;
  const { compressionRatio = 2, compressResidual = false } = definition;
  const require = requireOf(name);
  assertCommon(definition, categorical, name);
  require(typeof program === "function", "program", "a function that makes the program", program);
  require(places === undefined || isPlainObject(places), "places", "an object of lists", places);
  require(typeof compressResidual ===
    "boolean", "compressResidual", "true or false", compressResidual);
  for (const [at, number] of Object.entries({ compressionRatio, mlpExactness })) {
    require(isFiniteNumber(number) && number > 0, at, "a number above 0", number);
  }
}

function assertFunctionCase(definition: FunctionDefinition, name: string): void {
  const { classes, categorical = classes !== undefined } = definition;
  const inputs = assertCommon(definition, categorical, name);
  assertFunctions(definition, inputs, name);
  const expected = categorical ? "a list of what the output can be" : "nothing for numbers";
  requireOf(name)(categorical === (classes !== undefined), "classes", expected, classes);
}

/** Checks what definitions say of inputs and outputs, and returns what follows of the inputs. */
function assertCommon(definition: CaseDefinition, categorical: boolean, name: string) {
  const { id, task, sampler, vocab, fast = {} } = definition;
  const { causal = false, trivial = false, caveats = [] } = definition;
  const { outputPositions = "notFirst" } = definition;
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
  assertCorruptions(definition, name);
  assertVocab(vocab, name);
  const tokens = tokensOf(vocab);
  assertInputs(definition.inputs, tokens, name);
  const inputs = inputsOf(definition.inputs, tokens);
  const { minSeqLen, maxSeqLen } = lengthsOf({ ...definition, inputs });
  if (!isWhole(minSeqLen) || !isWhole(maxSeqLen) || minSeqLen > maxSeqLen) {
    const expected = `whole numbers with 2 ≤ minSeqLen ≤ maxSeqLen ≤ ${LONGEST} (BOS included)`;
    const received = [minSeqLen, maxSeqLen].map(describeValue).join(" and ");
    throw badCase(name, "lengths", expected, received);
  }
  const longest = isListed(inputs) ? 1 + longestOf(inputs) : maxSeqLen;
  if (longest !== maxSeqLen) {
    const expected = `inputs of up to ${maxSeqLen - 1} tokens, as maxSeqLen says, and one so long`;
    throw badCase(name, "inputs", expected, `inputs of up to ${longest - 1} tokens`);
  }
  const shortest = isListed(inputs) ? 1 + shortestOf(inputs) : minSeqLen;
  if (shortest < minSeqLen) {
    const expected = `inputs of at least ${minSeqLen - 1} tokens, as minSeqLen says`;
    throw badCase(name, "inputs", expected, `one of ${shortest - 1}`);
  }
  require(isOutputPositions(
    outputPositions,
    maxSeqLen,
  ), "outputPositions", `"notFirst", "last", or different positions from 1 to ${maxSeqLen - 1} (BOS is position 0)`, outputPositions);
  return { vocab: tokens, maxSeqLen, causal };
}

/** Inputs are corrupted by one way without a name, or by those with names, the first being the default. */
function assertCorruptions(
  { corrupt, corruptions = {} }: Pick<CaseDefinition, "corrupt" | "corruptions">,
  name: string,
): void {
  const require = requireOf(name);
  const isNone = corrupt === undefined;
  require(isNone || typeof corrupt === "function", "corrupt", "a function", corrupt);
  require(isPlainObject(corruptions), "corruptions", "an object of functions", corruptions);
  for (const [key, own] of Object.entries(corruptions)) {
    require(typeof own === "function", `corruptions.${key}`, "a function", own);
  }
  const [first] = Object.values(corruptions);
  const isFirst = isNone || first === undefined || corrupt === first;
  require(isFirst, "corrupt", "nothing, or the first of corruptions", corrupt);
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
