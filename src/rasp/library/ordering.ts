import { aggregate, indices, map, named, selectorWidth, sequenceMap, tokens } from "../build.ts";
import { checkNumber } from "../check.ts";
import { EQ, LT } from "../comparison.ts";
import type { SOp } from "../expression.ts";
import { sub } from "../operators.ts";
import { select } from "../select.ts";
import { makeHist, makeLength } from "./counting.ts";

/** The sequence backwards. `"abc" ↦ c, b, a`. */
export function makeReverse(sop: SOp): SOp {
  const oppositeIndex = named(sub(makeLength(), indices), "opp_idx");
  const oppositeIndexMinusOne = named(sub(oppositeIndex, 1), "opp_idx-1");
  const reverseSelector = named(select(indices, oppositeIndexMinusOne, EQ), "reverse_selector");
  return named(aggregate(reverseSelector, sop), "reverse");
}

/** `values` in the order of `keys`, which must all be different. */
export function makeSortUnique(values: SOp, keys: SOp): SOp {
  const smaller = named(select(keys, keys, LT), "smaller");
  const targetPosition = named(selectorWidth(smaller), "target_pos");
  return named(aggregate(select(targetPosition, indices, EQ), values), "sort");
}

/**
 * `values` in the order of `keys`, equal keys in the order of position: `keys` are made different
 * by adding `minKey·i / maxSeqLen`.
 *
 * @param maxSeqLen the longest sequence, so that the addition stays below the smallest gap
 * @param minKey the smallest gap between different keys
 */
export function makeSort(values: SOp, keys: SOp, maxSeqLen: number, minKey: number): SOp {
  checkNumber("makeSort(values, keys, maxSeqLen, minKey): maxSeqLen", maxSeqLen);
  checkNumber("makeSort(values, keys, maxSeqLen, minKey): minKey", minKey);
  const distinctKeys = sequenceMap(
    (key: number, i: number) => key + (minKey * i) / maxSeqLen,
    keys,
    indices,
  );
  return makeSortUnique(values, distinctKeys);
}

/** The tokens by how often they occur, the most frequent first. `maxSeqLen` as in {@link makeSort}. */
export function makeSortFreq(maxSeqLen: number): SOp {
  const negatedFrequency = map((count: number) => -1 * count, makeHist());
  return named(makeSort(tokens, negatedFrequency, maxSeqLen, 1), "sort_freq");
}
