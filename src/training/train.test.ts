import { describe, expect, it } from "vitest";
import type { Node } from "../circuit/index.ts";
import { referenceBackend } from "../engine/index.ts";
import { TorchRandom } from "../rng/index.ts";
import { initializeTransformer, torchNormals } from "../transformer/index.ts";
import { batchesPerCall } from "./batches-per-call.ts";
import { flattenWeights } from "./flat-weights.ts";
import { FAST_RECIPE, NATURAL_RECIPE } from "./presets.ts";
import { parseRecipe, type RecipeInput } from "./recipe.ts";
import type { TrainingState } from "./state.ts";
import { messageOf, run, SHORT, task, withClock } from "./train.testing.ts";
import type { TrainingEvent } from "./train.ts";

describe("a training run", () => {
  it("of no epochs gives back fresh weights", async () => {
    const { end, state, transformer } = await run({ ...SHORT, epochs: 0, compat: true });
    expect([end, state.epoch, state.step, state.history.length]).toEqual(["exhausted", 0, 0, 0]);
    const fresh = initializeTransformer(task.lowLevelConfig, torchNormals(new TorchRandom(0)));
    expect(transformer.weights).toEqual(fresh.weights);
  });

  it("starts from the weights it is given", async () => {
    const { transformer } = await run({ ...SHORT, epochs: 1 });
    const again = await run({ ...SHORT, epochs: 0 }, { initial: transformer.weights });
    expect(again.transformer.weights).toEqual(transformer.weights);
  });

  it("makes case 3 a faithful implementation in about a second", async () => {
    const { end, state } = await run(FAST_RECIPE);
    const { validation, trainLosses } = state.history.at(-1)!;
    expect(end).toBe("reached");
    expect(validation.accuracy).toBeGreaterThanOrEqual(0.999);
    expect(validation.iia).toBeGreaterThanOrEqual(0.999);
    expect(validation.strictAccuracy).toBeGreaterThanOrEqual(0.999);
    expect(trainLosses.iit + trainLosses.strict + trainLosses.behavior).toBeLessThan(0.01);
  });

  it("counts three updates for a batch, or one on the sum of the losses", async () => {
    expect((await run(SHORT)).state.step).toBe(36);
    expect((await run({ ...SHORT, singleLoss: true })).state.step).toBe(12);
    expect((await run({ ...SHORT, strictWeight: 0 })).state.step).toBe(24);
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const [a, b, c] = [await run(SHORT), await run(SHORT), await run({ ...SHORT, seed: 1 })];
    expect(a.state).toEqual(b.state);
    expect(a.state.weights).not.toEqual(c.state.weights);
  });

  it("tells of every epoch, and records it", async () => {
    const events: TrainingEvent[] = [];
    const saved: TrainingState[] = [];
    const { state } = await withClock(0, () =>
      run(SHORT, {
        onProgress: (event) => events.push(event),
        checkpoint: (state) => void saved.push(state()),
      }),
    );
    const records = events.flatMap((event) => (event.kind === "epoch" ? [event.record] : []));
    expect(records).toEqual(state.history);
    expect(records.map(({ epoch, steps }) => [epoch, steps])).toEqual([
      [1, 12],
      [2, 24],
      [3, 36],
    ]);
    expect(saved.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    expect(saved[2]).toEqual(state);
  });
});

describe("a run that goes on", () => {
  it.each([
    ["three updates", {}],
    ["one update and a plateau schedule", { singleLoss: true, learningRateSchedule: "plateau" }],
    ["half of the outside nodes", { siitSampling: "sample_all", valIiaSampling: "all" }],
  ] as const)("from an epoch's checkpoint ends with the same bits (%s)", async (_, changes) => {
    const recipe = { ...SHORT, ...changes, plateauPatience: 0 };
    const saved: TrainingState[] = [];
    const whole = await run(recipe, { checkpoint: (state) => void saved.push(state()) });
    const rest = await run(recipe, { resume: () => structuredClone(saved[0]!) });
    expect(rest.state).toEqual(whole.state);
  });

  it("from the middle of an epoch ends with the same bits", async () => {
    // An epoch of two calls: the second one ends with the epoch.
    const recipe = { ...SHORT, trainPairs: 2560, batchSize: 256 };
    const perCall = batchesPerCall(task, parseRecipe(recipe));
    expect([perCall < 10, 2 * perCall > 10]).toEqual([true, true]);
    const whole = await run(recipe);
    const controller = new AbortController();
    let calls = 0;
    const signal = Object.defineProperty(controller.signal, "aborted", { get: () => ++calls > 3 });
    const part = await run(recipe, { signal });
    expect([part.end, part.state.epoch, part.state.batch]).toEqual(["aborted", 1, perCall]);
    const rest = await run(recipe, { resume: () => part.state });
    expect(rest.state).toEqual(whole.state);
  });

  it("from a checkpoint within an epoch ends with the same bits", async () => {
    const recipe = { ...SHORT, trainPairs: 2560, batchSize: 256, epochs: 1 };
    const saved: TrainingState[] = [];
    const whole = await withClock(1000, () =>
      run(recipe, { checkpoint: (state) => void saved.push(state()) }),
    );
    // The second is ready to be validated.
    expect(saved.map(({ epoch, batch, history }) => [epoch, batch, history.length])).toEqual([
      [0, batchesPerCall(task, parseRecipe(recipe)), 0],
      [1, 0, 0],
      [1, 0, 1],
    ]);
    for (const state of saved) {
      const rest = await run(recipe, { resume: () => structuredClone(state) });
      expect(rest.state).toEqual(whole.state);
    }
  });

  it("may get more epochs, but no other recipe or transformer", async () => {
    const { state } = await run({ ...SHORT, epochs: 1 });
    const longer = await run({ ...SHORT, epochs: 2 }, { resume: () => state });
    expect(longer.state.epoch).toBe(2);
    expect(await messageOf(run({ ...SHORT, learningRate: 1e-3 }, { resume: () => state }))).toBe(
      "E_STATE: the stored state was made with another recipe (at learningRate) — expected 0.005, as in the state — received 0.001. Resume with the same recipe, or start anew.",
    );
    const other = { ...task.lowLevelConfig, dMlp: 8 };
    expect(
      await messageOf(run(SHORT, { resume: () => state }, { lowLevelConfig: other })),
    ).toContain("the stored state belongs to another transformer (at weights)");
  });

  it("is over at once when it had ended", async () => {
    const { state } = await run(SHORT);
    const again = await run(SHORT, { resume: () => state });
    expect(again.end).toBe("exhausted");
    expect(again.state).toEqual(state);
  });
});

describe("what ends a run", () => {
  it("is the aborted signal, before the first batch", async () => {
    const { end, state } = await run(SHORT, { signal: AbortSignal.abort() });
    expect([end, state.step]).toEqual(["aborted", 0]);
  });

  it("is patience without progress", async () => {
    const recipe = { ...SHORT, earlyStop: true, patience: 1, epochs: 50, learningRate: 1e-12 };
    const { end, state } = await run(recipe);
    expect([end, state.epoch]).toEqual(["stalled", 2]);
  });

  it("is a loss that is no number, with the place where it happened", async () => {
    const recipe = { ...SHORT, learningRate: 1e30, clipGradNorm: 1e30 };
    expect(await messageOf(run(recipe))).toMatch(
      /^E_DIVERGED: training diverges again and again \(at epoch \d, batch \d\) — received .*, after going back 6 times. Lower the learning rate/,
    );
  });
});

describe("a run counted in updates", () => {
  const COUNTED: RecipeInput = { ...SHORT, singleLoss: true, epochs: 100, updates: 10 };

  it("ends after them, and validates at its intervals and at the end", async () => {
    const { end, state } = await run({ ...COUNTED, validationInterval: 3 });
    expect([end, state.epoch, state.batch, state.step]).toEqual(["exhausted", 2, 2, 10]);
    expect(state.history.map(({ epoch, steps }) => [epoch, steps])).toEqual([
      [1, 3],
      [2, 6],
      [3, 9],
      [3, 10],
    ]);
  });

  it("ends with its epochs if they come first", async () => {
    const { state } = await run({ ...COUNTED, epochs: 2, validationInterval: 6 });
    expect(state.history.map(({ epoch, steps }) => [epoch, steps])).toEqual([
      [2, 6],
      [2, 8],
    ]);
  });

  it("finishes the batch in which an interval or the last update falls", async () => {
    const { state } = await run({ ...COUNTED, singleLoss: false, validationInterval: 4 });
    expect(state.history.map(({ steps }) => steps)).toEqual([6, 12]);
  });

  it("has the losses of its own stretch in every record", async () => {
    const whole = await run({ ...COUNTED, updates: 4, validationInterval: 4 });
    const parts = await run({ ...COUNTED, updates: 4, validationInterval: 1 });
    const losses = parts.state.history.map(({ trainLosses }) => trainLosses.iit);
    const mean = losses.reduce((a, b) => a + b, 0) / 4;
    expect(whole.state.history[0]!.trainLosses.iit).toBeCloseTo(mean, 6);
    expect(whole.state.weights).toEqual(parts.state.weights);
  });

  it.each([
    ["three losses", {}],
    ["gradients through the source", { sourceGradient: true }],
    ["the joint loss", { joint: true }],
    ["the recipe for results in seconds", FAST_RECIPE],
  ])("goes on from any call with the same bits (%s)", async (_, changes) => {
    const recipe = { ...COUNTED, ...changes, updates: 24, validationInterval: 16 };
    const sized = {
      ...recipe,
      trainPairs: 5120,
      batchSize: 512,
      validationPairs: 40,
      earlyStop: false,
    };
    const saved: TrainingState[] = [];
    const whole = await withClock(1000, () =>
      run(sized, { checkpoint: (state) => void saved.push(state()) }),
    );
    const within = saved.filter(({ step }) => step < 24 && step % 16 !== 0);
    expect(within.length).toBeGreaterThan(1);
    const rest = await run(sized, { resume: () => structuredClone(within[1]!) });
    expect(rest.state).toEqual(whole.state);
  });

  it("goes down a cosine, and says each record's last rate", async () => {
    const recipe = { ...COUNTED, updates: 8, learningRateSchedule: "cosine", warmUpUpdates: 2 };
    const { state } = await run({ ...recipe, validationInterval: 1 } as RecipeInput);
    const rates = state.history.map(({ learningRate }) => learningRate / 5e-3);
    expect(rates[0]).toBeCloseTo(0.5, 12);
    for (let update = 2; update <= 8; update++) {
      expect(rates[update - 1]).toBeCloseTo((1 + Math.cos((Math.PI * (update - 1)) / 8)) / 2, 12);
    }
  });
});

describe("a run that has reached its goal", () => {
  const reaching: RecipeInput = {
    ...SHORT,
    singleLoss: true,
    epochs: 100,
    validationInterval: 2,
    earlyStop: true,
    earlyStopAccuracy: 0,
    patience: 1,
  };

  it("ends, or settles while its rate goes down to 0", async () => {
    const atOnce = await run(reaching);
    expect([atOnce.end, atOnce.state.step]).toEqual(["reached", 2]);
    const { end, state } = await run({ ...reaching, settleUpdates: 5 });
    expect(end).toBe("reached");
    const rates = state.history.map(({ steps, learningRate }) => [steps, learningRate / 5e-3]);
    expect(rates).toEqual([
      [2, 1],
      [4, expect.closeTo(4 / 5, 12)],
      [6, expect.closeTo(2 / 5, 12)],
      [7, expect.closeTo(1 / 5, 12)],
    ]);
  });

  it("has reached it also where its updates end while it settles", async () => {
    const { end, state } = await run({ ...reaching, settleUpdates: 50, updates: 5 });
    expect([end, state.step]).toEqual(["reached", 5]);
  });

  it("goes on settling with the same bits", async () => {
    const recipe = { ...reaching, settleUpdates: 5 };
    const saved: TrainingState[] = [];
    const whole = await run(recipe, { checkpoint: (state) => void saved.push(state()) });
    const within = saved.find(({ step }) => step === 4)!;
    expect((await run(recipe, { resume: () => structuredClone(within) })).state).toEqual(
      whole.state,
    );
  });
});

describe("the weights of a run", () => {
  it("are those of the best validation, the latest of equals", async () => {
    // A rate at which accuracies go up and down.
    const recipe = { ...SHORT, epochs: 6, learningRate: 0.03, seed: 1 };
    const saved: TrainingState[] = [];
    const { best, state, transformer } = await run(recipe, {
      checkpoint: (state) => void (state().batch === 0 && saved.push(state())),
    });
    const least = state.history.map(({ validation: { accuracy, iia, strictAccuracy } }) =>
      Math.min(accuracy, iia!, strictAccuracy!),
    );
    const place = least.lastIndexOf(Math.max(...least));
    expect(place).toBeLessThan(5);
    expect(best).toEqual(state.history[place]);
    const weights = flattenWeights(task.lowLevelConfig, transformer.weights);
    const then = saved.find(({ history }) => history.length === place + 1)!;
    expect(weights).toEqual(then.weights);
    expect(weights).not.toEqual(state.weights);
    expect(state.bestWeights).toEqual(weights);
  });
});

describe("tasks at the edge", () => {
  it("have no strict term where every node is in the circuit", async () => {
    const correspondence = task.correspondence.map((variable, i) => ({
      ...variable,
      ll: [0, 1].flatMap((layer): Node[] =>
        i === 0
          ? [{ hook: `blocks.${layer}.mlp.hook_post`, head: null }]
          : [0, 1, 2, 3].map((head) => ({ hook: `blocks.${layer}.attn.hook_result`, head })),
      ),
    }));
    const { state } = await run({ ...SHORT, epochs: 1 }, {}, { correspondence });
    expect(state.step).toBe(8);
    expect(state.history[0]!.trainLosses.strict).toBe(0);
    expect(state.history[0]!.validation.strictAccuracy).toBeUndefined();
    const strict = { ...SHORT, iitWeight: 0, behaviorWeight: 0 };
    expect(await messageOf(run(strict, {}, { correspondence }))).toContain(
      "E_TASK: the recipe trains something that the task does not have",
    );
  });

  it("are trained naturally without variables", async () => {
    const { state } = await run({ ...SHORT, ...NATURAL_RECIPE }, {}, { correspondence: [] });
    const { validation, trainLosses } = state.history.at(-1)!;
    expect([validation.iia, validation.iitLoss]).toEqual([undefined, undefined]);
    expect([trainLosses.iit, trainLosses.strict]).toEqual([0, 0]);
    expect(await messageOf(run(SHORT, {}, { correspondence: [] }))).toContain(
      "Set iitWeight to 0.",
    );
  });

  it("have a single input", async () => {
    const single = { tokens: task.tokens.slice(0, 5), multiplicity: [1] };
    const { state } = await run(SHORT, {}, single);
    expect(state.history).toHaveLength(3);
  });

  it("count the last position alone", async () => {
    const { state } = await run({ ...SHORT, epochs: 1 }, {}, { outputPositions: "last" });
    expect(state.history).toHaveLength(1);
  });

  it.each([
    ["three losses", {}],
    ["the joint loss with gradients through the source", { joint: true, sourceGradient: true }],
  ])("give nearly the same on the reference backend (%s)", async (_, changes) => {
    const sizes = { epochs: 1, trainPairs: 32, validationPairs: 16, batchSize: 8 };
    const recipe = { ...SHORT, ...sizes, ...changes, learningRate: 1e-3 };
    const [fast, exact] = [await run(recipe), await run(recipe, { backend: referenceBackend() })];
    const worst = flattenWeights(task.lowLevelConfig, exact.transformer.weights).reduce(
      (max, w, i) => Math.max(max, Math.abs(w - fast.state.weights[i]!)),
      0,
    );
    // Twelve updates of up to 1e-3 each; Adam magnifies the rounding of the smallest gradients.
    expect(worst).toBeLessThan(1e-4);
  });
});
