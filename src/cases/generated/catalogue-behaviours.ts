import { InterpBenchError } from "../../errors/index.ts";
import { type RaspValue, valuesEqual } from "../../rasp/index.ts";
import type { Case } from "../case.ts";
import { caseOutputs } from "../evaluate-case.ts";
import { VOCABULARIES } from "../generate/generate-program.ts";
import { allInputs, behaviourOf } from "./behaviour.ts";
import { SIZES } from "./family.ts";
import { isLocal } from "./worth.ts";

/** From so few tokens on every choice of some of them is tried. */
const FEW = 5;

/**
 * What cases compute on inputs like those of generated cases, as {@link behaviourOf} tells it, sorted: each of
 * three or four of its tokens, at every length. Left out is what looks at single tokens alone, which
 * generated cases do not, and where a case stops with an error.
 *
 * Of a vocabulary of more than five texts the first and the last ones are taken, since most cases tell tokens
 * apart without preferring one; of numbers those that generated cases have.
 */
export function behavioursOf(cases: readonly Case[]): readonly string[] {
  const lengths = Object.values(SIZES).map(({ bounds }) => bounds.maxSeqLen - 1);
  const found = cases.flatMap((case_) =>
    VOCABULARIES.flatMap((wanted) => choices(case_.vocab, wanted)).flatMap((vocab) =>
      lengths.flatMap((length) => behaviourIfAny(case_, vocab, length) ?? []),
    ),
  );
  return [...new Set(found)].sort();
}

/** Tokens of a vocabulary that can stand for the wanted ones. */
function choices(vocab: readonly RaspValue[], wanted: readonly RaspValue[]): RaspValue[][] {
  const size = wanted.length;
  if (wanted.some((token) => typeof token === "number")) {
    const has = (token: RaspValue) => vocab.some((other) => valuesEqual(other, token));
    return wanted.every(has) ? [[...wanted]] : [];
  }
  const texts = vocab.filter((token) => typeof token === "string");
  if (texts.length < size) return [];
  return texts.length > FEW ? [texts.slice(0, size), texts.slice(-size)] : subsets(texts, size);
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((first, i) =>
    subsets(items.slice(i + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

function behaviourIfAny(
  case_: Case,
  vocab: readonly RaspValue[],
  length: number,
): string | undefined {
  const outputs = caseOutputs(case_);
  const inputs = allInputs(vocab, length);
  try {
    if (isLocal(inputs, inputs.map(outputs))) return undefined;
    return behaviourOf({ vocab, length, categorical: case_.categorical, outputs });
  } catch (error) {
    if (error instanceof InterpBenchError) return undefined;
    throw error;
  }
}
