import { describe, expect, it } from "vitest";
import {
  type ConformanceCase,
  conformanceProgram,
  fromStored,
  plain,
  readFixture,
  type StoredValue,
} from "../rasp/conformance.testing.ts";
import type { RaspValue } from "../rasp/index.ts";
import { forward } from "./forward.testing.ts";
import {
  type CompiledProgram,
  compileRasp,
  decodeLogits,
  encodeTokens,
  runCraftModel,
  sizeOf,
} from "./index.ts";
import {
  basisOf,
  plainBlock,
  type StoredBlock,
  type StoredDirection,
  storedBasis,
  storedForm,
} from "./stored.testing.ts";

interface StoredRun extends ConformanceCase {
  readonly graph_nodes: readonly {
    readonly id: string;
    readonly children: readonly string[];
    readonly encoding?: string;
    readonly value_set_sorted?: readonly StoredValue[];
    readonly output_basis?: readonly StoredDirection[];
  }[];
  readonly layer_allocation: Readonly<Record<string, number>>;
  readonly blocks: readonly StoredBlock[];
  readonly residual_labels: readonly string[];
  readonly model_config: Readonly<Record<string, number>>;
  readonly input_ids: readonly StoredValue[];
  readonly model_decoded: readonly StoredValue[];
  readonly final_residual: readonly (readonly number[])[];
  readonly compile_error?: string;
}

const runs = readFixture<StoredRun[]>("tracr_test_cases.json.gz");
const supported = runs.filter((run) => run.group !== "UNSUPPORTED_TEST_CASES");
const title = (run: StoredRun) => run.name + (run.causal ? " (causal)" : "");
const compileRun = (run: StoredRun): CompiledProgram =>
  compileRasp(conformanceProgram(run.name), {
    vocab: run.vocab.map(fromStored),
    maxSeqLen: run.max_seq_len,
    causal: run.causal,
  });

describe("the compiler agrees with Tracr on", () => {
  for (const run of supported) {
    it(`${title(run)}: the graph and its value sets`, () => {
      const { graph, values, bases } = compileRun(run);
      const nodes = [...graph.nodes.values()].map((node) => ({
        id: node.label,
        children: node.children,
        value_set_sorted: values.sets
          .get(node.label)
          ?.directions.map((direction) => plain(direction.value)),
        output_basis: bases.has(node.label) ? basisOf(bases.get(node.label)!) : undefined,
      }));
      const expected = run.graph_nodes.map((node) => ({
        id: node.id,
        children: node.children,
        value_set_sorted: node.value_set_sorted?.map((value) => plain(fromStored(value))),
        output_basis: node.output_basis && storedBasis(node.output_basis),
      }));
      expect(nodes).toEqual(expected);
    });

    it(`${title(run)}: slots, residual stream, dimensions`, () => {
      const { slots, residualLabels, config, inputEncoder } = compileRun(run);
      expect([...slots.byNode]).toEqual(Object.entries(run.layer_allocation));
      expect(residualLabels).toEqual(run.residual_labels);
      expect(inputEncoder.values).toEqual(run.input_ids.map(fromStored));
      expect(config).toMatchObject({
        nLayers: run.model_config.num_layers,
        nHeads: run.model_config.num_heads,
        dHead: run.model_config.key_size,
        dMlp: run.model_config.mlp_hidden_size,
        attentionDir: run.causal ? "causal" : "bidirectional",
      });
    });

    it(`${title(run)}: every matrix, exactly`, () => {
      expect(storedForm(compileRun(run))).toEqual(run.blocks.map(plainBlock));
    });

    it(`${title(run)}: the final residual stream to 1e-5, and the decoded output`, () => {
      const compiled = compileRun(run);
      const input = ["BOS", ...run.input.map(fromStored)];
      const cache = forward(compiled, encodeTokens(compiled.inputEncoder, input));
      const residual = cache.get("final_residual")!;
      const difference = residual.map((x, i) => x - run.final_residual.flat()[i]!);
      expect(residual.length).toBe(run.final_residual.flat().length);
      expect(Math.max(...difference.map(Math.abs))).toBeLessThan(1e-5);

      const decoded = decodeAll(compiled, cache.get("logits")!);
      const expected = run.model_decoded.map((value) => plain(fromStored(value)));
      for (const [i, value] of decoded.entries()) {
        if (i === 0) continue;
        if (typeof value === "number") expect(value).toBeCloseTo(expected[i] as number, 5);
        else expect(value).toEqual(expected[i]);
      }
    });
  }
});

