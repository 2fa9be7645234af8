import { describe, expect, it } from "vitest";
import { wasmBackend } from "../engine/index.ts";
import { eq, makeFracPrevs, tokens } from "../rasp/index.ts";
import {
  type Agreement,
  allCases,
  defineCase,
  evaluateCase,
  getCase,
  highLevelModel,
  measureAgreement,
  measureExactness,
  randomRows,
  runCase,
  storedExactness,
  structuredRows,
} from "./index.ts";

const wasm = await wasmBackend();

/** How far the number that a regression outputs may be from the program's. */
const TOLERANCES: Readonly<Record<string, number>> = { 3: 1e-6, 4: 1e-6, 39: 2e-3 };

/** The shortest inputs for which the program has a value, where one token is not enough. */
const SHORTEST: Readonly<Record<string, number>> = { 125: 2 };

function expectExact(agreement: Agreement, id: string): void {
  if ("deviation" in agreement) expect(agreement.deviation).toBeLessThan(TOLERANCES[id]!);
  else {
    expect(agreement.mistakes).toBe(0);
    expect(agreement.margin).toBeGreaterThan(0);
  }
}

/**
 * The same to four decimals: attention scores of size 100 have steps of 8e-6 in float32. Of mistakes,
 * only whether there are any.
 */
function expectStored(measured: Agreement, stored: Agreement): void {
  const { inputs, positions } = measured;
  expect(stored).toMatchObject({ inputs, positions });
  if ("deviation" in measured && "deviation" in stored) {
    expect(measured.deviation).toBeCloseTo(stored.deviation, 4);
  } else if ("margin" in measured && "margin" in stored) {
    expect(measured.margin).toBeCloseTo(stored.margin, 4);
    expect(measured.mistakes > 0).toBe(stored.mistakes > 0);
  } else expect.fail("one has classes, the other numbers");
}

const programs = allCases().filter(({ kind }) => kind === "rasp");

describe.each(programs.map((case_) => ({ id: case_.id, case_ })))("case $id", ({ id, case_ }) => {
  const model = highLevelModel(case_);

  it("computes its program on random and structured inputs, as exactly as is stored", () => {
    const { random, structured } = measureExactness(case_, wasm, model);
    expect(random.inputs).toBe(400);
    const space = case_.vocab.length ** (case_.maxSeqLen - 1);
    expect(structured.inputs).toBeGreaterThanOrEqual(Math.min(50, space));
    expectExact(random, id);
    if (id !== "113") expectExact(structured, id);
    const stored = storedExactness(case_)!;
    expectStored(random, stored.random);
    expectStored(structured, stored.structured);
  });

  it("computes its program on inputs of one to three tokens", () => {
    for (const short of [1, 2, 3].filter((n) => n >= (SHORTEST[id] ?? 1))) {
      expectExact(measureAgreement(case_, randomRows(case_, short, 4), wasm, model), id);
    }
  });
});

describe("case 113, whose attention is too soft", () => {
  it("is wrong on some structured inputs, as the original is", () => {
    const case_ = getCase("113");
    const known = [4, 18, 18, 18, 18, 18, 18, 18, 18];
    const { rasp, compiled } = runCase(case_, known, { backend: wasm });
    expect([rasp.at(-1), compiled.at(-1)]).toEqual([4, 18]);
    const structured = measureAgreement(case_, structuredRows(case_, 9), wasm);
    if (!("margin" in structured)) return expect.fail("113 has classes");
    expect(structured.mistakes).toBeGreaterThan(0);
    expect(structured.mistakes / structured.positions).toBeLessThan(0.05);
    expect(structured.margin).toBeLessThan(0);
  });
});

describe("the measure of agreement", () => {
  const rows = [[1, 2, 3, 4, 5, 6, 7, 8, 9]];

  it("is the smallest lead of the right class", () => {
    const right = measureAgreement(getCase("60"), rows, wasm);
    expect(right).toMatchObject({ inputs: 1, positions: 9, mistakes: 0 });
    expect("margin" in right && right.margin).toBeCloseTo(1, 6);
    // x + 1 by the transformer of x + 1, but asked for 2x: right for 1 only.
    const wrong = measureAgreement(getCase("75"), rows, wasm, highLevelModel(getCase("60")));
    expect(wrong).toMatchObject({ mistakes: 8 });
  });

  it("is negative where another class leads, and -∞ where the right one does not exist", () => {
    const increment = highLevelModel(getCase("60"));
    const identity = measureAgreement(getCase("8"), [[1, 2]], wasm, increment);
    expect("margin" in identity && identity.margin).toBeCloseTo(-1, 6);
    const doubled = measureAgreement(getCase("75"), [[1, 9]], wasm, increment);
    expect(doubled).toMatchObject({ mistakes: 1, margin: Number.NEGATIVE_INFINITY });
  });

  it("leaves out positions without a value", () => {
    const row = ["a", "a", "b"];
    expect(evaluateCase(getCase("19"), row)).toEqual([null, null, "b"]);
    expect(measureAgreement(getCase("19"), [row], wasm)).toMatchObject({ positions: 1 });
  });

  it("is the largest error of a number", () => {
    // The share of "a", asked of the transformer that computes the share of "x".
    const share = getCase("3");
    const program = () => makeFracPrevs(eq(tokens, "a"));
    const shareOfA = defineCase({ ...share, program, places: undefined });
    const rows = [
      ["b", "x", "b", "b"],
      ["b", "x", "a", "a"],
    ];
    const measured = measureAgreement(shareOfA, rows, wasm, highLevelModel(share));
    expect(measured).toMatchObject({ inputs: 2, positions: 8 });
    expect("deviation" in measured && measured.deviation).toBeCloseTo(1 / 2, 6);
    expect(storedExactness(shareOfA)).toBeUndefined();
  });
});
