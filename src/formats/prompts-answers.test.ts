import { describe, expect, it } from "vitest";
import { errorOf } from "../errors/error-of.testing.ts";
import { tinyTransformer } from "../transformer/fixtures.testing.ts";
import { decodePrompts, promptsTask } from "./prompts-json.ts";

const CLEAN = [
  [0, 2, 5, 3],
  [0, 5, 5, 2],
];

function read(document: unknown) {
  return decodePrompts(JSON.stringify(document), "x.json");
}

const refusalOf = (document: unknown) => errorOf(() => read(document));

const taskOf = (document: unknown) => promptsTask(read(document), tinyTransformer(), "x.json");

describe("the file of --data", () => {
  it("names its known keys where one is unknown", () => {
    expect(refusalOf({ clean: CLEAN, target: [] })).toBe(
      'E_DATA: no key "target" (at x.json). Did you mean "targets"?',
    );
    expect(refusalOf({ clean: CLEAN, outputPosition: "last" })).toContain(
      'Did you mean "outputPositions"?',
    );
    expect(refusalOf({ clean: CLEAN, zzz: 1 })).toContain(
      'Known: "clean", "corrupted", "targets", "corruptedTargets", "foils", "categorical", "outputPositions".',
    );
    expect(refusalOf({ clean: CLEAN, constructor: 1 })).toContain('no key "constructor"');
  });

  it("says which positions count: all behind the first, all, the last, or some", () => {
    const corrupted = CLEAN.toReversed();
    for (const outputPositions of ["notFirst", "all", "last", [0, 3]]) {
      expect(taskOf({ clean: CLEAN, corrupted, outputPositions })).toMatchObject({
        outputPositions,
        rows: 2,
        positions: 4,
      });
    }
    expect(taskOf({ clean: CLEAN, corrupted }).outputPositions).toBe("notFirst");
    expect(refusalOf({ clean: CLEAN, outputPositions: "first" })).toContain(
      'expected "notFirst", "all", "last", or a list of positions such as [0, 3] — received "first"',
    );
    expect(refusalOf({ clean: CLEAN, outputPositions: [4] })).toBe(
      "E_DATA: the positions that count are not in the prompts (at x.json: outputPositions) — expected different positions from 0 to 3, at least one — received [4]",
    );
    expect(refusalOf({ clean: CLEAN, outputPositions: [1, 1] })).toContain("different positions");
    expect(refusalOf({ clean: CLEAN, outputPositions: [] })).toContain("outputPositions");
  });

  it("takes answers at the last position alone, as rows with gaps or one for each row", () => {
    const rows = [
      [null, null, null, 4],
      [null, null, null, 1],
    ];
    const corrupted = CLEAN.toReversed();
    const gaps = taskOf({ clean: CLEAN, corrupted, targets: rows, outputPositions: "last" });
    const single = taskOf({
      clean: CLEAN,
      corrupted,
      targets: [4, 1],
      foils: [2, 3],
      outputPositions: [3],
    });
    const none = Number.NaN;
    expect(gaps.targets).toEqual([none, none, none, 4, none, none, none, 1]);
    expect(single.targets).toEqual(gaps.targets);
    expect(single.foils).toEqual([none, none, none, 2, none, none, none, 3]);
  });

  it("refuses gaps at positions that count, with row and position", () => {
    const hint =
      'Say which positions count: "outputPositions": "last", "all", "notFirst" (the default), or a list.';
    const rows = [
      [null, 1, 2, 4],
      [null, 1, null, 1],
    ];
    for (const name of ["targets", "corruptedTargets", "foils"]) {
      expect(refusalOf({ clean: CLEAN, [name]: rows })).toBe(
        `E_DATA: there is no answer at a position that counts (at x.json: ${name}, row 1, position 2) — expected a number — received null. ${hint}`,
      );
    }
    expect(refusalOf({ clean: CLEAN, targets: rows, outputPositions: [1, 3] })).toBe("accepted");
    expect(refusalOf({ clean: CLEAN, targets: rows, outputPositions: "all" })).toContain(
      "targets, row 0, position 0",
    );
    expect(refusalOf({ clean: CLEAN, targets: [4, 1] })).toBe(
      `E_DATA: one answer per row needs one position that counts (at x.json: targets, row 0) — expected 4 numbers, null where there is none: 3 positions count — received 4. ${hint}`,
    );
  });

  it("refuses tables of another shape, and what are no numbers", () => {
    expect(refusalOf({ clean: [...CLEAN, [0, 1]] })).toContain(
      "clean, row 2) — expected 4 positions",
    );
    expect(refusalOf({ clean: CLEAN, corrupted: [CLEAN[0]] })).toContain(
      "expected 2 rows, as in clean",
    );
    expect(
      refusalOf({
        clean: CLEAN,
        targets: [
          [null, 1, 1],
          [null, 1, 1, 1],
        ],
      }),
    ).toContain("targets, row 0) — expected 4 positions");
    expect(refusalOf({ clean: CLEAN, targets: ["a", "b"] })).toContain(
      "a number, or one for each position (null: none)",
    );
    expect(refusalOf({ clean: CLEAN, targets: [4], outputPositions: "last" })).toContain("2 rows");
    expect(refusalOf([CLEAN])).toContain("E_DATA");
    expect(refusalOf({})).toContain("clean");
  });
});
