import { describe, expect, it } from "vitest";
import {
  compile,
  mul,
  parameter,
  referenceBackend,
  scalar,
  stack,
  sub,
} from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { ADAM_DEFAULTS, adam, adamScalars, momentNames } from "./adam.ts";
import { clipByGlobalNorm, globalNorm } from "./clipping.ts";
import {
  learningRateAt,
  linearRate,
  plannedUpdates,
  plateauRate,
  type ScheduleFacts,
  type ScheduleMoment,
} from "./schedule.ts";

const backend = referenceBackend();

describe("Adam", () => {
  it("moves by the learning rate against the gradient's sign in its first step", () => {
    const w = parameter("w", [3]);
    const gradient = mul(w, 0.01);
    const executable = backend.load(compile({ outputs: {}, updates: adam([w], [gradient]) }));
    const names = momentNames("w");
    const buffer = backend.buffer([2, -3, 0]);
    const inputs = {
      w: buffer,
      [names.first]: backend.buffer(3),
      [names.second]: backend.buffer(3),
    };
    executable.run({ batch: 0, inputs, scalars: adamScalars(1, 0.1) });
    const [a, b, c] = buffer.read();
    expect(a).toBeCloseTo(1.9, 6);
    expect(b).toBeCloseTo(-2.9, 6);
    expect(c).toBe(0);
  });

  it("is the textbook's recursion, for several parameters at once", () => {
    const options = { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 };
    const [u, v] = [parameter("u", [2]), parameter("v", [])];
    const gradientOf = { u: [3, -1], v: [0.5] };
    const goal = scalar("goal");
    const slopes = [sub(u, goal), sub(v, goal)];
    const executable = backend.load(
      compile({ outputs: {}, updates: adam([u, v], slopes, options) }),
    );
    const buffers = Object.fromEntries(
      Object.entries(gradientOf).flatMap(([name, values]) => {
        const { first, second } = momentNames(name);
        return [
          [name, backend.buffer(values)],
          [first, backend.buffer(values.length)],
          [second, backend.buffer(values.length)],
        ];
      }),
    );
    const expected = [3, -1, 0.5];
    const [m, s] = [new Float64Array(3), new Float64Array(3)];
    for (let step = 1; step <= 5; step++) {
      const scalars = { ...adamScalars(step, 0.1, options), goal: 1 };
      executable.run({ batch: 0, inputs: buffers, scalars });
      for (let i = 0; i < 3; i++) {
        const g = expected[i]! - 1;
        m[i] = 0.8 * m[i]! + 0.2 * g;
        s[i] = 0.95 * s[i]! + 0.05 * g * g;
        const [mean, square] = [m[i]! / (1 - 0.8 ** step), s[i]! / (1 - 0.95 ** step)];
        expected[i]! -= (0.1 * mean) / (Math.sqrt(square) + 1e-3);
      }
    }
    const received = [...buffers.u!.read(), ...buffers.v!.read()];
    received.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
  });

  it("has the original's decay rates", () => {
    expect(ADAM_DEFAULTS).toEqual({ beta1: 0.9, beta2: 0.9, epsilon: 1e-8 });
  });

  it("refuses what is no parameter, and missing gradients", () => {
    const errorOf = (action: () => unknown) => {
      try {
        return String(action());
      } catch (error) {
        return formatError(error);
      }
    };
    expect(errorOf(() => adam([mul(parameter("w", []), 2)], [scalar("g")]))).toBe(
      "E_PROGRAM: only parameters can be optimised — expected tensors made by parameter() — received binary",
    );
    expect(errorOf(() => adam([parameter("w", [])], []))).toContain("expected 1 gradients");
  });
});

describe("clipping", () => {
  const clip = (values: readonly number[], maxNorm: number) => {
    const gradients = values.map((_, i) => scalar(`g${i}`));
    const clipped = clipByGlobalNorm(gradients, maxNorm);
    const outputs = { norm: clipped.norm, values: stack(clipped.gradients, 0) };
    const scalars = Object.fromEntries(values.map((value, i) => [`g${i}`, value]));
    const result = backend.load(compile({ outputs })).run({ batch: 0, scalars });
    return { norm: result.norm[0]!, values: [...result.values] };
  };

  it("scales all gradients to the largest norm together", () => {
    const { norm, values } = clip([3, -4], 1);
    expect(norm).toBe(5);
    expect(values[0]).toBeCloseTo(0.6, 6);
    expect(values[1]).toBeCloseTo(-0.8, 6);
  });

  it("leaves short gradients alone, and zeros zero", () => {
    expect(clip([0.3, 0.4], 1)).toEqual({ norm: 0.5, values: [0.3, 0.4] });
    expect(clip([0], 1)).toEqual({ norm: 0, values: [0] });
  });

  it("has no norm of nothing", () => {
    expect(() => globalNorm([])).toThrow("the norm of no tensors is not defined");
  });
});

