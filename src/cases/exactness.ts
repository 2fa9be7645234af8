import { type Backend, compile, sampleInput } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import { type Finding, isNumeric, type RaspValue, valuesEqual } from "../rasp/index.ts";
import { encodeTokens } from "../tracr/index.ts";
import { constantTensors, forward } from "../transformer/index.ts";
import { BOS, type Case } from "./case.ts";
import { type CaseProgram, readProgram } from "./evaluate-case.ts";
import { type AgreementRow, EXACTNESS } from "./exactness.generated.ts";
import { type HighLevelModel, highLevelModel } from "./high-level.ts";
import { probeInputs } from "./probe-inputs.ts";
import { storedRow } from "./registry.ts";

/**
 * How far a compiled transformer is from saying something else than its program, on some inputs.
 *
 * Only positions where the program has a value count. BOS does not.
 */
export type Agreement = {
  /** How many inputs were tried. */
  readonly inputs: number;
  /** On how many of them the program stops with an error: it has no value there, at no position. */
  readonly stopped: number;
  /** At how many positions the program has a value. */
  readonly positions: number;
} & (
  | {
      /** At how many positions the right class does not have the one largest logit. */
      readonly mistakes: number;
      /**
       * `min over positions of (logit[right class] − max of the other logits)`: how far the worst
       * decision is from flipping. A clean one-hot output has 1, a mistake 0 or less, or NaN of logits
       * that are NaN; infinite if there is but one class.
       */
      readonly margin: number;
    }
  | {
      /**
       * `max over positions of |output − value of the program|`, where the output is a number; NaN if
       * the transformer writes NaN somewhere.
       */
      readonly deviation: number;
    }
);

/** How exact the compiled transformer of a case is, on two kinds of full-length inputs. */
export interface Exactness {
  /** On 400 inputs with independent, uniform tokens, or of those that the case names. */
  readonly random: Agreement;
  /** On {@link structuredRows}: constant, two-valued, sorted, alternating and the like. */
  readonly structured: Agreement;
}

/** How many random inputs a case is measured on. */
export const RANDOM_ROWS = 400;

/** Program and output of one computation may differ by the last bits of a mean. */
const ROUNDING = 1e-9;

/**
 * How far a number may be off, as a share of its size or at least of 1, before program and
 * transformer are said to disagree. No case of the catalogue is off by 0.002.
 */
const TOLERATED_DEVIATION = 0.01;

/** How exact a case of the catalogue is, to six decimals, as measured once; else `undefined`. */
export function storedExactness(case_: Case): Exactness | undefined {
  const rows = storedRow(EXACTNESS, case_);
  return rows && { random: agreementFrom(rows[0]), structured: agreementFrom(rows[1]) };
}

function agreementFrom(row: AgreementRow): Agreement {
  const [inputs, stopped, positions] = row;
  const counts = { inputs, stopped, positions };
  if (row.length === 4) return { ...counts, deviation: row[3] };
  return { ...counts, mistakes: row[3], margin: row[4] };
}

/** How exact a case is, by running program and compiled transformer on the same inputs. */
export function measureExactness(
  case_: Case,
  backend: Backend,
  model: HighLevelModel = highLevelModel(case_),
): Exactness {
  const { random, structured } = probeInputs(case_, RANDOM_ROWS);
  return Object.freeze({
    random: measureAgreement(case_, random, backend, model),
    structured: measureAgreement(case_, structured, backend, model),
  });
}

/**
 * Why a program is not exact on the inputs that {@link measureExactness} uses, as far as RASP tells:
 * averages over several categorical values, or over other numbers than 0 and 1, on inputs on which
 * program and transformer disagree. One finding per sub-expression.
 */