function decodeAll({ outputEncoder, config }: CompiledProgram, logits: Float64Array): RaspValue[] {
  const width = config.dVocabOut;
  return Array.from({ length: logits.length / width }, (_, p) =>
    plain(decodeLogits(outputEncoder, logits.subarray(p * width, (p + 1) * width))),
  );
}

describe("the craft model", () => {
  for (const run of supported) {
    it(`computes ${title(run)} to 1e-7`, () => {
      const compiled = compileRun(run);
      const { craft, spaces, config } = compiled;
      const length = run.input.length + 1;
      const width = sizeOf(craft.residual);
      const ids = encodeTokens(compiled.inputEncoder, ["BOS", ...run.input.map(fromStored)]);
      const x = new Float64Array(length * width);
      for (const [j, direction] of craft.residual.directions.entries()) {
        const full = spaces.residual.index.get(direction.key)!;
        for (const [p, id] of ids.entries()) {
          x[p * width + j] =
            compiled.weights.get("embed.W_E")!.data[id * config.dModel + full]! +
            compiled.weights.get("pos_embed.W_pos")!.data[p * config.dModel + full]!;
        }
      }
      const y = runCraftModel(craft, x, { causal: run.causal });
      for (const [i, stored] of run.expected.entries()) {
        const expected = fromStored(stored);
        if (expected === null) continue;
        for (const { key, value } of spaces.output.directions) {
          const actual = y[(i + 1) * width + craft.residual.index.get(key)!]!;
          const wanted =
            value === null ? Number(expected) : Number(plain(expected) === plain(value));
          expect(Math.abs(actual - wanted)).toBeLessThan(1e-7);
        }
      }
    });
  }
});

describe("padding", () => {
  const padded = supported.filter((run) => /^(reverse|length)_/.test(run.name) && !run.causal);
  for (const run of padded) {
    it(`does not change ${title(run)}`, () => {
      const program = conformanceProgram(run.name);
      const compiled = compileRasp(program, { vocab: run.vocab.map(fromStored), maxSeqLen: 5 });
      const input = ["BOS", ...run.input.map(fromStored), "PAD", "PAD", "PAD", "PAD"].slice(0, 6);
      const logits = forward(compiled, encodeTokens(compiled.inputEncoder, input)).get("logits")!;
      const decoded = decodeAll(compiled, logits).slice(1, run.input.length + 1);
      for (const [i, stored] of run.expected.entries()) {
        const expected = plain(fromStored(stored));
        if (typeof expected === "number") expect(decoded[i]).toBeCloseTo(expected, 5);
        else expect(decoded[i]).toEqual(expected);
      }
    });
  }
});

describe("unsupported programs", () => {
  for (const run of runs.filter((r) => r.group === "UNSUPPORTED_TEST_CASES")) {
    it(`refuses ${run.name} by name`, () => {
      expect(run.compile_error).toMatch(/^NotImplementedError/);
      expect(() => compileRun(run)).toThrow(
        expect.objectContaining({ code: "E_RASP_UNSUPPORTED" }),
      );
      for (const { expr } of run.static_validate) {
        expect(() => compileRun(run)).toThrow(new RegExp(`^  ${expr}(\\([^)]*\\))?: `, "m"));
      }
    });
  }
});
