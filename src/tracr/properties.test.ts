import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aggregate,
  EQ,
  evaluate,
  GEQ,
  indices,
  LEQ,
  LT,
  makeFracPrevs,
  map,
  NEQ,
  type RaspValue,
  type SOp,
  select,
  selectorWidth,
  sequenceMap,
  TRUE,
  tokens,
  valuesEqual,
} from "../rasp/index.ts";
import { forward } from "./forward.testing.ts";
import { compileRasp, decodeLogits, encodeTokens } from "./index.ts";

const VOCAB = [0, 1, 2];
const MAX_SEQ_LEN = 4;

const functions = fc.constantFrom(
  (x: number) => (x + 1) % 3,
  (x: number) => 2 - x,
  (x: number) => (x > 1 ? 1 : 0),
  (x: number) => x * x,
);
const partialFunctions = fc.constantFrom(
  (x: number) => (x === 1 ? null : x),
  (x: number) => (x > 0 ? -x : 0),
);
const binaryFunctions = fc.constantFrom(
  (x: number, y: number) => (x + y) % 3,
  (x: number, y: number) => Math.min(x, y, 3),
  (x: number, y: number) => (x < y ? 1 : 0),
);
const comparisons = fc.constantFrom(EQ, LT, LEQ, GEQ, NEQ, TRUE);

type Grammar = {
  /** Without selector widths: what may be a key, since BOS has no stray values in it. */
  readonly key: SOp;
  /** Without `null`: what may be a query. */
  readonly total: SOp;
  /** Anything. */
  readonly partial: SOp;
};

const { key, total, partial } = fc.letrec<Grammar>((tie) => ({
  key: fc.oneof(
    { maxDepth: 2, depthIdentifier: "key" },
    fc.constantFrom<SOp>(tokens, indices),
    fc.tuple(functions, tie("key")).map(([f, sop]) => map(f, sop)),
    fc.tuple(binaryFunctions, tie("key"), tie("key")).map(([f, a, b]) => sequenceMap(f, a, b)),
  ),
  total: fc.oneof(
    { maxDepth: 2, depthIdentifier: "total" },
    tie("key"),
    fc
      .tuple(comparisons, tie("key"), tie("key"))
      .map(([test, keys, queries]) => selectorWidth(select(keys, queries, test))),
    fc.tuple(functions, tie("total")).map(([f, sop]) => map(f, sop)),
    fc.tuple(binaryFunctions, tie("total"), tie("total")).map(([f, a, b]) => sequenceMap(f, a, b)),
  ),
  partial: fc.oneof(
    { maxDepth: 3, depthIdentifier: "partial" },
    tie("total"),
    // Positions are all different: such a selector selects one key or none.
    fc
      .tuple(tie("total"), tie("partial"))
      .map(([queries, sop]) => aggregate(select(indices, queries, EQ), sop)),
    fc.tuple(partialFunctions, tie("partial")).map(([f, sop]) => map(f, sop)),
    fc
      .tuple(binaryFunctions, tie("partial"), tie("partial"))
      .map(([f, a, b]) => sequenceMap(f, a, b)),
  ),
}));

const inputs = fc.array(fc.constantFrom(...VOCAB), { minLength: 1, maxLength: MAX_SEQ_LEN });

function runCompiled(program: SOp, xs: readonly number[], causal: boolean): RaspValue[] {
  const compiled = compileRasp(program, { vocab: VOCAB, maxSeqLen: MAX_SEQ_LEN, causal });
  const ids = encodeTokens(compiled.inputEncoder, ["BOS", ...xs]);
  const logits = forward(compiled, ids).get("logits")!;
  const width = compiled.config.dVocabOut;
  return xs.map((_, i) =>
    decodeLogits(compiled.outputEncoder, logits.subarray((i + 1) * width, (i + 2) * width)),
  );
}

/** Whether the program ever has a value; one that has none does not compile. */
function compiles(program: SOp): boolean {
  try {
    compileRasp(program, { vocab: VOCAB, maxSeqLen: MAX_SEQ_LEN });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "E_RASP_EMPTY") throw error;
    return false;
  }
}

describe("random programs", () => {
  it("compute the same compiled and interpreted, wherever they have a value", () => {
    let compared = 0;
    fc.assert(
      fc.property(partial, inputs, fc.boolean(), (program, xs, causal) => {
        fc.pre(compiles(program));
        const expected = evaluate(program, xs, { causal });
        const computed = runCompiled(program, xs, causal);
        for (const [i, value] of expected.entries()) {
          if (value === null) continue;
          compared++;
          expect(valuesEqual(computed[i]!, value)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it("average booleans to 1e-4", () => {
    fc.assert(
      fc.property(key, inputs, fc.integer({ min: 0, max: 2 }), (sop, xs, wanted) => {
        const program = makeFracPrevs(map((x) => x === wanted, sop));
        const expected = evaluate(program, xs);
        const computed = runCompiled(program, xs, true);
        for (const [i, value] of expected.entries()) {
          expect(Math.abs((computed[i] as number) - (value as number))).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("give totals a value everywhere", () => {
    fc.assert(
      fc.property(total, inputs, (program, xs) => {
        expect(evaluate(program, xs)).not.toContain(null);
      }),
    );
  });
});