export function exactnessFindings(
  case_: Case,
  backend: Backend,
  model: HighLevelModel = highLevelModel(case_),
): readonly Finding[] {
  const { random, structured } = probeInputs(case_, RANDOM_ROWS);
  const rows = [...structured, ...random];
  const program = readProgram(case_);
  const wrong = compareOutputs(case_, rows, backend, model).comparisons.filter(disagrees);
  const found = [...new Set(wrong.map(({ input }) => input))].flatMap(program.findings);
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
  const { comparisons, stopped } = compareOutputs(case_, rows, backend, model);
  const counts = { inputs: rows.length, stopped, positions: comparisons.length };
  if (model.compiled.outputEncoder.kind === "numerical") {
    const deviations = comparisons.map(({ value, logits }) => deviationOf(value, logits));
    return Object.freeze({ ...counts, deviation: Math.max(0, largest(deviations)) });
  }
  const margins = comparisons.map(({ logits, right }) => marginOf(logits, right));
  return Object.freeze({
    ...counts,
    mistakes: margins.filter((margin) => !(margin > 0)).length,
    margin: -largest(margins.map((margin) => -margin)),
  });
}

/** What program and transformer say at one position where the program has a value. */
export interface Comparison {
  readonly input: readonly RaspValue[];
  readonly position: number;
  readonly value: RaspValue;
  /** `[dVocabOut]` */
  readonly logits: ArrayLike<number>;
  /** The class of the value, −1 if there is none; of numbers `undefined`. */
  readonly right: number | undefined;
}

/** What program and transformer say on some inputs. */
export interface Comparisons {
  readonly comparisons: readonly Comparison[];
  /** On how many inputs the program stops, and why on the first of them. */
  readonly stopped: number;
  readonly reason: InterpBenchError | undefined;
}

/** All comparisons on some inputs of one length. */
export function compareOutputs(
  case_: Case,
  rows: readonly (readonly RaspValue[])[],
  backend: Backend,
  model: HighLevelModel,
): Comparisons {
  const program = readProgram(case_);
  let reason: InterpBenchError | undefined;
  const answers = rows.flatMap((input) => {
    const values = outputsOrStop(program, input);
    if (!(values instanceof InterpBenchError)) return [{ input, values }];
    reason ??= values;
    return [];
  });
  const stopped = rows.length - answers.length;
  if (answers.length === 0) return { comparisons: [], stopped, reason };
  const inputs = answers.map(({ input }) => input);
  const logits = logitsOf(model, inputs, backend);
  const { outputEncoder } = model.compiled;
  const comparisons = answers.flatMap(({ input, values }, row) =>
    values.flatMap((value, position) => {
      if (value === null) return [];
      const right =
        outputEncoder.kind === "numerical" ? undefined : classOf(outputEncoder.values, value);
      return [{ input, position, value, logits: logits[row * input.length + position]!, right }];
    }),
  );
  return { comparisons, stopped, reason };
}

/** The outputs of a program, or why it has no value for the input as a whole. */
function outputsOrStop(program: CaseProgram, input: readonly RaspValue[]) {
  try {
    return program.outputs(input);
  } catch (error) {
    if (error instanceof InterpBenchError && error.code.startsWith("E_RASP_")) return error;
    throw error;
  }
}

/** Whether a transformer says something else than its program, not only by rounding. */
export function disagrees({ value, logits, right }: Comparison): boolean {
  if (right !== undefined) return !(marginOf(logits, right) > 0);
  return !(
    deviationOf(value, logits) <=
    TOLERATED_DEVIATION * Math.max(1, Math.abs(Number(value)))
  );
}

const deviationOf = (value: RaspValue, logits: ArrayLike<number>) =>
  Math.abs(logits[0]! - Number(value));

/** The class of a value; of a mean the class it equals but for rounding. −1 if there is none. */
function classOf(classes: readonly RaspValue[], value: RaspValue): number {
  const same = classes.findIndex((other) => valuesEqual(other, value));
  if (same >= 0 || !isNumeric(value)) return same;
  return classes.findIndex(
    (other) => isNumeric(other) && Math.abs(Number(other) - Number(value)) <= ROUNDING,
  );
}

function marginOf(logits: ArrayLike<number>, right = -1): number {
  let other = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) {
    if (i !== right) other = Math.max(other, logits[i]!);
  }
  return (logits[right] ?? Number.NEGATIVE_INFINITY) - other;
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
