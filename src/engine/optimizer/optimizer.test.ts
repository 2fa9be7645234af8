import { describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import {
  add,
  compile,
  concat,
  mul,
  parameter,
  referenceBackend,
  reshape,
  scalar,
  slice,
  square,
  stack,
  sub,
  sum,
} from "../index.ts";
import { adam, adamScalars, momentNames, PYTORCH_ADAM } from "./adam.ts";
import { clipByGlobalNorm, globalNorm } from "./clipping.ts";
import { optimizerStep } from "./step.ts";

const backend = referenceBackend();

describe("Adam", () => {
  it("moves by the learning rate against the gradient's sign in its first step", () => {
    const w = parameter("w", [3]);
    const gradient = mul(w, 0.01);
    const executable = backend.load(
      compile({ outputs: {}, updates: adam([w], [gradient], PYTORCH_ADAM) }),
    );
    const names = momentNames("w");
    const buffer = backend.buffer([2, -3, 0]);
    const inputs = {
      w: buffer,
      [names.first]: backend.buffer(3),
      [names.second]: backend.buffer(3),
    };
    executable.run({ batch: 0, inputs, scalars: adamScalars(1, 0.1, PYTORCH_ADAM) });
    const [a, b, c] = buffer.read();
    expect(a).toBeCloseTo(1.9, 6);
    expect(b).toBeCloseTo(-2.9, 6);
    expect(c).toBe(0);
  });

  it.each([
    { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 },
    { beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.3 },
  ])("is the textbook's recursion, for several parameters at once: %o", (options) => {
    const { weightDecay = 0 } = options;
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
        expected[i]! *= 1 - 0.1 * weightDecay;
        expected[i]! -= (0.1 * mean) / (Math.sqrt(square) + 1e-3);
      }
    }
    const received = [...buffers.u!.read(), ...buffers.v!.read()];
    received.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
  });

  it("refuses what is no parameter, and missing gradients", () => {
    const errorOf = (action: () => unknown) => {
      try {
        return String(action());
      } catch (error) {
        return formatError(error);
      }
    };
    expect(errorOf(() => adam([mul(parameter("w", []), 2)], [scalar("g")], PYTORCH_ADAM))).toBe(
      "E_PROGRAM: only parameters can be optimised — expected tensors made by parameter() — received binary",
    );
    expect(errorOf(() => adam([parameter("w", [])], [], PYTORCH_ADAM))).toContain(
      "expected 1 gradients",
    );
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

describe("a step", () => {
  const options = { adam: PYTORCH_ADAM };

  /** The parameters after some steps on Σ (w − goal)², and the first gradient's norm. */
  function learn(clip: number | undefined, isWhole: boolean) {
    const [w, goal] = [parameter("w", [3]), scalar("goal", [3])];
    const parts = [reshape(slice(w, 0, 0, 2), [1, 2]), slice(w, 0, 2, 3)];
    const joined = concat([reshape(parts[0]!, [2]), parts[1]!], 0);
    const loss = sum(square(sub(isWhole ? w : joined, goal)));
    const { updates, gradientNorm } = optimizerStep(
      [isWhole ? { parameter: w } : { parameter: w, parts }],
      loss,
      clip === undefined ? options : { ...options, clip },
    );
    const executable = backend.load(compile({ outputs: { gradientNorm }, updates }));
    const { first, second } = momentNames("w");
    const inputs = {
      w: backend.buffer([1, 2, 3]),
      [first]: backend.buffer(3),
      [second]: backend.buffer(3),
    };
    const norms = [1, 2, 3].map((step) => {
      const scalars = { ...adamScalars(step, 0.1, PYTORCH_ADAM), goal: [0, 0, 0] };
      return executable.run({ batch: 0, inputs, scalars }).gradientNorm[0]!;
    });
    return { norms, values: [...inputs.w.read()] };
  }

  it("is Adam on the loss's gradient", () => {
    const { norms, values } = learn(undefined, true);
    expect(norms[0]).toBeCloseTo(Math.hypot(2, 4, 6), 12);
    // Adam's first steps are as long as the learning rate.
    [0.7, 1.7, 2.7].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 2);
    });
  });

  it("is the same where the loss reads a parameter in parts", () => {
    expect(learn(undefined, false)).toEqual(learn(undefined, true));
    expect(learn(1, false)).toEqual(learn(1, true));
  });

  it("clips all gradients together, and tells the norm before", () => {
    const [w, v] = [parameter("w", []), parameter("v", [])];
    const loss = add(mul(w, 3), mul(v, 4));
    const { updates, gradientNorm } = optimizerStep([{ parameter: w }, { parameter: v }], loss, {
      ...options,
      clip: 1,
    });
    const [first, , , second] = updates.map(({ value }) => value);
    const program = compile({ outputs: { norm: gradientNorm, first: first!, second: second! } });
    const zero = Float64Array.of(0);
    const inputs = { [momentNames("w").first]: zero, [momentNames("v").first]: zero };
    const moments = backend.load(program).run({ batch: 0, inputs });
    expect(moments.norm[0]).toBe(5);
    expect(moments.first[0]).toBeCloseTo(0.1 * 0.6, 6);
    expect(moments.second[0]).toBeCloseTo(0.1 * 0.8, 6);
  });
});
