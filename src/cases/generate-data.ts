import { InterpBenchError } from "../errors/index.ts";
import { partSteps, runSteps, type Steps } from "../interventions/index.ts";
import type { RaspValue } from "../rasp/index.ts";
import type { Key } from "../rng/index.ts";
import type { Case } from "./case.ts";
import { type Dataset, datasetSteps, selectionSteps } from "./dataset.ts";
import { drawsFromKey } from "./draws.ts";
import { mergeSteps } from "./duplicates.ts";
import {
  areEnumerable,
  countInputs,
  enumerateInputs,
  findInputs,
  type LengthOptions,
  samplingSteps,
} from "./input-space.ts";
import { sampleRequest } from "./sampler.ts";

/** Which inputs to make. */
export interface DataOptions extends LengthOptions {
  /** The one source of randomness. */
  readonly key: Key;
  /** How many inputs to draw; if there are no more than that, all are listed instead. */
  readonly size: number;
  /** Merge equal rows (see `multiplicity`); default true. With false exactly `size` rows are drawn. */
  readonly distinct?: boolean;
}

/**
 * Clean inputs of a case, in random order.
 *
 * A space of at most `size` inputs, and of no more than can be listed ({@link areEnumerable}), is listed
 * completely, each input once. Otherwise `size` inputs
 * are drawn by the sampler of the case (default: tokens independent and uniform) and equal ones
 * merged, so that `count ≤ size` while the multiplicities add up to `size`.
 *
 * @throws InterpBenchError `E_DATA` unless `size` is a whole number of at least 1
 */
export function generateData(case_: Case, options: DataOptions): Dataset {
  return runSteps(generateDataSteps(case_, options));
}

/**
 * {@link generateData} in steps of some milliseconds, so that the event loop goes on meanwhile:
 * `await paceSteps(generateDataSteps(case_, options))`. A sampler of the case is one step.
 */
export function* generateDataSteps(case_: Case, options: DataOptions): Steps<Dataset> {
  const { key, size, distinct = true } = options;
  assertSize(size);
  yield* partSteps(findInputs(case_, options), 0, 0.1);
  const isComplete = areEnumerable(case_, options) && countInputs(case_, options) <= BigInt(size);
  const rows = isComplete
    ? enumerateInputs(case_, options)
    : yield* partSteps(drawingSteps(case_, options, key.fold("rows")), 0.1, 0.5);
  const all = yield* partSteps(datasetSteps(case_, rows), 0.5, 0.7);
  const order = key.fold("order").permutation(all.count);
  const shuffled = yield* partSteps(selectionSteps(all, order), 0.7, 0.8);
  if (isComplete || !distinct) return shuffled;
  return yield* partSteps(mergeSteps(shuffled), 0.8, 1);
}

/** So many inputs of a case. */
export function* drawingSteps(
  case_: Case,
  { size, variableLength = false }: Pick<DataOptions, "size" | "variableLength">,
  key: Key,
): Steps<RaspValue[][]> {
  const request = sampleRequest(case_, size, variableLength);
  return yield* samplingSteps(case_, drawsFromKey(key), request);
}

function assertSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new InterpBenchError("E_DATA", "no such number of inputs", {
    expected: "a whole number of at least 1",
    received: String(size),
  });
}
