import { describe, expect, it } from "vitest";
import {
  add,
  batchSum,
  compile,
  constant,
  gradients,
  mul,
  referenceBackend,
  scalar,
  sum,
  type Tensor,
} from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { blend, patch, patchHead } from "./index.ts";

const values = (result: Tensor, scalars: Record<string, number> = {}): number[] => [
  ...referenceBackend()
    .load(compile({ outputs: { result } }))
    .run({ batch: 1, scalars }).result,
];

describe("patch and blend", () => {
  const own = constant([1, 2, 3, 4], [2, 2]);
  const other = constant([10, 20, 30, 40], [2, 2]);

  it("give the tensor at 0 and the replacement at 1", () => {
    for (const choose of [patch, blend]) {
      const on = scalar("on");
      expect(values(choose(own, other, on), { on: 0 })).toEqual([1, 2, 3, 4]);
      expect(values(choose(own, other, on), { on: 1 })).toEqual([10, 20, 30, 40]);
    }
  });

  it("differ between: one chooses, the other mixes", () => {
    expect(values(patch(own, other, 0.5))).toEqual([10, 20, 30, 40]);
    expect(values(blend(own, other, 0.5))).toEqual([5.5, 11, 16.5, 22]);
  });

  it("differ at infinities: only a choice does not touch the branch not taken", () => {
    const endless = constant([Number.NEGATIVE_INFINITY, 0], [2]);
    expect(values(patch(constant([1, 1], [2]), endless, 0))).toEqual([1, 1]);
    expect(values(blend(constant([1, 1], [2]), endless, 0))[0]).toBeNaN();
  });

  it("differ in gradients: only a mixture has one for its switch", () => {
    const slope = (choose: (tensor: Tensor, replacement: Tensor, on: Tensor) => Tensor) => {
      const on = scalar("on");
      const [gradient] = gradients(batchSum(sum(choose(own, other, on))), [on]);
      return values(add(gradient!, mul(on, 0)), { on: 0 });
    };
    expect(slope(patch)).toEqual([0]);
    expect(slope(blend)).toEqual([90]);
  });
});

describe("patchHead", () => {
  const own = constant([1, 2, 3, 4, 5, 6], [3, 2, 1]);

  it("replaces one head of every position, from its own values or from all heads'", () => {
    expect(values(patchHead(own, 1, constant([7, 8, 9], [3, 1])))).toEqual([1, 7, 3, 8, 5, 9]);
    expect(values(patchHead(own, 0, mul(own, 10)))).toEqual([10, 2, 30, 4, 50, 6]);
  });

  it("works on a single head, and can be switched off", () => {
    const single = constant([1], [1, 1, 1]);
    const on = scalar("on");
    const patched = patchHead(single, 0, constant([5], [1, 1]), on);
    expect(values(patched, { on: 0 })).toEqual([1]);
    expect(values(patched, { on: 1 })).toEqual([5]);
  });

  it("refuses heads that are not there and replacements that do not fit", () => {
    expect(errorOf(() => patchHead(own, 2, own))).toBe(
      "E_HOOK: there is no head 2 in [3, 2, 1] — expected a head from 0 to 1 on axis 1 — received 2",
    );
    expect(errorOf(() => patchHead(own, 0, constant([1, 2], [2, 1])))).toBe(
      "E_HOOK: the replacement of a head has the wrong shape — expected [3, 1] or [3, 2, 1] — received [2, 1]",
    );
  });
});
