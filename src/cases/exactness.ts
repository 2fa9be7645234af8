import { type Backend, compile, sampleInput } from "../engine/index.ts";
import {
  evaluate,
  type Finding,
  isNumeric,
  type RaspValue,
  validateDynamic,
  valuesEqual,
} from "../rasp/index.ts";
import { encodeTokens } from "../tracr/index.ts";
import { constantTensors, forward } from "../transformer/index.ts";
import { BOS, type Case } from "./case.ts";
import { EXACTNESS } from "./exactness.generated.ts";
import { type HighLevelModel, highLevelModel } from "./high-level.ts";
import { randomRows, structuredRows } from "./probe-inputs.ts";
import { allCases } from "./registry.ts";

/**
 * How far a compiled transformer is from saying something else than its program, on some inputs.
 *
 * Only positions where the program has a value count. BOS does not.
 */
export type Agreement = {
  /** How many inputs were tried. */
  readonly inputs: number;
  /** At how many of their positions the program has a value. */
  readonly positions: number;
} & (
  | {
      /** At how many positions the right class does not have the one largest logit. */
      readonly mistakes: number;
      /**
       * `min over positions of (logit[right class] − max of the other logits)`: how far the worst
       * decision is from flipping. A clean one-hot output has 1, a mistake 0 or less; infinite if
       * there is but one class.
       */
      readonly margin: number;
    }
  | {
      /** `max over positions of |output − value of the program|`, where the output is a number. */
      readonly deviation: number;
    }
);

/** How exact the compiled transformer of a case is, on two kinds of full-length inputs. */
export interface Exactness {
  /** On 400 inputs with independent, uniform tokens. */
  readonly random: Agreement;
  /** On {@link structuredRows}: constant, two-valued, sorted, alternating and the like. */
  readonly structured: Agreement;
}

const RANDOM_ROWS = 400;

/** Program and output of one computation may differ by the last bits of a mean. */
const ROUNDING = 1e-9;

/** How exact a case of the catalogue is, to six decimals, as measured once; else `undefined`. */
export function storedExactness(case_: Case): Exactness | undefined {
  return allCases().includes(case_) ? EXACTNESS[case_.id] : undefined;
}

/** How exact a case is, by running program and compiled transformer on the same inputs. */
export function measureExactness(
  case_: Case,
  backend: Backend,
  model: HighLevelModel = highLevelModel(case_),
): Exactness {
  const length = case_.maxSeqLen - 1;
  const measure = (rows: RaspValue[][]) => measureAgreement(case_, rows, backend, model);
  return Object.freeze({
    random: measure(randomRows(case_, length, RANDOM_ROWS)),
    structured: measure(structuredRows(case_, length)),
  });
}

/**
 * Why a program is not exact on the inputs that {@link measureExactness} uses, as far as RASP tells:
 * averages over several categorical values, or over other numbers than 0 and 1. One finding per
 * sub-expression.
 */
export function exactnessFindings(case_: Case): readonly Finding[] {
  const length = case_.maxSeqLen - 1;
  const rows = [...structuredRows(case_, length), ...randomRows(case_, length, RANDOM_ROWS)];
  const program = case_.program();
  const found = rows.flatMap((row) => validateDynamic(program, row));
  return [...new Map(found.reverse().map((one) => [one.expression, one])).values()].reverse();
}

/**
 * How a compiled transformer agrees with its program on some inputs.
 *
 * @param rows inputs without BOS, all of one length from 1 to `maxSeqLen − 1`
 */
export function measureAgreement(
  case_: Case,
  rows: readonly (readonly RaspValue[])[],
  backend: Backend,
  model: HighLevelModel = highLevelModel(case_),
): Agreement {
  const program = case_.program();
  const expected = rows.flatMap((row) => evaluate(program, row));
  const { outputEncoder } = model.compiled;
  const logits = logitsOf(model, rows, backend);
  const asked = expected.flatMap((value, i) =>
    value === null ? [] : [{ value, row: logits[i]! }],
  );
  const counts = { inputs: rows.length, positions: asked.length };
  if (outputEncoder.kind === "numerical") {
    const deviations = asked.map(({ value, row }) => Math.abs(row[0]! - Number(value)));
    return Object.freeze({ ...counts, deviation: largest(deviations) });
  }
  const margins = asked.map(({ value, row }) =>
    marginOf(row, classOf(outputEncoder.values, value)),
  );
  return Object.freeze({
    ...counts,
    mistakes: margins.filter((margin) => margin <= 0).length,
    margin: -largest(margins.map((margin) => -margin)),
  });
}

/** The class of a value; of a mean the class it equals but for rounding. −1 if there is none. */
function classOf(classes: readonly RaspValue[], value: RaspValue): number {
  const same = classes.findIndex((other) => valuesEqual(other, value));
  if (same >= 0 || !isNumeric(value)) return same;
  return classes.findIndex(
    (other) => isNumeric(other) && Math.abs(Number(other) - Number(value)) <= ROUNDING,
  );
}

function marginOf(logits: ArrayLike<number>, right: number): number {
  const own = logits[right] ?? Number.NEGATIVE_INFINITY;
  return own - largest(Array.from(logits).filter((_, i) => i !== right));
}

/** `Math.max` of any number of numbers. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/** `[row · pos][class]` without BOS. */
function logitsOf(
  { compiled, transformer }: HighLevelModel,
  rows: readonly (readonly RaspValue[])[],
  backend: Backend,
): ArrayLike<number>[] {
  const { config } = transformer;
  const ids = rows.map((row) => encodeTokens(compiled.inputEncoder, [BOS, ...row]));
  const positions = ids[0]!.length;
  const tokens = sampleInput("tokens", [positions]);
  const { logits } = forward(config, constantTensors(transformer, { sparse: true }), tokens);
  const executable = backend.load(compile({ outputs: { logits } }));
  const inputs = { tokens: Float32Array.from(ids.flat()) };
  const values = executable.run({ batch: ids.length, inputs }).logits!;
  executable.dispose();
  return Array.from({ length: ids.length * positions }, (_, i) =>
    values.slice(i * config.dVocabOut, (i + 1) * config.dVocabOut),
  ).filter((_, i) => i % positions !== 0);
}
