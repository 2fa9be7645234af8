import { describe, expect, it } from "vitest";
import { compile, mul, referenceBackend, sampleInput } from "../engine/index.ts";
import { errorOf } from "../errors/error-of.testing.ts";
import { largestDifference, TINY, tinyTransformer } from "./fixtures.testing.ts";
import {
  assertTokens,
  assertTokenTable,
  forward,
  parameterTensors,
  readWeights,
  run,
  tokenTable,
  weightBuffers,
} from "./index.ts";

describe("token rows", () => {
  it("have one length, which is returned", () => {
    expect(assertTokens(TINY, [[5]])).toBe(1);
    expect(assertTokens(TINY, [Uint8Array.of(0, 1), [4, 5]])).toBe(2);
  });

  it("are refused with row and position", () => {
    expect(errorOf(() => assertTokens(TINY, []))).toContain(
      "expected at least one row of 1 to 4 token ids — received no rows",
    );
    expect(errorOf(() => assertTokens(TINY, [[]]))).toContain("received a row of 0");
    expect(errorOf(() => assertTokens(TINY, [[0, 1, 2, 3, 4]]))).toContain("received a row of 5");
    expect(errorOf(() => assertTokens(TINY, [[0, 1], [0]]))).toBe(
      "E_TOKENS: the rows of tokens differ in length (at row 1) — expected 2 ids, as in row 0 — received 1 ids",
    );
    for (const id of [6, -1, 0.5, Number.NaN, 2 ** 32, 2 ** 32 + 1, -(2 ** 32)]) {
      expect(
        errorOf(() =>
          assertTokens(TINY, [
            [0, 1],
            [0, id],
          ]),
        ),
      ).toBe(
        `E_TOKENS: ${id} is not a token id (at row 1, position 1) — expected a whole number from 0 to 5 — received ${id}`,
      );
    }
  });
});

describe("a table of tokens", () => {
  it("holds the rows one after the other", () => {
    expect(tokenTable(TINY, [Uint8Array.of(0, 1), [4, 5]])).toEqual(Int32Array.of(0, 1, 4, 5));
  });

  it("is not made of ids that would wrap", () => {
    for (const id of [2 ** 32, 2 ** 32 + 1, -(2 ** 32), 0.5, Number.NaN]) {
      expect(
        errorOf(() =>
          tokenTable(TINY, [
            [0, 1],
            [0, id],
          ]),
        ),
      ).toContain(`E_TOKENS: ${id} is not a token id (at row 1, position 1)`);
    }
  });

  it("is refused with row and position, or for being something else", () => {
    const check = (tokens: unknown) =>
      errorOf(() => assertTokenTable(6, tokens as Int32Array, 2, 2));
    expect(check(Int32Array.of(0, 1, 2, 5))).toBe("accepted");
    expect(check(Int32Array.of(0, 1, 2, 6))).toContain("(at row 1, position 1)");
    expect(check(Int32Array.of(0, 1, -1, 5))).toContain("(at row 1, position 0)");
    expect(check(Int32Array.of(0, 1, 2))).toContain("received 3 ids");
    expect(check([0, 1, 2, 5])).toContain("received an array");
    expect(check(Uint8Array.of(0, 1, 2, 5))).toContain("received Uint8Array");
    expect(check(null)).toContain("received null");
  });
});

describe("run", () => {
  const backend = referenceBackend();
  const model = tinyTransformer();

  it("gives every cached activation a row axis, also where the value is the same for all", () => {
    const { cache, logits } = run(model, backend, {
      tokens: [[0], [1], [0]],
      capture: ["hook_pos_embed", "blocks.1.attn.hook_pattern"],
    });
    expect(logits.shape).toEqual([3, 1, 8]);
    expect(cache.get("hook_pos_embed")!.shape).toEqual([3, 1, 5]);
    expect(cache.get("hook_pos_embed")!.data).toHaveLength(15);
    expect(cache.get("blocks.1.attn.hook_pattern")).toEqual({
      shape: [3, 2, 1, 1],
      data: new Float64Array(6).fill(1),
    });
  });

  it("applies hooks", () => {
    const doubled = run(model, backend, {
      tokens: [[0, 1]],
      hooks: { "blocks.1.hook_resid_post": (x) => mul(x, 2) },
      capture: ["blocks.1.hook_resid_post"],
    });
    const plain = run(model, backend, { tokens: [[0, 1]], capture: ["blocks.1.hook_resid_post"] });
    const [twice, once] = [doubled, plain].map(
      ({ cache }) => cache.get("blocks.1.hook_resid_post")!.data,
    );
    expect(
      largestDifference(
        twice!,
        once!.map((x) => 2 * x),
      ),
    ).toBeLessThan(1e-12);
    expect(largestDifference(doubled.logits.data, plain.logits.data)).toBeGreaterThan(1e-3);
  });

  it("refuses bad tokens, weights and hooks", () => {
    expect(errorOf(() => run(model, backend, { tokens: [[9]] }))).toContain("E_TOKENS");
    const broken = { ...model, weights: new Map() };
    expect(errorOf(() => run(broken, backend, { tokens: [[0]] }))).toContain("E_WEIGHTS");
    const capture = ["blocks.2.hook_resid_pre"] as const;
    expect(errorOf(() => run(model, backend, { tokens: [[0]], capture }))).toContain("E_HOOK");
  });
});

describe("weight buffers", () => {
  it("bind the parameters of two transformers in one program, told apart by a prefix", () => {
    const backend = referenceBackend();
    const [a, b] = [tinyTransformer(), tinyTransformer({ nLayers: 1 })];
    const tokens = sampleInput("tokens", [2]);
    const outputs = {
      a: forward(a.config, parameterTensors(a.config, { prefix: "a/" }), tokens).logits,
      b: forward(b.config, parameterTensors(b.config, { prefix: "b/" }), tokens).logits,
    };
    const inputs = {
      tokens: Float32Array.of(3, 1),
      ...weightBuffers(backend, a.weights, { prefix: "a/" }),
      ...weightBuffers(backend, b.weights, { prefix: "b/" }),
    };
    const result = backend.load(compile({ outputs })).run({ batch: 1, inputs });
    expect(result.a).toEqual(run(a, backend, { tokens: [[3, 1]] }).logits.data);
    expect(result.b).toEqual(run(b, backend, { tokens: [[3, 1]] }).logits.data);
  });

  it("give the weights back", () => {
    const { config, weights } = tinyTransformer();
    const buffers = weightBuffers(referenceBackend(), weights);
    expect([...readWeights(config, buffers)]).toEqual([...weights]);
    const { "unembed.b_U": _, ...rest } = buffers;
    expect(errorOf(() => readWeights(config, rest))).toContain(
      'there is no buffer for the weight "unembed.b_U"',
    );
  });
});
