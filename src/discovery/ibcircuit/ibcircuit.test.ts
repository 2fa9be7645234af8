import { describe, expect, it } from "vitest";
import { compile, constant, referenceBackend, runSteps, wasmBackend } from "../../engine/index.ts";
import { withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { TINY_TASKS, tinyTask } from "../fixtures.testing.ts";
import { bottleneckPenalty, noisyOutput } from "./bottleneck.ts";
import { ibcircuit } from "./ibcircuit.ts";
import { rowStatistics } from "./row-statistics.ts";
import { noisyHooks, prepareNoise } from "./train.ts";

const backend = referenceBackend();

/** What passes at two positions of two places of one dimension each, and its noise. */
const at = (values: readonly number[]) => constant(values, [2, 2, 1]);
const [OUTPUT, MEAN, DEVIATION, NOISE] = [
  [0.3, -1, 2, 0.5],
  [0.1, -0.5, 1, 0.5],
  [0.4, 2, 0.7, 0],
  [1, -2, 0.5, 3],
] as const;

function bottleneck(w: readonly [number, number]) {
  const parts = {
    output: at(OUTPUT),
    weight: constant(w, [2]),
    mean: at(MEAN),
    deviation: at(DEVIATION),
    varies: at(DEVIATION.map((x) => (x > 0 ? 1 : 0))),
  };
  const outputs = { noisy: noisyOutput(parts, at(NOISE)), penalty: bottleneckPenalty(parts) };
  const { noisy, penalty } = backend.load(compile({ outputs })).run({ batch: 0 });
  return { noisy: [...noisy], penalty: penalty[0]! };
}

describe("a bottleneck", () => {
  it("that leaves everything is none", () => {
    expect(bottleneck([1, 1]).noisy).toEqual([...OUTPUT]);
  });

  it("that leaves nothing carries noise alone, at ½ for everything that varies", () => {
    const { noisy, penalty } = bottleneck([0, 0]);
    noisy.forEach((x, i) => {
      expect(x).toBeCloseTo(MEAN[i]! + DEVIATION[i]! * NOISE[i]!, 12);
    });
    expect(penalty).toBeCloseTo((0.5 * 3) / 4, 5);
  });

  it("costs what its formula says in between, and about ln (σ/e) where it leaves nearly all", () => {
    const w = [0.3, 0.8] as const;
    const e = 1e-7;
    const expected = OUTPUT.map((output, i) => {
      const [deviation, left] = [DEVIATION[i]!, w[i % 2]!];
      if (deviation === 0) return 0;
      const remaining = (1 - left) * deviation;
      return (
        0.5 *
        ((remaining / (deviation + e)) ** 2 +
          ((left * (output - MEAN[i]!)) / (deviation + e)) ** 2 +
          Math.log((deviation / (remaining + e) + e) ** 2))
      );
    });
    const total = expected.reduce((a, b) => a + b, 0);
    expect(bottleneck(w).penalty).toBeCloseTo(total / 4, 12);
    const open = bottleneck([1, 1]).penalty * 4;
    const logs = DEVIATION.filter((x) => x > 0).map((x) => Math.log(x / e));
    const shifts = OUTPUT.map((x, i) => (DEVIATION[i]! > 0 ? (x - MEAN[i]!) / DEVIATION[i]! : 0));
    expect(open).toBeCloseTo(
      logs.reduce((a, b) => a + b, 0) + shifts.reduce((sum, x) => sum + 0.5 * x ** 2, 0),
      5,
    );
  });
});

describe("statistics over rows", () => {
  it("are those of a weighted sample", () => {
    const found = (values: readonly number[], weights: readonly number[]) =>
      runSteps(rowStatistics(Float64Array.from(values), Float64Array.from(weights)));
    const { mean, deviation, varies } = found([1, 5, 3, 5, 8, 5], [0.25, 0.5, 0.25]);
    expect([...mean]).toEqual([3.75, 5]);
    const variance = 0.25 * 2.75 ** 2 + 0.5 * 0.75 ** 2 + 0.25 * 4.25 ** 2;
    expect(deviation[0]).toBeCloseTo(Math.sqrt((variance * 3) / 2), 12);
    expect([...varies]).toEqual([1, 0]);
    expect([...found([1, 2], [1]).deviation]).toEqual([0, 0]);
  });

  it("are added up in steps of 2¹⁷ values, or of a row", () => {
    const count = (rows: number, width: number) => {
      const weights = new Float64Array(rows).fill(1 / rows);
      return [...rowStatistics(new Float64Array(rows * width).fill(2), weights)].length;
    };
    expect(count(1, 1)).toBe(2);
    expect(count(5, 2 ** 16)).toBe(2 * 3);
    expect(count(3, 2 ** 18)).toBe(2 * 3);
  });
});

describe("IBCircuit", () => {
  it.each(Object.entries(TINY_TASKS))("starts from the whole transformer: %s", async (_, task) => {
    const objective = { metric: task.categorical ? "kl" : "l2", target: "model" } as const;
    const hooks = noisyHooks(task, true);
    const places = hooks.reduce((sum, hook) => sum + hook.places, 0);
    const lossAt = (logit: number) =>
      withScope(backend, (scope) => {
        const start = new Float64Array(task.rows * places).fill(logit);
        const spec = { objective, hooks, distanceWeight: 1, penaltyWeight: 0, start };
        const learner = runSteps(prepareNoise(scope, task, spec));
        const noise = Key.fromSeed(1).normal(learner.noiseSize);
        return runSteps(learner.stepInSteps({ step: 1, learningRate: 0.1, noise }));
      });
    expect(Math.abs(await lossAt(40))).toBeLessThan(1e-12);
    expect(await lossAt(-40)).toBeGreaterThan(1e-3);
  });

  it("gives the same bytes every time, and others for another seed", async () => {
    const on = await wasmBackend();
    const bytes = async (options: Parameters<typeof ibcircuit.discover>[1]) =>
      JSON.stringify([...(await ibcircuit.discover(tinyTask(), options, { backend: on })).ranking]);
    const options = { epochs: 10, examples: 3 };
    const first = await bytes(options);
    expect(await bytes(options)).toBe(first);
    expect(await bytes({ ...options, seed: 1 })).not.toBe(first);
  });

  it("keeps MLPs whatever they do, if they are left alone", async () => {
    const { ranking } = await ibcircuit.discover(
      tinyTask(),
      { epochs: 3, mlps: false },
      { backend },
    );
    expect(ranking.get("blocks.0.hook_mlp_out")).toBe(1);
    expect(ranking.get("blocks.0.attn.hook_result[0]")).toBeLessThan(1);
  });
});
