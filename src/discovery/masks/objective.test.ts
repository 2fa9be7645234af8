import { describe, expect, it } from "vitest";
import { compile, referenceBackend, sampleInput } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { CLEAN_LOGITS, sampleInputs } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import {
  assertObjective,
  defaultMetric,
  type MaskObjective,
  METRICS,
  maskedLoss,
  TARGETS,
} from "./objective.ts";

const POSITIONS = 3;

/** The distance of one row, in plain loops. */
function byHand(
  { metric, target }: MaskObjective,
  categorical: boolean,
  logits: Float64Array,
  clean: Float64Array,
  labels: readonly number[],
): number {
  const outputs = logits.length / POSITIONS;
  const at = (values: Float64Array, p: number) => [
    ...values.subarray(p * outputs, (p + 1) * outputs),
  ];
  const softmax = (xs: number[]) => {
    const sum = xs.reduce((total, x) => total + Math.exp(x), 0);
    return xs.map((x) => Math.exp(x) / sum);
  };
  let total = 0;
  for (let p = 0; p < POSITIONS; p++) {
    const [own, model] = [at(logits, p), at(clean, p)];
    const oneHot = own.map((_, c) => (c === labels[p] ? 1 : 0));
    const label = categorical ? oneHot : [labels[p]!];
    const wanted = target === "model" ? model : label;
    if (metric === "l2") {
      total += own.reduce((sum, x, c) => sum + (x - wanted[c]!) ** 2, 0) / outputs;
      continue;
    }
    const q = softmax(own);
    const distribution = target === "model" ? softmax(model) : oneHot;
    for (const [c, share] of distribution.entries()) {
      if (share > 0) total += share * Math.log(share / q[c]!);
    }
  }
  return total / POSITIONS;
}

const objectives = METRICS.flatMap((metric) => TARGETS.map((target) => ({ metric, target })));

describe("the distance of a row", () => {
  it.each([
    ...objectives.map((objective) => ({ ...objective, outputs: 4, categorical: true })),
    ...TARGETS.map((target) => ({ metric: "l2", target, outputs: 1, categorical: false }) as const),
    { metric: "l2", target: "model", outputs: 3, categorical: false } as const,
  ])("is what its formula says: %o", ({ outputs, categorical, ...objective }) => {
    const key = Key.fromSeed(3);
    const size = POSITIONS * outputs;
    const [logits, clean] = [key.fold("own").normal(size), key.fold("clean").normal(size)];
    const labels = categorical ? [2, 0, 3] : [0.5, -1, 2];
    const result = maskedLoss(
      { categorical },
      objective,
      sampleInput("logits", [POSITIONS, outputs]),
      sampleInputs(),
    );
    const program = compile({ outputs: { result } });
    const all = { logits, [CLEAN_LOGITS]: clean, targets: Float64Array.from(labels) };
    const inputs = Object.fromEntries(
      Object.entries(all).filter(([name]) => program.inputs.has(name)),
    );
    const [found] = referenceBackend().load(program).run({ batch: 1, inputs }).result;
    const expected = byHand(objective, categorical, logits, clean, labels);
    expect(expected).toBeGreaterThan(0.01);
    expect(Math.abs(found! - expected)).toBeLessThan(1e-13);
  });

  it("is kl for classes and l2 for numbers by default", () => {
    expect(defaultMetric({ categorical: true })).toBe("kl");
    expect(defaultMetric({ categorical: false })).toBe("l2");
  });

  it("fits the task, or is an error", () => {
    const errorOf = (categorical: boolean, dVocabOut: number, objective: MaskObjective) => {
      try {
        assertObjective(tinyTask({ dVocabOut }, { categorical }), objective);
      } catch (error) {
        return formatError(error);
      }
      return "fits";
    };
    for (const objective of objectives) expect(errorOf(true, 4, objective)).toBe("fits");
    expect(errorOf(false, 1, { metric: "l2", target: "labels" })).toBe("fits");
    expect(errorOf(false, 4, { metric: "l2", target: "model" })).toBe("fits");
    expect(errorOf(false, 1, { metric: "kl", target: "model" })).toBe(
      'E_LOSS: the metric "kl" does not fit the task — expected l2, for numbers — received kl',
    );
    expect(errorOf(false, 4, { metric: "l2", target: "labels" })).toBe(
      'E_LOSS: the target "labels" is for a single output — expected dVocabOut 1 — received 4',
    );
  });
});
