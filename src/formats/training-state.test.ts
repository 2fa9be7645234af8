import { describe, expect, it } from "vitest";
import { parseRecipe, type TrainingState } from "../training/index.ts";
import { decodeTrainingState, encodeSafetensors, encodeTrainingState } from "./index.ts";

const state = (changes: Partial<TrainingState> = {}): TrainingState => ({
  recipe: parseRecipe({ epochs: 7, strictWeight: 0.1 }),
  epoch: 1,
  batch: 0,
  step: 1125,
  lossSums: { iit: 0.1 + 0.2, strict: 1e-300, behavior: 0 },
  lossBatches: 4,
  recoveries: [{ step: 700, epoch: 1, cause: "a loss is NaN", backTo: 0, rateFactor: 0.5 }],
  history: [
    {
      epoch: 1,
      learningRate: 1e-3,
      steps: 1125,
      trainLosses: { iit: 1 / 3, strict: 0, behavior: 2 },
      validation: {
        accuracy: 0.5,
        iia: 0.25,
        iitLoss: 1e-7,
        strictAccuracy: undefined,
        jointStrictAccuracy: 0.125,
      },
    },
  ],
  weights: Float32Array.of(1.5, -0.1),
  bestWeights: Float32Array.of(0.25, 7),
  firstMoment: Float32Array.of(0, 1e-38),
  secondMoment: Float32Array.of(3e38, 0),
  ...changes,
});

describe("a training state in a file", () => {
  it("comes back as it was, without parameters and epochs, too", () => {
    const none = new Float32Array(0);
    const empty = state({
      epoch: 0,
      history: [],
      weights: none,
      bestWeights: none,
      firstMoment: none,
      secondMoment: none,
    });
    for (const before of [empty, state()]) {
      expect(decodeTrainingState(encodeTrainingState(before))).toEqual(before);
    }
  });

  it("gives the same bytes again", () => {
    const bytes = encodeTrainingState(state());
    expect(encodeTrainingState(decodeTrainingState(bytes))).toEqual(bytes);
  });

  it("is refused when it is something else", () => {
    expect(() => decodeTrainingState(encodeSafetensors(new Map()), "c.safetensors")).toThrow(
      expect.objectContaining({ code: "E_STATE", at: "c.safetensors", received: "none" }),
    );
    expect(() => decodeTrainingState(encodeTrainingState(state()).subarray(0, 40))).toThrow(
      expect.objectContaining({ code: "E_SAFETENSORS" }),
    );
    const earlier = new Map([["interpbench.training", JSON.stringify({ version: 1 })]]);
    expect(() => decodeTrainingState(encodeSafetensors(new Map(), earlier))).toThrow(
      expect.objectContaining({ code: "E_STATE", received: expect.stringContaining("1") }),
    );
    const other = encodeSafetensors(new Map(), new Map([["interpbench.training", "{}"]]));
    expect(() => decodeTrainingState(other)).toThrow(expect.objectContaining({ code: "E_STATE" }));
  });
});
