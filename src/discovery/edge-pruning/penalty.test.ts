import { describe, expect, it } from "vitest";
import { compile, gradients, parameter, referenceBackend } from "../../engine/index.ts";
import { scheduleAt, sparsityPenalty } from "./penalty.ts";

describe("the penalty of a sparsity", () => {
  const names = ["s", "first", "second"] as const;
  const at = (values: Record<(typeof names)[number], number>, target: number) => {
    const [s, first, second] = names.map((name) => parameter(name, [])) as [
      ReturnType<typeof parameter>,
      ReturnType<typeof parameter>,
      ReturnType<typeof parameter>,
    ];
    const t = parameter("t", []);
    const value = sparsityPenalty(s, t, [first, second]);
    const [ofS, ofFirst, ofSecond] = gradients(value, [s, first, second]);
    const outputs = { value, ofS: ofS!, ofFirst: ofFirst!, ofSecond: ofSecond! };
    const inputs = Object.fromEntries(
      Object.entries({ ...values, t: target }).map(([name, x]) => [name, Float64Array.of(x)]),
    );
    const found = referenceBackend().load(compile({ outputs })).run({ batch: 0, inputs });
    return Object.values(found).map(([x]) => x!);
  };

  it.each([
    [0.2, 0.5],
    [0.9, 0.5],
  ])("is descended in s and climbed in its multipliers: s %d, t %d", (s, t) => {
    const [first, second] = [1.5, -0.7];
    const gap = s - t;
    const expected = [
      first * gap + second * gap ** 2,
      first + 2 * second * gap,
      // A descending step along these moves λ₁ with the sign of s − t, and λ₂ up.
      -gap,
      -(gap ** 2),
    ];
    at({ s, first, second }, t).forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 12);
    });
  });
});

describe("the schedule", () => {
  it("lets the rate rise and fall, and the target rise, in straight lines", () => {
    const schedule = { steps: 10, lr: 0.8, lrWarmup: 0.2, targetWarmup: 0.5 };
    const at = Array.from({ length: 10 }, (_, step) => scheduleAt(schedule, step));
    const rates = [0.4, 0.8, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
    const targets = [0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1];
    at.forEach(({ learningRate, targetShare }, step) => {
      expect(learningRate).toBeCloseTo(rates[step]!, 12);
      expect(targetShare).toBeCloseTo(targets[step]!, 12);
    });
  });

  it("has no rise where none is asked for", () => {
    const flat = { steps: 4, lr: 1, lrWarmup: 0, targetWarmup: 0 };
    expect(scheduleAt(flat, 0)).toEqual({ learningRate: 1, targetShare: 1 });
    expect(scheduleAt({ ...flat, steps: 1, lrWarmup: 1 }, 0).learningRate).toBe(1);
  });
});
