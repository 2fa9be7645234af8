import type { Case, FunctionCase, RaspCase } from "./case.ts";
import { drawnWordsOf, inputsOf, isListed, tokensOf } from "./case-inputs.ts";
import type { CaseDefinition, FunctionDefinition, RaspDefinition } from "./definition.ts";
import { functionFacts } from "./functions/define-functions.ts";
import { DEFAULT_RECIPE } from "./recipe.ts";

/**
 * A case from its definition, with defaults and frozen. Nothing of the definition is checked: that is done
 * where a definition comes from somebody, by `makeCase`, and for the catalogue by its test.
 */
export function completeCase(definition: RaspDefinition): RaspCase;
export function completeCase(definition: FunctionDefinition): FunctionCase;
export function completeCase(definition: CaseDefinition): Case;
export function completeCase(definition: CaseDefinition): Case {
  return "variables" in definition ? functionCase(definition) : raspCase(definition);
}

function raspCase(definition: RaspDefinition): RaspCase {
  const { program, places, categorical = true, mlpExactness = 100 } = definition;
  const { compressionRatio = 2, compressResidual = false } = definition;
  const lowLevel = Object.freeze({ compressionRatio, compressResidual });
  const common = commonFacts(definition, categorical);
  return Object.freeze({ kind: "rasp", ...common, program, lowLevel, places, mlpExactness });
}

function functionCase(definition: FunctionDefinition): FunctionCase {
  const { classes, categorical = classes !== undefined } = definition;
  const common = commonFacts(definition, categorical);
  return Object.freeze({ kind: "functions", ...common, ...functionFacts(definition) });
}

/** The shortest and the longest input, with BOS: of listed ones those of the list, unless they are given. */
export function lengthsOf({
  minSeqLen,
  maxSeqLen,
  inputs,
}: Pick<CaseDefinition, "minSeqLen" | "maxSeqLen"> & Pick<Case, "inputs">): {
  readonly minSeqLen: number;
  readonly maxSeqLen: number;
} {
  const most = maxSeqLen ?? (isListed(inputs) ? 1 + longestOf(inputs) : 10);
  const least = minSeqLen ?? (isListed(inputs) ? 1 + shortestOf(inputs) : Math.min(4, most));
  return { minSeqLen: least, maxSeqLen: most };
}

/** Tokens of the longest of some inputs. */
export const longestOf = (rows: readonly (readonly unknown[])[]): number =>
  rows.reduce((most, { length }) => Math.max(most, length), 0);

/** Tokens of the shortest of some inputs, of which there is one. */
export const shortestOf = (rows: readonly (readonly unknown[])[]): number =>
  rows.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);

/** What a definition says of its inputs and outputs, whatever computes these. */
function commonFacts(definition: CaseDefinition, categorical: boolean) {
  const { id, task, sampler, publishedShape, formerId, vocab } = definition;
  const { causal = false, trivial = false, caveats = [], fast = {} } = definition;
  const { outputPositions = "notFirst", recipe = DEFAULT_RECIPE, corruptions = {} } = definition;
  const tokens = tokensOf(vocab);
  const inputs = inputsOf(definition.inputs, tokens);
  return {
    id,
    task,
    vocab: tokens,
    drawnWords: drawnWordsOf(vocab),
    ...lengthsOf({ ...definition, inputs }),
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
    corrupt: definition.corrupt ?? Object.values(corruptions)[0],
    corruptions: Object.freeze({ ...corruptions }),
    recipe,
    fast,
    warnings: Object.freeze([]),
  };
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
