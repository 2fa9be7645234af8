import { sizeOf } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { Key, TorchRandom } from "../rng/index.ts";
import { assertConfig, type TransformerConfig } from "./config.ts";
import { type Transformer, type Weight, weightShapes } from "./weights.ts";

/** A source of draws from Normal(0, 1): `count` values for the weight called `name`. */
export type Normals = (count: number, name: string) => Float32Array | Float64Array;

/**
 * The draws of torch's CPU generator, weight after weight in state-dict order, as TransformerLens
 * takes them: with `new TorchRandom(0)` the initial weights are those of the original.
 */
export function torchNormals(random: TorchRandom): Normals {
  return (count) => random.randn(count);
}

/** Draws from a key, independent for each weight name, so that no weight depends on another's size. */
export function keyNormals(key: Key): Normals {
  return (count, name) => key.fold(name).normal(count);
}

const isDrawn = (key: string) => (key.split(".").at(-1) ?? "").startsWith("W_");

/**
 * Fresh weights, TransformerLens' "gpt2" mode: every `W_…` ~ Normal(0, σ²) with
 * σ = `config.initializerRange`, every bias 0. No depth scaling, no truncation.
 *
 * The weights are drawn in state-dict order: `W_E`, `W_pos`, per block `W_Q`, `W_O`, `W_K`, `W_V`,
 * `W_in`, `W_out`, then `W_U`. Throws `E_CONFIG` for an unusable config.
 */
export function initializeTransformer(config: TransformerConfig, normals: Normals): Transformer {
  assertConfig(config);
  const weights = new Map<string, Weight>();
  for (const [key, shape] of weightShapes(config)) {
    const data = new Float32Array(sizeOf(shape));
    if (isDrawn(key)) {
      const draws = normals(data.length, key);
      if (draws.length !== data.length) {
        throw new InterpBenchError("E_RANDOM", `the source of normals fell short for "${key}"`, {
          expected: `${data.length} values`,
          received: `${draws.length} values`,
        });
      }
      for (let i = 0; i < data.length; i++) data[i] = draws[i]! * config.initializerRange;
    }
    weights.set(key, { shape, data });
  }
  return Object.freeze({ config: Object.freeze({ ...config }), weights });
}
