import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { Key } from "../rng/index.ts";
import {
  type Activations,
  initializeTransformer,
  keyNormals,
  makeTransformer,
  type Transformer,
  type TransformerConfig,
  type Weight,
  type Weights,
} from "./index.ts";

/** A float32 array as the fixtures store it. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly f32: string;
}

/** One SIIT training step of the original: a low-level model at its start, and the compiled one. */
export interface SiitFixture {
  readonly config: TransformerConfig;
  readonly hlConfig: TransformerConfig;
  readonly initWeights: Readonly<Record<string, StoredArray>>;
  readonly hlWeights: Readonly<Record<string, StoredArray>>;
  readonly baseTokens: readonly number[][];
  readonly ablationTokens: readonly number[][];
  readonly initLogits: StoredArray;
  readonly hlLogits: StoredArray;
  readonly intervenedHl: StoredArray;
  readonly intervenedLl: StoredArray;
  readonly activationTokens: readonly number[][];
  readonly activations: Readonly<Record<string, StoredArray>>;
}

/** A briefly trained model with a clean and a corrupted run. */
export interface DiscoveryFixture {
  readonly config: TransformerConfig;
  readonly categorical: boolean;
  readonly weights: Readonly<Record<string, StoredArray>>;
  readonly cleanTokens: readonly number[][];
  readonly corruptTokens: readonly number[][];
  readonly cleanLogits: StoredArray;
  readonly corruptLogits: StoredArray;
  /** [source, destination, faithfulness with this edge alone ablated]. */
  readonly edges: readonly (readonly [string, string, number])[];
}

export function loadFixture<T>(name: string): T {
  const url = new URL(`../../test/fixtures/transformer/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString()) as T;
}

export function decode({ shape, f32 }: StoredArray): {
  shape: readonly number[];
  data: Float32Array;
} {
  const bytes = Uint8Array.from(Buffer.from(f32, "base64"));
  return { shape, data: new Float32Array(bytes.buffer) };
}

export function decodeWeights(stored: Readonly<Record<string, StoredArray>>): Weights {
  return new Map(Object.entries(stored).map(([key, array]) => [key, decode(array)]));
}

/** The largest difference; infinities of one sign are equal, NaN is infinitely far from anything. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!);
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}

export function expectClose(
  actual: Pick<Activations, "shape" | "data">,
  stored: StoredArray,
  tolerance: number,
): void {
  const expected = decode(stored);
  expect(actual.shape).toEqual(expected.shape);
  expect(largestDifference(actual.data, expected.data)).toBeLessThan(tolerance);
}

/** A config small enough for finite differences; every size differs from every other. */
export const TINY: TransformerConfig = {
  nLayers: 2,
  nHeads: 2,
  dModel: 5,
  dHead: 3,
  dMlp: 7,
  nCtx: 4,
  dVocab: 6,
  dVocabOut: 8,
  actFn: "gelu",
  attentionDir: "causal",
  normalization: "none",
  initializerRange: 0.5,
};

/** All that a config may leave out, each with a value that shows. */
export const SCALED = {
  attnScale: 0.4,
  scaleAttnByInverseLayerIdx: true,
  attnScoresSoftCap: 0.7,
  outputLogitsSoftCap: 0.9,
  eps: 0.3,
} as const satisfies Partial<TransformerConfig>;

/** A transformer of {@link TINY}'s shape with random weights and random, non-zero biases. */
export function tinyTransformer(changes: Partial<TransformerConfig> = {}): Transformer {
  const config = { ...TINY, ...changes };
  const { weights } = initializeTransformer(config, keyNormals(Key.fromSeed(1)));
  const biased = [...weights].map(([key, { shape, data }]): [string, Weight] => {
    if (!/\.b_/.test(key)) return [key, { shape, data }];
    const bias = Key.fromSeed(2).fold(key).normal(data.length);
    return [key, { shape, data: Float32Array.from(bias, (x) => x / 4) }];
  });
  return makeTransformer(config, new Map(biased));
}
