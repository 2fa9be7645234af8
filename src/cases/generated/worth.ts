import {
  dependenciesFirst,
  isSelector,
  type RaspValue,
  type Sequence,
  type SOp,
  type Trace,
  valueKey,
} from "../../rasp/index.ts";
import type { Key } from "../../rng/index.ts";
import type { GeneratedProgram } from "../generate/generate-program.ts";
import { type ProgramRuns, type Read, readsOf } from "./effects.ts";
import { programForm } from "./form.ts";
import { isTest } from "./words.ts";

/** How often the most frequent output may come, and no value at all, as shares of all positions. */
const MOST_FREQUENT = 0.8;
const MOST_ABSENT = 0.4;

/** How many pairs of inputs are tried to see that a read makes a difference, and how often it must. */
const TRIED_PAIRS = 128;
const LEAST_SHOWN = 2;

/** How many different outputs a program has at least. */
const FEWEST_CLASSES = 2;
const FEWEST_NUMBERS = 3;

/**
 * Why a program is not worth asking about, in words; `undefined` if it is. It is decided by interpreting it on all
 * its inputs of full length, or 256 of them, in whole numbers and quotients of them, so the same everywhere.
 *
 * - outputs are spread: no value comes at more than 80 % of all positions, none at all at no more than 40 %
 * - attention is needed: the output is no function of the token at its position and of that position
 * - every read makes a difference: with the value of another input in the place of what one sub-expression reads
 *   of another, but for the positions themselves, some output changes
 * - no two sub-expressions are made in the same way or always have the same values, and no function of one value
 *   follows another, which together are one
 *
 * @param runs the program on these inputs
 */
export function unworthy(
  { program, categorical }: GeneratedProgram,
  runs: ProgramRuns,
  key: Key,
): string | undefined {
  if (hasTwins(program)) return "it computes the same thing twice";
  if (hasChains(program)) return "two of its functions are one";
  const idle = idleRead(program, runs, key);
  if (idle !== undefined) {
    return `that ${idle.reader.name} reads ${idle.read.name} makes no difference`;
  }
  const traces = runs.inputs.map((_, i) => runs.trace(i));
  if (hasRepetitions(program, traces)) return "it computes the same thing twice";
  const outputs = traces.map(({ sequences }) => sequences.get(program)!);
  if (isLocal(runs.inputs, outputs)) return "the output depends on the token at its position alone";
  return unevenness(outputs.flat(), categorical ? FEWEST_CLASSES : FEWEST_NUMBERS);
}

/** The first read of something else than positions that makes hardly any difference. */
function idleRead(program: SOp, runs: ProgramRuns, key: Key): Read | undefined {
  const pairs = key.integers(2 * TRIED_PAIRS, runs.inputs.length);
  return readsOf(program).find((read) => {
    let shown = read.read.kind === "indices" ? LEAST_SHOWN : 0;
    for (let i = 0; i < TRIED_PAIRS && shown < LEAST_SHOWN; i++) {
      if (runs.shows(read, pairs[2 * i]!, pairs[2 * i + 1]!)) shown++;
    }
    return shown < LEAST_SHOWN;
  });
}

/** What is uneven about the outputs at all positions. */
function unevenness(values: readonly RaspValue[], fewest: number): string | undefined {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(valueKey(value), (counts.get(valueKey(value)) ?? 0) + 1);
  const absent = counts.get(null) ?? 0;
  if (absent > MOST_ABSENT * values.length) return "it often has no value";
  counts.delete(null);
  if (counts.size < fewest) return "it has hardly any different outputs";
  const most = Math.max(...counts.values());
  return most > MOST_FREQUENT * (values.length - absent)
    ? "it nearly always gives the same"
    : undefined;
}

/** Whether outputs, `[input][pos]`, follow from the position and the token there. */
export function isLocal(inputs: readonly Sequence[], outputs: readonly Sequence[]): boolean {
  const seen = new Map<string, unknown>();
  return outputs.every((output, row) =>
    output.every((value, position) => {
      const place = `${position} ${inputs[row]![position]}`;
      if (!seen.has(place)) seen.set(place, valueKey(value));
      return seen.get(place) === valueKey(value);
    }),
  );
}

const sopsOf = (program: SOp): readonly SOp[] =>
  dependenciesFirst(program).flatMap((one) => (isSelector(one) ? [] : [one]));

/** Whether two sub-expressions are of one form. */
function hasTwins(program: SOp): boolean {
  const all = sopsOf(program);
  return new Set(all.map((sop) => programForm(sop, []))).size < all.length;
}

/** Whether two sub-expressions have the same values on all inputs; that 1 and 0 stand for a test is none. */
function hasRepetitions(program: SOp, traces: readonly Trace[]): boolean {
  const told = sopsOf(program).filter((sop) => !(sop.kind === "map" && isTest(sop.inner)));
  const values = told.map((sop) =>
    traces.map(({ sequences }) => valueKey(sequences.get(sop)!)).join("\n"),
  );
  return new Set(values).size < told.length;
}

/** Whether a function of one value follows another. */
function hasChains(program: SOp): boolean {
  return dependenciesFirst(program).some((one) => one.kind === "map" && one.inner.kind === "map");
}
