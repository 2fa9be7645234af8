import { describe, expect, it } from "vitest";
import { compile, referenceBackend, sampleInput } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { CLEAN_LOGITS, rowWeights } from "../../interventions/index.ts";
import { Key } from "../../rng/index.ts";
import { atKeptPositions } from "../../transformer/index.ts";
import { lossByHand, tinyTask } from "../fixtures.testing.ts";
import { defaultTaskLoss, type LossName } from "../index.ts";
import { assertLoss, lossTargets, meanLoss, rowLoss } from "./losses.ts";
import type { DiscoveryTask } from "./task.ts";

/** The loss of given logits `[row, pos, class]` by its graph, and by hand. */
function bothWays(task: DiscoveryTask, loss: LossName): readonly [number, number] {
  const { rows, positions, transformer } = task;
  const classes = transformer.config.dVocabOut;
  const draw = (name: string) =>
    Key.fromSeed(1)
      .fold(name)
      .normal(rows * positions * classes)
      .map((x) => 2 * x);
  const [clean, outputs] = [draw("clean"), draw("outputs")];
  const logits = sampleInput("logits", [positions, classes]);
  const result = rowLoss(task, loss, atKeptPositions(task, logits));
  const executable = referenceBackend().load(compile({ outputs: { result } }));
  const first = task.outputPositions === "last" ? positions - 1 : 1;
  const kept = Array.from({ length: rows }, (_, row) => [
    ...clean.subarray((row * positions + first) * classes, (row + 1) * positions * classes),
  ]).flat();
  const inputs = {
    logits: outputs,
    ...lossTargets(task, loss),
    ...(loss === "faithfulness" ? { [CLEAN_LOGITS]: Float64Array.from(kept) } : {}),
  };
  const losses = executable.run({ batch: rows, inputs }).result;
  return [meanLoss(losses, rowWeights(task)), lossByHand(task, loss, clean, outputs)];
}

describe("the losses", () => {
  it.each<[LossName, number, DiscoveryTask["outputPositions"]]>([
    ["faithfulness", 4, "notFirst"],
    ["faithfulness", 4, "last"],
    ["faithfulness", 1, "notFirst"],
    ["kl_div", 4, "notFirst"],
    ["kl_div", 2, "last"],
    ["avg_diff", 4, "notFirst"],
    ["avg_diff", 4, "last"],
    ["mae", 1, "notFirst"],
    ["mae", 1, "last"],
    ["mse", 1, "notFirst"],
  ])("%s with %i outputs, %s, is what its formula says", (loss, dVocabOut, outputPositions) => {
    const task = tinyTask({ dVocabOut }, { outputPositions, multiplicity: [1, 2, 3, 4, 5] });
    const [found, expected] = bothWays(task, loss);
    expect(Math.abs(found - expected)).toBeLessThan(1e-6);
    expect(Math.abs(expected)).toBeGreaterThan(1e-3);
  });

  it("are kl_div and mae by default", () => {
    expect(defaultTaskLoss({ categorical: true })).toBe("kl_div");
    expect(defaultTaskLoss({ categorical: false })).toBe("mae");
  });

  it("are refused by name when there is none, whatever objects have", () => {
    for (const loss of ["mean", "__proto__", "constructor", "toString"]) {
      expect(() => assertLoss(tinyTask(), loss as LossName)).toThrow(`no loss "${loss}"`);
    }
  });

  it("are refused when they are not finite", () => {
    const broken = () => meanLoss(Float64Array.of(1, Number.NaN), Float64Array.of(0.5, 0.5));
    expect(broken).toThrow("the loss of a run is not a finite number");
    try {
      broken();
    } catch (error) {
      expect(formatError(error)).toBe(
        "E_NUMBER: the loss of a run is not a finite number — received NaN. Does the transformer have infinite or NaN weights, or overflow float32?",
      );
    }
  });
});
