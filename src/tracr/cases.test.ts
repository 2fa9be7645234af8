import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { fromStored, plain, readFixture, type StoredValue } from "../rasp/conformance.testing.ts";
import {
  eq,
  evaluate,
  makeFracPrevs,
  makeHist,
  makeLength,
  makePairBalance,
  makeReverse,
  named,
  type SOp,
  sequenceMap,
  shiftBy,
  tokens,
} from "../rasp/index.ts";
import { forward } from "./forward.testing.ts";
import { compileRasp, encodeTokens } from "./index.ts";
import { readNpz } from "./npz.testing.ts";
import {
  basisOf,
  plainBlock,
  type StoredBlock,
  type StoredDirection,
  storedBasis,
  storedForm,
} from "./stored.testing.ts";

/** A benchmark case as compiled by the original. */
interface StoredCase {
  readonly causal: boolean;
  readonly max_seq_len_with_bos: number;
  readonly vocab_sorted: readonly StoredValue[];
  readonly layer_allocation: Readonly<Record<string, number>>;
  readonly residual_labels: readonly string[];
  readonly residual_basis: readonly StoredDirection[];
  readonly craft_residual_basis: readonly StoredDirection[];
  readonly blocks: readonly StoredBlock[];
  readonly tl_cfg: Readonly<Record<string, number | string>>;
  readonly tl_state_shapes: Readonly<Record<string, readonly number[]>>;
  readonly examples: readonly {
    readonly input: readonly StoredValue[];
    readonly input_ids: readonly number[];
    readonly rasp_output: readonly StoredValue[];
  }[];
}

const trend = (current: number, next: number) =>
  current < next ? "increasing" : current > next ? "decreasing" : "constant";

const frequency = (count: number, length: number) =>
  count > length / 2 ? "frequent" : count > length / 4 ? "common" : "rare";

const PROGRAMS: Readonly<Record<string, () => SOp>> = {
  2: () => makeReverse(tokens),
  3: () => makeFracPrevs(named(eq(tokens, "x"), "is_x")),
  4: () => makePairBalance(tokens, "(", ")"),
  7: () => makeHist(),
  13: () => sequenceMap(trend, tokens, shiftBy(-1, tokens)),
  18: () => sequenceMap(frequency, makeHist(), makeLength()),
};

const activationsOf = (id: string) =>
  readNpz(fileURLToPath(new URL(`../../test/fixtures/tracr/acts_${id}.npz`, import.meta.url)));

describe.each(Object.entries(PROGRAMS))("benchmark case %s", (id, build) => {
  const stored = readFixture<StoredCase>(`case_${id}.json.gz`);
  const program = build();
  const compiled = compileRasp(program, {
    vocab: stored.vocab_sorted.map(fromStored),
    maxSeqLen: stored.max_seq_len_with_bos - 1,
    causal: stored.causal,
  });

  it("has the slots, residual stream and dimensions of the original", () => {
    expect([...compiled.slots.byNode]).toEqual(Object.entries(stored.layer_allocation));
    expect(compiled.residualLabels).toEqual(stored.residual_labels);
    expect(basisOf(compiled.spaces.residual)).toEqual(storedBasis(stored.residual_basis));
    expect(basisOf(compiled.craft.residual)).toEqual(storedBasis(stored.craft_residual_basis));
    const { nLayers, nHeads, dModel, dHead, dMlp, nCtx, dVocab, dVocabOut } = compiled.config;
    const { tl_cfg: cfg } = stored;
    expect({ nLayers, nHeads, dModel, dHead, dMlp, nCtx, dVocab, dVocabOut }).toEqual({
      nLayers: cfg.n_layers,
      nHeads: cfg.n_heads,
      dModel: cfg.d_model,
      dHead: cfg.d_head,
      dMlp: cfg.d_mlp,
      nCtx: cfg.n_ctx,
      dVocab: cfg.d_vocab,
      dVocabOut: cfg.d_vocab_out,
    });
    expect(compiled.config.attentionDir).toBe(cfg.attention_dir);
  });

  it("has the craft matrices of the original, exactly", () => {
    expect(storedForm(compiled)).toEqual(stored.blocks.map(plainBlock));
  });

  it("has weights with the keys, order and shapes of TransformerLens", () => {
    const shapes = [...compiled.weights].map(([key, { shape }]) => [key, shape]);
    const isWeight = ([key]: [string, unknown]) => !/\.(mask|IGNORE)$/.test(key);
    expect(shapes).toEqual(Object.entries(stored.tl_state_shapes).filter(isWeight));
    for (const { shape, data } of compiled.weights.values()) {
      expect(data.length).toBe(shape.reduce((size, n) => size * n, 1));
    }
  });

  it("has the activations of the original to 1e-5", () => {
    const activations = activationsOf(id);
    const [batch, length] = activations.get("tokens")!.shape as [number, number];
    for (let b = 0; b < batch; b++) {
      const ids = activations.get("tokens")!.data.slice(b * length, (b + 1) * length);
      const cache = forward(compiled, ids);
      for (const [name, { data }] of activations) {
        if (name === "tokens") continue;
        const size = data.length / batch;
        const computed = cache.get(name)!;
        expect(computed.length, name).toBe(size);
        // A masked score is −∞ here and some very negative number there.
        const differences = computed.map((value, i) =>
          value === -Infinity ? 0 : Math.abs(value - data[b * size + i]!),
        );
        expect(Math.max(...differences), name).toBeLessThan(1e-5);
      }
    }
  });

  it("encodes and evaluates the examples like the original", () => {
    for (const example of stored.examples) {
      const input = example.input.map(fromStored);
      expect(encodeTokens(compiled.inputEncoder, input)).toEqual(example.input_ids);
      const output = evaluate(program, input.slice(1)).map(plain);
      expect(output).toEqual(example.rasp_output.slice(1).map((v) => plain(fromStored(v))));
    }
  });
});
