import { describe, expect, it } from "vitest";
import { type Backend, referenceBackend, runSteps, wasmBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { resample, withScope } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { INITIAL_MASK_LOGIT, logisticNoise } from "../masks/hard-concrete.ts";
import type { MaskTrainer } from "../masks/mask-trainer.ts";
import type { MaskObjective } from "../masks/objective.ts";
import type { MaskScheme } from "../masks/scheme.ts";
import { probe, SCHEMES } from "./probing.testing.ts";
import { type ProbingStep, prepareProbing } from "./train.ts";

type ProbingTrainer = MaskTrainer<ProbingStep>;

const backend = referenceBackend();
const task = tinyTask();
const objective: MaskObjective = { metric: "kl", target: "labels" };
const LAMBDA = 0.7;

const train = <T>(
  on: Backend,
  scheme: MaskScheme,
  work: (trainer: ProbingTrainer) => T,
): Promise<T> =>
  withScope(on, (scope) =>
    work(runSteps(prepareProbing(scope, task, scheme, objective, resample))),
  );

const noiseOf = (step: number, count: number) => logisticNoise(Key.fromSeed(6).fold(step), count);

/** Some steps: the losses, and θ after them. */
function steps(trainer: ProbingTrainer, count: number, learningRate = 0.05) {
  trainer.reset();
  const losses = Array.from({ length: count }, (_, i) =>
    runSteps(
      trainer.stepInSteps({
        step: i + 1,
        learningRate,
        lambda: LAMBDA,
        noise: noiseOf(i + 1, trainer.count),
      }),
    ),
  );
  return { losses, maskLogits: trainer.values() };
}

describe.each(SCHEMES)("training masks %s", (_, scheme) => {
  it("is Adam with PyTorch's defaults, step by step", async () => {
    const found = await train(backend, scheme, (trainer) =>
      [1, 2, 3].map((count) => steps(trainer, count)),
    );
    const size = found[0]!.maskLogits.length;
    const theta = new Float64Array(size).fill(INITIAL_MASK_LOGIT);
    const [m, v] = [new Float64Array(size), new Float64Array(size)];
    for (const [i, { losses, maskLogits }] of found.entries()) {
      const step = i + 1;
      const draw = { maskLogits: theta.slice(), noise: noiseOf(step, size), lambda: LAMBDA };
      const [values] = await probe(task, scheme, objective, backend, [draw]);
      expect(Math.abs(losses[i]! - values!.loss)).toBeLessThan(1e-13);
      values!.slopes.forEach((slope, k) => {
        m[k] = 0.9 * m[k]! + 0.1 * slope;
        v[k] = 0.999 * v[k]! + 0.001 * slope * slope;
        const [mean, square] = [m[k]! / (1 - 0.9 ** step), v[k]! / (1 - 0.999 ** step)];
        theta[k]! -= (0.05 * mean) / (Math.sqrt(square) + 1e-8);
        expect(Math.abs(maskLogits[k]! - theta[k]!)).toBeLessThan(1e-12);
      });
    }
    expect(Math.max(...theta)).toBeGreaterThan(INITIAL_MASK_LOGIT + 0.01);
    expect(Math.min(...theta)).toBeLessThan(INITIAL_MASK_LOGIT - 0.1);
  });

  it("gives the same bits after a reset", async () => {
    const [first, second] = await train(await wasmBackend(), scheme, (trainer) => [
      steps(trainer, 5),
      steps(trainer, 5),
    ]);
    expect(second).toEqual(first);
  });

  it("agrees between the backends", async () => {
    const expected = await train(backend, scheme, (trainer) => steps(trainer, 30));
    const found = await train(await wasmBackend(), scheme, (trainer) => steps(trainer, 30));
    found.maskLogits.forEach((logit, i) => {
      expect(Math.abs(logit - expected.maskLogits[i]!)).toBeLessThan(1e-4);
    });
  });

  it("stops at losses and masks that are no numbers", async () => {
    const errorOf = (work: (trainer: ProbingTrainer) => unknown) =>
      train(backend, scheme, work).then(() => "fine", formatError);
    const one = { step: 1, learningRate: 0.1, lambda: 1 };
    expect(
      await errorOf((trainer) =>
        runSteps(
          trainer.stepInSteps({
            ...one,
            lambda: Number.POSITIVE_INFINITY,
            noise: noiseOf(1, trainer.count),
          }),
        ),
      ),
    ).toMatch(/^E_NUMBER: the loss of a masked run is not a finite number — received Infinity/);
    expect(
      await errorOf((trainer) => {
        const noise = noiseOf(1, trainer.count);
        runSteps(trainer.stepInSteps({ ...one, learningRate: Number.POSITIVE_INFINITY, noise }));
        trainer.values();
      }),
    ).toMatch(/^E_NUMBER: a mask is no longer a finite number — received -?(Infinity|NaN)/);
  });
});
