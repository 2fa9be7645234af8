import { readFileSync } from "node:fs";
import {
  makeTransformer,
  type Transformer,
  type TransformerConfig,
  type Weight,
  weightShapes,
} from "../../transformer/index.ts";
import type { DiscoveryTask } from "../index.ts";

/** What other implementations compute on a transformer whose weights come from a generator. */
export interface Stored {
  readonly counts: readonly number[];
  /** Scores of edges, in the names of the EAP-IG library, by column. */
  readonly edges: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of further columns: some scores, and the sums of all and of their sizes, to five digits. */
  readonly rounded?: Readonly<
    Record<
      string,
      {
        readonly edges: Readonly<Record<string, number>>;
        readonly sum: number;
        readonly sizes: number;
      }
    >
  >;
  /** Scores of `[input, a0.h0, a0.h1, m0, a1.h0, a1.h1, m1]` by column. */
  readonly nodes: Readonly<Record<string, readonly number[]>>;
  /** What EAP-IG-inputs gives to the edges out of the embeddings together, by its steps. */
  readonly inputsOfN: Readonly<Record<string, number>>;
  /** Logits of the first row, at the last position. */
  readonly logits: readonly number[];
  readonly logitDifferences: Readonly<Record<"clean" | "corrupted", readonly number[]>>;
  readonly selections: readonly {
    readonly scores: string;
    readonly select: "top" | "greedy";
    readonly absolute: boolean;
    readonly sizes: readonly number[];
    readonly faithfulness: readonly number[];
  }[];
}

/** By normalisation. */
export const storedOf = JSON.parse(
  readFileSync(
    new URL("../../../test/fixtures/discovery/tiny-model.json", import.meta.url),
    "utf8",
  ),
) as Readonly<Record<"none" | "LNPre", Stored>>;

/** Without normalisation. */
export const stored = storedOf.none;

/** Its shape. */
export const CONFIG: TransformerConfig = {
  nLayers: 2,
  nHeads: 2,
  dModel: 8,
  dHead: 4,
  dMlp: 16,
  nCtx: 6,
  dVocab: 10,
  dVocabOut: 10,
  actFn: "gelu",
  attentionDir: "causal",
  normalization: "none",
  initializerRange: 1,
};

/** Weights in the order in which the generator fills them, with their sizes. */
const FILLED: readonly (readonly [string, number])[] = [
  ["embed.W_E", 1],
  ["pos_embed.W_pos", 0.5],
  ...[0, 1].flatMap((layer) =>
    (
      [
        ["attn.W_Q", 0.8],
        ["attn.W_K", 0.8],
        ["attn.W_V", 0.6],
        ["attn.W_O", 0.6],
        ["attn.b_Q", 0.2],
        ["attn.b_K", 0.2],
        ["attn.b_V", 0.2],
        ["attn.b_O", 0.2],
        ["mlp.W_in", 0.6],
        ["mlp.b_in", 0.3],
        ["mlp.W_out", 0.5],
        ["mlp.b_out", 0.2],
      ] as const
    ).map(([name, size]) => [`blocks.${layer}.${name}`, size] as const),
  ),
  ["unembed.W_U", 0.7],
  ["unembed.b_U", 0.1],
];

/** x ← 1664525·x + 1013904223 mod 2³² from 12345; each weight is its size times 2x/2³² − 1. */
function generated(config: TransformerConfig): Transformer {
  let x = 12345n;
  const next = () => {
    x = (1664525n * x + 1013904223n) % 2n ** 32n;
    return (2 * Number(x)) / 2 ** 32 - 1;
  };
  const shapes = weightShapes(config);
  const weights = FILLED.map(([key, size]): [string, Weight] => {
    const shape = shapes.get(key)!;
    const count = shape.reduce((a, b) => a * b, 1);
    // In float64, as the stored numbers were computed: the reference backend takes them as they are.
    const data = Float64Array.from({ length: count }, () => size * next());
    return [key, { shape, data: data as unknown as Float32Array }];
  });
  return makeTransformer(config, new Map(weights));
}

const lastOnly = (answers: readonly number[]) =>
  answers.flatMap((answer) => [Number.NaN, Number.NaN, Number.NaN, answer]);

/** Logit differences of an answer and a wrong one at the last of four positions. */
export const tinyModelTask = (config = CONFIG): DiscoveryTask => ({
  transformer: generated(config),
  rows: 3,
  positions: 4,
  cleanTokens: Int32Array.of(0, 3, 7, 5, 0, 1, 4, 2, 0, 6, 2, 9),
  corruptedTokens: Int32Array.of(0, 8, 7, 5, 0, 1, 9, 2, 0, 6, 3, 4),
  targets: lastOnly([3, 1, 6]),
  foils: lastOnly([8, 4, 2]),
  categorical: true,
  outputPositions: "last",
});
