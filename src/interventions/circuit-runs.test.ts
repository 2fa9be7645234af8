import { describe, expect, it } from "vitest";
import { circuitOf, emptyCircuit, fullGraph, graphCircuit } from "../circuit/index.ts";
import { TINY_TASKS, tinyTask } from "../discovery/fixtures.testing.ts";
import { referenceBackend } from "../engine/index.ts";
import { notingBackend } from "../engine/noting.testing.ts";
import { formatError } from "../errors/index.ts";
import { keptPositions, run, type Transformer } from "../transformer/index.ts";
import { prepareCircuitRuns } from "./circuit-runs.ts";
import type { PairedInputs } from "./paired-inputs.ts";
import { withScope } from "./scope.ts";

const backend = referenceBackend();
const wholeGraph = ({ config }: Transformer) => graphCircuit(fullGraph(config));

/** The logits of ordinary runs at the positions that count, `[row, keptPos, class]`. */
function ordinaryLogits(inputs: PairedInputs, tokens: Int32Array): number[] {
  const { transformer, rows, positions } = inputs;
  const table = Array.from({ length: rows }, (_, row) =>
    tokens.subarray(row * positions, (row + 1) * positions),
  );
  const { data } = run(transformer, backend, { tokens: table }).logits;
  const classes = transformer.config.dVocabOut;
  return Array.from({ length: rows }, (_, row) =>
    keptPositions(inputs).flatMap((position) => {
      const at = (row * positions + position) * classes;
      return [...data.slice(at, at + classes)];
    }),
  ).flat();
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

describe("the run of a circuit", () => {
  it.each(Object.entries(TINY_TASKS))(
    "is that of the clean inputs for all edges, and of the corrupted ones for none: %s",
    async (_, task) => {
      await withScope(backend, (scope) => {
        const { of } = prepareCircuitRuns(scope, task);
        const [all, none] = [of(wholeGraph(task.transformer)), of(emptyCircuit)];
        expect(all).toHaveLength(ordinaryLogits(task, task.cleanTokens).length);
        expect(largestGap(all, ordinaryLogits(task, task.cleanTokens))).toBeLessThan(1e-12);
        expect(largestGap(none, ordinaryLogits(task, task.corruptedTokens))).toBeLessThan(1e-12);
      });
    },
  );

  it("needs no new program for other circuits, and none for other ablations but that of means", async () => {
    const task = tinyTask();
    const noting = notingBackend(backend);
    const { edges } = fullGraph(task.transformer.config);
    await withScope(noting, (scope) => {
      const runs = prepareCircuitRuns(scope, task);
      const programs = () => new Set(noting.calls.flat()).size;
      runs.of(emptyCircuit);
      expect(programs()).toBe(2); // the corrupted run, and that of circuits
      const zeroed = runs.under("zero");
      const before = noting.calls.length;
      for (const count of [3, 20]) {
        const circuit = circuitOf(edges.slice(0, count).map(({ edge }) => edge));
        expect(largestGap(runs.of(circuit), zeroed.of(circuit))).toBeGreaterThan(1e-3);
      }
      expect(programs()).toBe(2);
      expect(noting.calls.length).toBe(before + 4);
      runs.under("mean").of(emptyCircuit);
      expect(programs()).toBe(3);
    });
  });

  it("is refused for inputs that do not fit together", async () => {
    const { cleanTokens, ...rest } = tinyTask();
    const errorOf = (inputs: PairedInputs) =>
      withScope(backend, (scope) => prepareCircuitRuns(scope, inputs)).catch(formatError);
    const foreign = cleanTokens.with(4, 6);
    expect(await errorOf({ ...rest, cleanTokens: foreign })).toBe(
      "E_TASK: the inputs of a run are not usable (at cleanTokens, row 1, position 1) — expected a whole number from 0 to 5 — received 6",
    );
    expect(await errorOf(rest as unknown as PairedInputs)).toContain("(at cleanTokens)");
    expect(await errorOf({ ...rest, cleanTokens, multiplicity: [1, 0, 1, 1, 1] })).toContain(
      "(at multiplicity, row 1) — expected a number above 0 — received 0",
    );
  });
});
