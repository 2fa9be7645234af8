import type { Backend } from "../../engine/index.ts";
import type { RaspValue } from "../../rasp/index.ts";
import type { RaspCase } from "../case.ts";
import { type Agreement, measureAgreement, RANDOM_ROWS } from "../exactness.ts";
import type { HighLevelModel } from "../high-level.ts";
import { countInputs, enumerateInputs } from "../input-space.ts";
import { probeInputs } from "../probe-inputs.ts";

/** The most inputs of which all are tried. */
const MOST_ENUMERATED = 10_000n;

/** How a compiled transformer agrees with its program on inputs of a case. */
export type ExactnessCheck = Agreement & {
  /** Whether these were all inputs of every length; else of full length, random and structured ones. */
  readonly exhaustive: boolean;
};

/** Compares a compiled transformer with its program: on all inputs where they are at most 10,000. */
export function checkExactness(
  case_: RaspCase,
  backend: Backend,
  model: HighLevelModel,
): ExactnessCheck {
  const exhaustive = countInputs(case_, { variableLength: true }) <= MOST_ENUMERATED;
  const rows = exhaustive ? enumerateInputs(case_, { variableLength: true }) : probes(case_);
  const lengths = new Set(rows.map(({ length }) => length));
  const parts = [...lengths].map((length) => {
    const some = rows.filter((row) => row.length === length);
    return measureAgreement(case_, some, backend, model);
  });
  return { ...together(parts), exhaustive };
}

function probes(case_: RaspCase): readonly (readonly RaspValue[])[] {
  const { random, structured } = probeInputs(case_, RANDOM_ROWS);
  return [...random, ...structured];
}

/** One agreement of several. */
function together(parts: readonly Agreement[]): Agreement {
  const sum = (of: (part: Agreement) => number) => parts.reduce((total, one) => total + of(one), 0);
  const counts = {
    inputs: sum(({ inputs }) => inputs),
    stopped: sum(({ stopped }) => stopped),
    positions: sum(({ positions }) => positions),
  };
  if (parts.some((part) => "deviation" in part)) {
    const deviation = Math.max(...parts.map((part) => ("deviation" in part ? part.deviation : 0)));
    return { ...counts, deviation };
  }
  return {
    ...counts,
    mistakes: sum((part) => ("mistakes" in part ? part.mistakes : 0)),
    margin: Math.min(...parts.map((part) => ("margin" in part ? part.margin : Infinity))),
  };
}
