import type { Backend } from "../engine/index.ts";
import { formatError } from "../errors/index.ts";
import { showSequence, showValue, valuesEqual } from "../rasp/index.ts";
import { type CompileWarning, compileWarnings, decodeLogits } from "../tracr/index.ts";
import type { Case, CaseWarning } from "./case.ts";
import {
  type Comparison,
  compareOutputs,
  disagrees,
  exactnessFindings,
  RANDOM_ROWS,
  storedExactness,
} from "./exactness.ts";
import { type HighLevelModel, highLevelModel } from "./high-level.ts";
import { probeInputs } from "./probe-inputs.ts";

/** How many of the random and of the structured inputs are tried unless fewer are asked for. */
const TRIED = 128;

/** What explains why a program stops, and not why its transformer disagrees. */
const TELLS_OF_STOPS: ReadonlySet<string> = new Set(["W_TRACR_ARITHMETIC", "W_TRACR_STOPS"]);

/**
 * Where the compiled transformer of a case disagrees with its program, on a sample of at most
 * 2 · `sample` full-length inputs (default 128 random and all structured ones): at most one warning.
 *
 * Of cases of the catalogue nothing is run, their exactness is known; a case without a program has no
 * compiled transformer.
 */
export function caseWarnings(
  case_: Case,
  backend: Backend,
  {
    sample = TRIED,
    model,
  }: { readonly sample?: number; readonly model?: HighLevelModel | undefined } = {},
): readonly CaseWarning[] {
  if (case_.kind !== "rasp") return [];
  const stored = storedExactness(case_);
  if (stored !== undefined) {
    const found = [stored.random, stored.structured].find(
      (one) => "mistakes" in one && one.mistakes > 0,
    );
    if (found === undefined || !("mistakes" in found)) return [];
    return [warning("W_CASE_DISAGREES", disagreementText(found.mistakes, found.positions))];
  }
  const used = model ?? highLevelModel(case_);
  const { random, structured } = probeInputs(case_, sample);
  const rows = [...spread(structured, sample), ...random];
  const { comparisons, stopped, reason } = compareOutputs(case_, rows, backend, used);
  if (stopped === rows.length) {
    const why = reason === undefined ? "" : ` (${formatError(reason).replace(/^\w+: /, "")})`;
    const message = `the program has no value on any of ${rows.length} inputs tried${why}, so nothing is known about its transformer; if it is for other inputs, name them with "inputs"`;
    return [warning("W_CASE_STOPS", message)];
  }
  const wrong = comparisons.filter(disagrees);
  if (wrong.length === 0) return [];
  const text = disagreementText(wrong.length, comparisons.length);
  return [warning("W_CASE_DISAGREES", `${text}, ${exampleText(wrong, used)}`)];
}

/**
 * Everything that speaks against the compiled transformer of a case, each cause once: that nothing
 * can be compared, or what compiling it found on inputs of all lengths; only if that is nothing
 * wrong, where it disagrees on the inputs that {@link measureExactness} uses, and the averages that
 * may be behind it.
 */
export function compiledWarnings(
  case_: Case,
  backend: Backend,
  model: HighLevelModel = highLevelModel(case_),
): readonly (CompileWarning | CaseWarning)[] {
  const warnings = compileWarnings(model.compiled);
  const [found] = caseWarnings(case_, backend, { sample: RANDOM_ROWS, model });
  if (found === undefined) return warnings;
  if (found.code === "W_CASE_STOPS") return [found];
  if (warnings.some(({ code }) => !TELLS_OF_STOPS.has(code))) return warnings;
  const averages = exactnessFindings(case_, backend, model).map(
    ({ name, reason }) => `${name}: ${reason}`,
  );
  return [...warnings, warning(found.code, [found.message, ...averages].join("; "))];
}

function disagreementText(mistakes: number, positions: number): string {
  return `the compiled transformer disagrees with its program at ${mistakes} of ${positions} positions tried`;
}

/** The first mistake; if there is one, rather of another class than of two equal logits. */
function exampleText(wrong: readonly Comparison[], { compiled }: HighLevelModel): string {
  const outputOf = ({ logits }: Comparison) => decodeLogits(compiled.outputEncoder, logits);
  const clear = wrong.find((one) => !valuesEqual(outputOf(one), one.value));
  const one = clear ?? wrong[0]!;
  const place = `for example at position ${one.position} of ${showSequence(one.input)}`;
  if (clear === undefined) return `${place}: ${showValue(one.value)} no more than others`;
  return `${place}: ${showValue(outputOf(one))} instead of ${showValue(one.value)}`;
}

function warning(code: CaseWarning["code"], message: string): CaseWarning {
  return Object.freeze({ code, message });
}

/** Some of the rows, from the first to the last. */
function spread<T>(rows: readonly T[], count: number): T[] {
  if (rows.length <= count) return [...rows];
  return Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!);
}
