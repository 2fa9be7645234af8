import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { evaluate, isNumeric, type RaspValue, valuesEqual } from "../rasp/index.ts";
import { decodeLogits, encodeTokens } from "../tracr/index.ts";
import { run } from "../transformer/index.ts";
import {
  allCases,
  BOS,
  type Case,
  encodeTargets,
  getCase,
  type HighLevelModel,
  highLevelModel,
  makeDataset,
} from "./index.ts";
import { randomRows, structuredRows } from "./inputs.testing.ts";

const wasm = await wasmBackend();

/** How far the number that a regression outputs may be from the program's. */
const TOLERANCES: Readonly<Record<string, number>> = { 3: 1e-6, 4: 1e-6, 39: 2e-3 };

const RANDOM_ROWS = 200;

/** The shortest inputs for which the program has a value, where one token is not enough. */
const SHORTEST: Readonly<Record<string, number>> = { 125: 2 };

/** What the compiled transformer outputs for rows of the full length, `[row][pos]`. */
function compiledOutputs(case_: Case, model: HighLevelModel, rows: RaspValue[][]): RaspValue[][] {
  const targets = encodeTargets(model, makeDataset(case_, rows), wasm);
  const encoder = model.compiled.outputEncoder;
  const output = (i: number): RaspValue => {
    if (!targets.categorical) return targets.values[i]!;
    return encoder.kind === "categorical" ? encoder.values[targets.classes[i]!]! : null;
  };
  return rows.map((row, r) => row.map((_, i) => output(r * case_.maxSeqLen + 1 + i)));
}

/** The same for rows of one length, which may be shorter: no PAD behind. */
function shortOutputs(model: HighLevelModel, rows: RaspValue[][]): RaspValue[][] {
  const { inputEncoder, outputEncoder } = model.compiled;
  const tokens = rows.map((row) => encodeTokens(inputEncoder, [BOS, ...row]));
  const { data, shape } = run(model.transformer, wasm, { tokens }).logits;
  const [, positions, classes] = shape as [number, number, number];
  return rows.map((row, r) =>
    row.map((_, i) => {
      const start = (r * positions + 1 + i) * classes;
      return decodeLogits(outputEncoder, data.subarray(start, start + classes));
    }),
  );
}

/** The places where a transformer and its program differ; where there is no value, none is asked. */
function mistakes(case_: Case, rows: RaspValue[][], outputs: RaspValue[][]): string[] {
  const program = case_.program();
  const tolerance = TOLERANCES[case_.id];
  return rows.flatMap((row, r) =>
    evaluate(program, row).flatMap((expected, i) => {
      const output = outputs[r]![i]!;
      if (expected === null || isSame(output, expected, tolerance)) return [];
      return [`${JSON.stringify(row)} at ${i}: ${output} instead of ${expected}`];
    }),
  );
}

function isSame(output: RaspValue, expected: RaspValue, tolerance: number | undefined): boolean {
  if (!isNumeric(output) || !isNumeric(expected)) return valuesEqual(output, expected);
  // Averages of equal numbers may differ from them in the last bit.
  const margin = tolerance ?? 1e-9;
  return output === expected || Math.abs(Number(output) - Number(expected)) <= margin;
}

describe.each(allCases().map((case_) => ({ id: case_.id, case_ })))("case $id", ({ id, case_ }) => {
  const length = case_.maxSeqLen - 1;
  const model = highLevelModel(case_);

  if (id !== "113") {
    it("computes its program on structured and random inputs", () => {
      const structured = structuredRows(case_, length);
      expect(structured.length).toBeGreaterThanOrEqual(Math.min(50, case_.vocab.length ** length));
      const rows = [...structured, ...randomRows(case_, length, RANDOM_ROWS)];
      expect(mistakes(case_, rows, compiledOutputs(case_, model, rows))).toEqual([]);
    });
  }

  it("computes its program on inputs of one to three tokens", () => {
    for (const short of [1, 2, 3].filter((n) => n >= (SHORTEST[id] ?? 1))) {
      const rows = randomRows(case_, short, 4);
      expect(mistakes(case_, rows, shortOutputs(model, rows))).toEqual([]);
    }
  });
});

describe("case 113, whose attention is too soft", () => {
  const case_ = getCase("113");
  const model = highLevelModel(case_);

  it("is right on random inputs", () => {
    const rows = randomRows(case_, 9, 400);
    expect(mistakes(case_, rows, compiledOutputs(case_, model, rows))).toEqual([]);
  });

  it("is wrong on some structured ones, as the original is", () => {
    const known = [4, 18, 18, 18, 18, 18, 18, 18, 18];
    expect(evaluate(case_.program(), known).at(-1)).toBe(4);
    expect(compiledOutputs(case_, model, [known])[0]!.at(-1)).toBe(18);
    const rows = structuredRows(case_, 9);
    const wrong = mistakes(case_, rows, compiledOutputs(case_, model, rows)).length;
    expect(wrong).toBeGreaterThan(0);
    expect(wrong / (rows.length * 9)).toBeLessThan(0.05);
  });
});
