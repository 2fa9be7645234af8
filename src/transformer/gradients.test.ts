import { describe, expect, it } from "vitest";
import {
  add,
  type Buffer,
  batchMean,
  batchSum,
  compile,
  constant,
  gradients,
  mul,
  referenceBackend,
  sampleInput,
  sum,
  type Values,
  wasmBackend,
} from "../engine/index.ts";
import { Key } from "../rng/index.ts";
import { largestDifference, tinyTransformer } from "./fixtures.testing.ts";
import {
  type BlockHook,
  constantTensors,
  forward,
  type HookName,
  hookNames,
  hookShape,
  parameterTensors,
  weightBuffers,
} from "./index.ts";

const backend = referenceBackend();
const TOKENS = Float32Array.of(0, 5, 3, 1, 1, 4);
const STEP = 1e-5;

/** Fixed weights of the outputs, so that no gradient cancels by symmetry. */
const readout = constant(Key.fromSeed(3).normal(24), [3, 8]);

const VARIANTS = [
  { actFn: "gelu", attentionDir: "causal", normalization: "none" },
  { actFn: "gelu_new", attentionDir: "causal", normalization: "LNPre" },
  { actFn: "relu", attentionDir: "bidirectional", normalization: "none" },
] as const;

describe.each(VARIANTS)("gradients with $actFn, $attentionDir, $normalization", (variant) => {
  it("with respect to every weight are the central differences", () => {
    const { config, weights } = tinyTransformer(variant);
    const parameters = parameterTensors(config);
    const { logits } = forward(config, parameters, sampleInput("tokens", [3]));
    const loss = batchMean(sum(mul(logits, readout)));
    const keys = [...parameters.keys()];
    const slopes = gradients(loss, [...parameters.values()]);
    const outputs = { loss, ...Object.fromEntries(keys.map((key, i) => [key, slopes[i]!])) };
    const executable = backend.load(compile({ outputs }));
    const buffers: Record<string, Buffer> = weightBuffers(backend, weights);
    const inputs = { ...buffers, tokens: TOKENS };
    const evaluate = (): Record<string, Values> => executable.run({ batch: 2, inputs });
    const analytic = evaluate();
    for (const key of keys) {
      const original = buffers[key]!.read();
      const picks = Key.fromSeed(5).fold(key).sample(original, Math.min(4, original.length));
      for (const pick of picks) {
        const i = original.indexOf(pick);
        const lossAt = (x: number): number => {
          buffers[key]!.write([x], i);
          return evaluate().loss![0]!;
        };
        const difference = (lossAt(pick + STEP) - lossAt(pick - STEP)) / (2 * STEP);
        buffers[key]!.write([pick], i);
        expect(Math.abs(analytic[key]![i]! - difference), `${key}[${i}]`).toBeLessThan(
          1e-6 * Math.abs(difference) + 1e-7,
        );
      }
    }
  });
});

describe("gradients on the wasm backend", () => {
  it.each(VARIANTS)(
    "are the reference's: $actFn, $attentionDir, $normalization",
    async (variant) => {
      const { config, weights } = tinyTransformer(variant);
      const parameters = parameterTensors(config);
      const { logits } = forward(config, parameters, sampleInput("tokens", [3]));
      const loss = batchMean(sum(mul(logits, readout)));
      const keys = [...parameters.keys()];
      const slopes = gradients(loss, [...parameters.values()]);
      const outputs = { loss, ...Object.fromEntries(keys.map((key, i) => [key, slopes[i]!])) };
      const program = compile({ outputs });
      const [expected, received] = [backend, await wasmBackend()].map(
        (on): Record<string, Values> => {
          const inputs = { ...weightBuffers(on, weights), tokens: TOKENS };
          return on.load(program).run({ batch: 2, inputs });
        },
      );
      for (const key of keys) {
        const largest = Math.max(...expected![key]!.map(Math.abs));
        expect(largestDifference(received![key]!, expected![key]!), key).toBeLessThan(
          1e-5 * Math.max(1, largest),
        );
      }
    },
  );
});

describe("gradients with respect to captured hooks", () => {
  it("are those of a value added at that hook point, per sequence", () => {
    const model = tinyTransformer();
    const { config } = model;
    const weights = constantTensors(model);
    // −∞ of masked scores has no neighbours.
    const skipped: BlockHook = "attn.hook_attn_scores";
    const names = hookNames(config).filter((name) => !name.endsWith(skipped));
    for (const name of names) {
      const shape = hookShape(config, name, 3);
      const delta = sampleInput("delta", shape);
      const hooks = new Map([[name, (x: typeof delta) => add(x, delta)]]);
      const capture: HookName[] = [name];
      const tokens = sampleInput("tokens", [3]);
      const { logits, cache } = forward(config, weights, tokens, { hooks, capture });
      const loss = batchSum(sum(mul(logits, readout)));
      const [gradient] = gradients(loss, [cache.get(name)!]);
      const executable = backend.load(compile({ outputs: { loss, gradient: gradient! } }));
      const size = 2 * shape.reduce((a, b) => a * b, 1);
      const at = (i: number, by: number) => {
        const values = new Float64Array(size);
        values[i] = by;
        return executable.run({ batch: 2, inputs: { tokens: TOKENS, delta: values } });
      };
      const analytic = at(0, 0).gradient;
      for (const i of [0, Math.floor(size / 2) + 1, size - 1]) {
        const difference = (at(i, STEP).loss[0]! - at(i, -STEP).loss[0]!) / (2 * STEP);
        expect(Math.abs(analytic[i]! - difference), `${name}[${i}]`).toBeLessThan(
          1e-6 * Math.abs(difference) + 1e-7,
        );
      }
    }
  });
});
