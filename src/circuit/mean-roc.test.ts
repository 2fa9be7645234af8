import { describe, expect, it } from "vitest";
import { meanCurve, ROC_GRID, rocOnGrid, trapezoids } from "./index.ts";

describe("a ROC curve on a grid", () => {
  it("goes through its points, and is as high as it rises where it is upright", () => {
    const perfect = rocOnGrid([
      { fpr: 0, tpr: 0 },
      { fpr: 0, tpr: 1 },
      { fpr: 1, tpr: 1 },
    ]);
    expect(perfect.every((tpr) => tpr === 1)).toBe(true);
    const chance = rocOnGrid([
      { fpr: 0, tpr: 0 },
      { fpr: 1, tpr: 1 },
    ]);
    expect(chance).toEqual(ROC_GRID);
    const steps = rocOnGrid([
      { fpr: 0, tpr: 0 },
      { fpr: 0.25, tpr: 0.5 },
      { fpr: 0.25, tpr: 0.75 },
      { fpr: 1, tpr: 1 },
    ]);
    expect([steps[24], steps[25]]).toEqual([expect.closeTo(0.48, 12), 0.75]);
    expect(trapezoids(ROC_GRID, steps)).toBeCloseTo(0.0625 + 0.75 * 0.875, 2);
  });

  it("is averaged place by place", () => {
    expect(
      meanCurve([
        [0, 1],
        [1, 1],
      ]),
    ).toEqual([0.5, 1]);
    expect(meanCurve([])).toBeUndefined();
  });
});