describe("learning rates", () => {
  const facts: ScheduleFacts = {
    epochs: 10,
    learningRate: 1e-2,
    learningRateSchedule: "constant",
    finalLearningRate: 2e-4,
    plateauPatience: 1,
    plateauFactor: 0.5,
    warmUpUpdates: 0,
  };
  const at = (changes: Partial<ScheduleMoment> = {}): ScheduleMoment => ({
    epoch: 0,
    update: 1,
    sinceStart: 1,
    updatesPerEpoch: 4,
    metrics: [],
    ...changes,
  });

  it("are constant, or go down in a line to the final rate", () => {
    expect(learningRateAt(facts, at({ epoch: 2, update: 9 }))).toBe(1e-2);
    const linear = { ...facts, learningRateSchedule: "linear" } as const;
    expect(learningRateAt(linear, at({ update: 4 }))).toBe(1e-2);
    expect(learningRateAt(linear, at({ epoch: 5 }))).toBeCloseTo(5.1e-3, 12);
    expect(linearRate(facts, 10)).toBeCloseTo(2e-4, 12);
    expect(linearRate({ ...facts, epochs: 0 }, 0)).toBe(1e-2);
  });

  it("go down to 0 in half a cosine over the updates, or those of all epochs, or again and again", () => {
    const cosine = {
      ...facts,
      learningRateSchedule: "cosine",
      updates: 100,
      epochs: 1000,
    } as const;
    const rate = (update: number) => learningRateAt(cosine, at({ update }));
    expect([rate(1), rate(51)]).toEqual([1e-2, 5e-3]);
    expect(rate(26)).toBeCloseTo(1e-2 * (0.5 + Math.SQRT1_2 / 2), 12);
    expect(rate(100)).toBeCloseTo((1e-2 * (1 - Math.cos(Math.PI / 100))) / 2, 12);
    const cycles = { ...cosine, cycleUpdates: 50 };
    const again = (update: number) => learningRateAt(cycles, at({ update }));
    expect([again(1), again(26), again(51), again(76)]).toEqual([1e-2, 5e-3, 1e-2, 5e-3]);
    expect(again(50)).toBeLessThan(1e-5);
    const epochs = learningRateAt(
      { ...cosine, updates: undefined, epochs: 10 },
      at({ update: 21 }),
    );
    expect(epochs).toBe(5e-3);
  });

  it("rise over the first updates, and again where Adam starts anew", () => {
    const warm = { ...facts, warmUpUpdates: 10 };
    const rate = (sinceStart: number) => learningRateAt(warm, at({ update: 77, sinceStart }));
    expect([rate(1), rate(5), rate(10), rate(11)]).toEqual([1e-3, 5e-3, 1e-2, 1e-2]);
  });

  it("plan the updates of a run", () => {
    expect(plannedUpdates({ epochs: 10 }, 4)).toBe(40);
    expect(plannedUpdates({ epochs: 10, updates: 30 }, 4)).toBe(30);
    expect(plannedUpdates({ epochs: 2, updates: 30 }, 4)).toBe(8);
  });

  it("drop when the metric has stopped rising, not when it rises", () => {
    expect(plateauRate(facts, [])).toBe(1e-2);
    expect(plateauRate(facts, [0.1, 0.2, 0.3, 0.4, 0.5])).toBe(1e-2);
    expect(plateauRate(facts, [0.5, 0.5])).toBe(1e-2);
    expect(plateauRate(facts, [0.5, 0.5, 0.5])).toBe(5e-3);
    expect(plateauRate(facts, [0.5, 0.4, 0.5, 0.4, 0.3])).toBe(2.5e-3);
    expect(
      learningRateAt({ ...facts, learningRateSchedule: "plateau" }, at({ metrics: [1, 1, 1] })),
    ).toBe(5e-3);
  });
});
