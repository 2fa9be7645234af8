import { InterpBenchError } from "../errors/index.ts";
import { type RaspValue, valueKey } from "../rasp/index.ts";
import { BOS, type Case } from "./case.ts";
import { type Dataset, makeDataset, selectRows } from "./dataset.ts";
import { drawsFromOriginal, originalRandom } from "./draws.ts";
import { caseOutputs } from "./evaluate-case.ts";
import { countInputs, enumerateInputs, type LengthOptions, sampleInputs } from "./input-space.ts";
import { sampleRequest } from "./sampler.ts";
import { replayWordDraw } from "./vocabulary.ts";

/** The parameters of `get_clean_data` and their defaults. */
export interface OriginalDataOptions extends LengthOptions {
  /** Default 10; `null` for none. */
  readonly minSamples?: number | null;
  /** Default 10; `null` for none. */
  readonly maxSamples?: number | null;
  /** Default 42; the original makes corrupted data with 43. */
  readonly seed?: number;
}

/**
 * The inputs the original's `get_clean_data` makes, row by row; equal rows are not merged.
 *
 * It lists the longest inputs if there are more than `minSamples` and fewer than `maxSamples` of
 * all lengths together, and otherwise draws `maxSamples` of them (which may be more than there
 * are). Both NumPy's and Python's generator are followed draw by draw; the inputs of case 5 depend
 * on Python's hash seed and are the exception.
 *
 * @throws InterpBenchError `E_DATA` if all rows have the same output
 */
export function originalData(case_: Case, options: OriginalDataOptions = {}): Dataset {
  const { minSamples = 10, maxSamples = 10, seed = 42, variableLength = false } = options;
  const random = originalRandom(seed);
  // Every question for a vocabulary of random words starts Python's generator anew.
  if (case_.drawnWords !== undefined) replayWordDraw(random.python, case_.drawnWords);

  const total = countInputs(case_, { variableLength: true });
  const drawCount = originalDrawCount(total, minSamples, maxSamples);
  const rows =
    drawCount === "all"
      ? enumerateInputs(case_, { variableLength })
      : sampleInputs(
          case_,
          drawsFromOriginal(random),
          sampleRequest(case_, drawCount, variableLength),
        );
  assertOutputsDiffer(case_, rows);

  const order = rows.map((_, i) => i);
  random.numpy.shuffle(order);
  return selectRows(makeDataset(case_, rows), order);
}

function originalDrawCount(
  total: bigint,
  minSamples: number | null,
  maxSamples: number | null,
): number | "all" {
  if (maxSamples === null) {
    return minSamples !== null && total < BigInt(minSamples) ? minSamples : "all";
  }
  const fits = minSamples !== null && total > BigInt(minSamples) && total < BigInt(maxSamples);
  return fits ? "all" : maxSamples;
}

function assertOutputsDiffer(case_: Case, rows: readonly (readonly RaspValue[])[]): void {
  const outputsOf = caseOutputs(case_);
  const outputs = new Set<unknown>();
  for (const row of rows) {
    outputs.add(valueKey([BOS, ...outputsOf(row)]));
    if (outputs.size > 1) return;
  }
  throw new InterpBenchError("E_DATA", `all outputs of case "${case_.id}" are the same`, {
    expected: "at least two different outputs",
    received: `${rows.length} inputs`,
    hint: "Ask for more samples or another seed.",
  });
}
