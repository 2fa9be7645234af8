import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { keptPositions } from "../transformer/index.ts";
import { flattenWeights, unflattenWeights } from "./flat-weights.ts";
import { loadGolden } from "./golden.testing.ts";
import { assertTask, type TrainingTask } from "./task.ts";
import { caseThree } from "./tasks.testing.ts";

const task = caseThree();

const refusalOf = (changes: Partial<TrainingTask>) =>
  errorOf(() => assertTask({ ...task, ...changes }));

describe("a training task", () => {
  it("counts all positions behind the first, or the last", () => {
    expect(keptPositions({ positions: 5, outputPositions: "notFirst" })).toEqual([1, 2, 3, 4]);
    expect(keptPositions({ positions: 5, outputPositions: "last" })).toEqual([4]);
  });

  it("is accepted when its parts fit", () => {
    expect(refusalOf({})).toBe("accepted");
    expect(refusalOf({ correspondence: [] })).toBe("accepted");
  });

  it("is refused with the place of what does not fit", () => {
    expect(refusalOf({ tokens: new Int32Array(0), multiplicity: [] })).toBe(
      "E_TASK: the training task is not usable (at tokens) — expected at least one input — received none",
    );
    expect(refusalOf({ positions: 6 })).toContain(
      "(at positions) — expected a whole number from 2 to 5 — received 6",
    );
    expect(refusalOf({ positions: 4 })).toContain("256 rows of 4 token ids");
    const tokens = task.tokens.slice();
    tokens[7] = 6;
    expect(refusalOf({ tokens })).toContain("(at tokens, row 1, position 2)");
    const plain = Array.from(task.tokens, (id) => id + 0.5) as unknown as Int32Array;
    expect(refusalOf({ tokens: plain })).toContain("received an array");
    const multiplicity = new Array<number>(256).fill(1).with(3, 0);
    expect(refusalOf({ multiplicity })).toContain("(at multiplicity, row 3)");
    expect(refusalOf({ categorical: true })).toContain(
      "(at categorical) — expected false, as of the high-level model — received true",
    );
    const highLevel = { ...task.highLevel, categorical: true };
    expect(refusalOf({ highLevel, categorical: true })).toContain(
      "(at categorical) — expected at least two classes, or false — received one class: the output is constant. Let the output depend on the tokens; `cases check` tells what makes a case.",
    );
    const lowLevelConfig = { ...task.lowLevelConfig, dVocabOut: 2 };
    expect(refusalOf({ lowLevelConfig })).toContain("1 outputs, as the high-level model has");
    const [first] = task.correspondence;
    const ll = [{ hook: "blocks.1.attn.hook_result", head: 4 }];
    expect(refusalOf({ correspondence: [{ ...first!, ll }] })).toContain(
      "(at correspondence[0] (is_x_3).ll)",
    );
    expect(refusalOf({ correspondence: [{ ...first!, ll: [] }] })).toContain("at least one node");
    expect(refusalOf({ correspondence: [{ ...first!, hl: ll[0]! }] })).toContain(".hl)");
  });
});

describe("flat weights", () => {
  const { before } = loadGolden(3);

  it("are the weights one after the other, and come back", () => {
    const flat = flattenWeights(task.lowLevelConfig, before);
    expect(flat).toHaveLength(3817);
    expect(flat[0]).toBe(before.get("embed.W_E")!.data[0]);
    expect(unflattenWeights(task.lowLevelConfig, flat)).toEqual(before);
  });

  it("refuse another number of values", () => {
    expect(() => unflattenWeights(task.lowLevelConfig, [1])).toThrow(
      "the values do not fill the transformer",
    );
  });
});
