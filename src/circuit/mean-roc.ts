import type { RocPoint } from "./roc.ts";

/** The false positive rates at which curves are averaged: hundredths. */
export const ROC_GRID: readonly number[] = Array.from({ length: 101 }, (_, i) => i / 100);

/**
 * The true positive rates of a ROC curve at {@link ROC_GRID}, linear between its points; where it rises upright, the
 * height to which it rises.
 *
 * @param points from (0, 0) to (1, 1), as of `rocCurve`
 * @returns `[place]`
 */
export function rocOnGrid(points: readonly RocPoint[]): number[] {
  let next = 0;
  return ROC_GRID.map((fpr) => {
    while (next + 1 < points.length && points[next + 1]!.fpr <= fpr) next++;
    const here = points[next]!;
    const after = points[next + 1];
    if (after === undefined || after.fpr === here.fpr) return here.tpr;
    return here.tpr + ((after.tpr - here.tpr) * (fpr - here.fpr)) / (after.fpr - here.fpr);
  });
}

/** The mean of curves at the same places, `[place]`; `undefined` for none. (Vertical averaging, Fawcett 2006) */
export function meanCurve(curves: readonly (readonly number[])[]): number[] | undefined {
  const [first] = curves;
  return first?.map(
    (_, place) => curves.reduce((sum, one) => sum + one[place]!, 0) / curves.length,
  );
}
