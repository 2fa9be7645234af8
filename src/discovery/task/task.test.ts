import { describe, expect, it } from "vitest";
import { formatError } from "../../errors/index.ts";
import { rowWeights } from "../../interventions/index.ts";
import { keptPositions, type OutputPositions } from "../../transformer/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { assertTask, type DiscoveryTask } from "../index.ts";
import { keptTargets } from "./task.ts";

const errorOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return formatError(error).replace("E_TASK: the discovery task is not usable ", "");
  }
  return "accepted";
};

const check = (facts: Partial<DiscoveryTask>) => errorOf(() => assertTask(tinyTask({}, facts)));

describe("a discovery task", () => {
  it("may have a single row, and a single position if the last one counts", () => {
    const tokens = Int32Array.of(1);
    const one = { rows: 1, positions: 1, cleanTokens: tokens, corruptedTokens: tokens };
    expect(check({ ...one, outputPositions: "last" })).toBe("accepted");
    expect(check(one)).toBe("(at positions) — expected a whole number from 2 to 4 — received 1");
  });

  it("has at least one row", () => {
    const none = { cleanTokens: new Int32Array(), corruptedTokens: new Int32Array() };
    expect(check({ rows: 0, ...none })).toBe(
      "(at rows) — expected a whole number of at least 1 — received 0",
    );
  });

  it("has clean and corrupted inputs of the same shape", () => {
    expect(check({ corruptedTokens: new Int32Array(12) })).toBe(
      "(at corruptedTokens) — expected an Int32Array of 5 rows of 3 token ids — received 12 ids",
    );
    expect(check({ positions: 5 })).toBe(
      "(at positions) — expected a whole number from 2 to 4 — received 5",
    );
  });

  it("has token ids of the transformer", () => {
    const corruptedTokens = tinyTask().corruptedTokens.slice();
    corruptedTokens[7] = 6;
    expect(check({ corruptedTokens })).toBe(
      "(at corruptedTokens, row 2, position 1) — expected a whole number from 0 to 5 — received 6",
    );
  });

  it("has its token ids in an Int32Array, in which none is fractional", () => {
    const cleanTokens = Float64Array.from(tinyTask().cleanTokens) as unknown as Int32Array;
    cleanTokens[0] = 0.5;
    expect(check({ cleanTokens })).toContain("(at cleanTokens) — expected an Int32Array");
    expect(check({ cleanTokens })).toContain("received Float64Array");
  });

  it("has multiplicities above zero, one for each row", () => {
    expect(check({ multiplicity: [1, 2] })).toBe(
      "(at multiplicity) — expected 5 numbers — received 2",
    );
    expect(check({ multiplicity: [1, 2, 0, 1, 1] })).toBe(
      "(at multiplicity, row 2) — expected a number above 0 — received 0",
    );
  });

  it("has a transformer with blocks, and classes only from several logits", () => {
    expect(errorOf(() => assertTask(tinyTask({ nLayers: 0 })))).toBe(
      "(at transformer.config.nLayers) — expected at least 1 — received 0",
    );
    expect(errorOf(() => assertTask(tinyTask({ dVocabOut: 1 }, { categorical: true })))).toBe(
      "(at categorical) — expected false for a transformer with a single output — received true",
    );
  });
});

describe("targets", () => {
  const of = (facts: Partial<DiscoveryTask>) =>
    errorOf(() => keptTargets(tinyTask({}, facts), "targets", "the test"));

  it("are needed only where they count", () => {
    const targets = new Array<number>(15).fill(2);
    targets[3] = Number.NaN;
    expect(of({ targets })).toBe("accepted");
    const kept = keptTargets(tinyTask({}, { targets }), "targets", "the test");
    expect(kept).toEqual(new Float32Array(10).fill(2));
    expect(of({ targets, outputPositions: "last" })).toBe("accepted");
  });

  it("are class ids of the transformer, or finite numbers", () => {
    const targets = Array.from(tinyTask().targets!, Number);
    targets[4] = 8;
    expect(of({ targets })).toBe(
      "(at targets, row 1, position 1) — expected a class id from 0 to 7 — received 8",
    );
    targets[4] = 1e39;
    expect(of({ targets, categorical: false })).toContain("received 1e+39");
    targets[4] = Number.POSITIVE_INFINITY;
    expect(of({ targets, categorical: false })).toBe(
      "(at targets, row 1, position 1) — expected a finite number of 32 bits — received Infinity",
    );
  });

  it("are there, one for each row and position", () => {
    expect(of({ targets: [1, 2] })).toBe(
      "(at targets) — expected 5 rows of 3 targets — received 2 values",
    );
    const { targets: _, ...without } = tinyTask();
    expect(errorOf(() => keptTargets(without, "targets", "the test"))).toBe(
      '(at targets) — expected [row, pos] targets, which the test needs — received nothing. In a file of prompts they are the key "targets".',
    );
  });
});

describe("what counts of a task", () => {
  it("is everything behind the first position, all, the last one, or those with some numbers", () => {
    const kept = (outputPositions: OutputPositions) =>
      keptPositions({ positions: 5, outputPositions });
    expect(kept("notFirst")).toEqual([1, 2, 3, 4]);
    expect(kept("all")).toEqual([0, 1, 2, 3, 4]);
    expect(kept("last")).toEqual([4]);
    expect(kept([3, 0])).toEqual([0, 3]);
  });

  it("is in the task, at different positions", () => {
    const of = (outputPositions: OutputPositions) =>
      errorOf(() => assertTask(tinyTask({}, { outputPositions })));
    for (const fine of ["all", "last", [0], [2, 0]] as const) expect(of(fine)).toBe("accepted");
    for (const wrong of [[], [3], [-1], [0.5], [1, 1]]) {
      expect(of(wrong)).toContain(
        `(at outputPositions) — expected different positions from 0 to 2, at least one — received [${wrong.join(", ")}]`,
      );
    }
  });

  it("has answers where it counts alone", () => {
    const none = Number.NaN;
    const targets = Array.from({ length: 5 }, () => [none, 1, none]).flat();
    const task = tinyTask({}, { targets, outputPositions: [1] });
    expect([...keptTargets(task, "targets", "a test")]).toEqual([1, 1, 1, 1, 1]);
    expect(
      errorOf(() => keptTargets({ ...task, outputPositions: [1, 2] }, "targets", "a test")),
    ).toContain("targets, row 0, position 2) — expected a class id from 0 to 7 — received none");
    const large = tinyTask({ dVocabOut: 1 }, { targets: new Array(15).fill(1e39) });
    expect(errorOf(() => keptTargets(large, "targets", "a test"))).toContain("a finite number");
  });

  it("is every row alike, or by its multiplicity", () => {
    expect([...rowWeights(tinyTask())]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
    expect([...rowWeights(tinyTask({}, { multiplicity: [1, 1, 2, 3, 1] }))]).toEqual([
      0.125, 0.125, 0.25, 0.375, 0.125,
    ]);
  });
});
