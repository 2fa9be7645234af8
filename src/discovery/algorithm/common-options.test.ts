import { describe, expect, it } from "vitest";
import { referenceBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import { allAlgorithms, eap, exact, sp } from "../index.ts";

const context = { backend: referenceBackend() };
const task = tinyTask();

describe("the positions that count", () => {
  it("are those of the options, if they say which: in losses, and for faithfulness", async () => {
    for (const outputPositions of ["last", "all", [0, 2]] as const) {
      const asked = await exact.discover(task, { outputPositions, edgeCount: 9 }, context);
      const given = await exact.discover({ ...task, outputPositions }, { edgeCount: 9 }, context);
      expect([...asked.scores]).toEqual([...given.scores]);
      expect(asked.diagnostics.faithfulness).toBe(given.diagnostics.faithfulness);
    }
    const own = await sp.discover(task, { epochs: 2 }, context);
    const last = await sp.discover(task, { epochs: 2, outputPositions: "last" }, context);
    expect([...last.scores]).not.toEqual([...own.scores]);
  });

  it("exist", async () => {
    const found = eap.discover(task, { outputPositions: [3] }, context);
    expect(await found.catch(formatError)).toBe(
      "E_TASK: the discovery task is not usable (at outputPositions) — expected different positions from 0 to 2, at least one — received [3]",
    );
    const word = eap.discover(task, { outputPositions: "first" as "last" }, context);
    expect(await word.catch(formatError)).toContain(
      'expected "notFirst", "all", "last", or a list of positions — received "first"',
    );
  });

  it("are an option of every algorithm that cuts edges", () => {
    for (const { options } of allAlgorithms().filter(
      ({ options }) => "ablation" in options.shape,
    )) {
      expect(Object.keys(options.shape)).toContain("outputPositions");
    }
  });
});

describe("the scale of effects", () => {
  it("is that of the mean over inputs, or of the library, which divides by their number again", async () => {
    const weighted = tinyTask({}, { multiplicity: [1, 3, 2, 1, 7] });
    for (const [of, inputs] of [
      [task, 5],
      [weighted, 14],
    ] as const) {
      const own = (await eap.discover(of, {}, context)).effects!;
      const library = (await eap.discover(of, { scoreScale: "library" }, context)).effects!;
      const same = (await eap.discover(of, { scoreScale: "perExample" }, context)).effects!;
      expect([...same]).toEqual([...own]);
      for (const [edge, effect] of own) {
        expect(library.get(edge)! * inputs).toBeCloseTo(effect, 12);
      }
    }
  });
});
