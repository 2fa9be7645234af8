import { runSteps, type Steps, sizeOf } from "../engine/index.ts";
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

/**
 * Standard deviation σ of the initial weights:
 *
 * - `original`: `config.initializerRange` for all of them;
 * - `width`: 1/√d_model for all of them;
 * - `fan-in`: 1/√(number of inputs) of each matrix, embeddings 1; what writes to the residual stream
 *   (`W_O`, `W_out`) divided by √(2·layers), as in GPT-2 (Radford et al. 2019).
 */
export type InitialScale = "original" | "width" | "fan-in";

function deviation(config: TransformerConfig, scale: InitialScale, key: string): number {
  const { dModel, dHead, dMlp, nHeads, nLayers } = config;
  if (scale === "original") return config.initializerRange;
  if (scale === "width") return 1 / Math.sqrt(dModel);
  const depth = Math.sqrt(2 * nLayers);
  const name = key.split(".").at(-1)!;
  if (name === "W_E" || name === "W_pos") return 1;
  if (name === "W_O") return 1 / Math.sqrt(nHeads * dHead) / depth;
  if (name === "W_out") return 1 / Math.sqrt(dMlp) / depth;
  return 1 / Math.sqrt(dModel);
}

const isDrawn = (key: string) => (key.split(".").at(-1) ?? "").startsWith("W_");

/**
 * Fresh weights: every `W_…` ~ Normal(0, σ²) with σ by {@link InitialScale}, every bias 0. With
 * `original` (the default) TransformerLens' "gpt2" mode: no depth scaling, no truncation.
 *
 * The weights are drawn in state-dict order: `W_E`, `W_pos`, per block `W_Q`, `W_O`, `W_K`, `W_V`,
 * `W_in`, `W_out`, then `W_U`. Throws `E_CONFIG` for an unusable config.
 */
export function initializeTransformer(
  config: TransformerConfig,
  normals: Normals,
  scale?: InitialScale,
): Transformer {
  return runSteps(initializeSteps(config, normals, scale));
}

/** {@link initializeTransformer}, weight by weight. */
export function* initializeSteps(
  config: TransformerConfig,
  normals: Normals,
  scale: InitialScale = "original",
): Steps<Transformer> {
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
      const sigma = deviation(config, scale, key);
      for (let i = 0; i < data.length; i++) data[i] = draws[i]! * sigma;
    }
    weights.set(key, { shape, data });
    yield 0;
  }
  return Object.freeze({ config: Object.freeze({ ...config }), weights });
}
