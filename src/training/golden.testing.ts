import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type TransformerModel, transformerModel } from "../cases/index.ts";
import type { ModelNode } from "../interventions/index.ts";
import {
  makeTransformer,
  type Transformer,
  type TransformerConfig,
  type Weights,
} from "../transformer/index.ts";
import type { TrainingTask } from "./index.ts";

/** A float32 array as the fixtures store it. */
interface StoredArray {
  readonly shape: readonly number[];
  readonly f32: string;
}

type StoredWeights = Readonly<Record<string, StoredArray>>;

/** One training step of the original with fixed nodes, and what it measured afterwards. */
interface StoredStep {
  readonly categorical: boolean;
  readonly config: TransformerConfig;
  readonly hlConfig: TransformerConfig;
  readonly hlWeights: StoredWeights;
  readonly initWeights: StoredWeights;
  readonly weightsAfter: StoredWeights;
  readonly baseTokens: readonly number[][];
  readonly ablationTokens: readonly number[][];
  readonly baseLabels: StoredArray;
  readonly intervenedHl: StoredArray;
  readonly hlNode: ModelNode & { readonly label: string };
  readonly llNodes: readonly ModelNode[];
  readonly strictNode: ModelNode;
  readonly outsideNodes: readonly ModelNode[];
  readonly losses: Readonly<Record<"iit_loss" | "behavior_loss" | "strict_loss", number>>;
  /** IIT, strict, behaviour. */
  readonly gradNorms: readonly [number, number, number];
  readonly evaluation: Readonly<
    Record<"iit_loss" | "IIA" | "accuracy" | "strict_accuracy", number>
  >;
  readonly nodeEffects: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

function decode({ shape, f32 }: StoredArray) {
  const bytes = Uint8Array.from(Buffer.from(f32, "base64"));
  return { shape, data: new Float32Array(bytes.buffer) };
}

const decodeWeights = (stored: StoredWeights): Weights =>
  new Map(Object.entries(stored).map(([key, array]) => [key, decode(array)]));

/** A task whose high-level model is a compiled transformer. */
export interface CompiledTask extends TrainingTask {
  readonly highLevel: TransformerModel;
}

/** A stored step as a task: its distinct inputs, and the batch as row numbers of them. */
export interface GoldenStep {
  readonly stored: StoredStep;
  readonly task: CompiledTask;
  readonly base: Uint32Array<ArrayBuffer>;
  readonly source: Uint32Array<ArrayBuffer>;
  readonly before: Weights;
  readonly after: Weights;
  readonly trained: Transformer;
}

/** The correspondences of the two cases: variables of the high-level model, and their images. */
const IMAGES: Readonly<Record<3 | 13, TrainingTask["correspondence"]>> = {
  3: [
    {
      hl: { hook: "blocks.0.mlp.hook_post", head: null },
      label: "is_x_3",
      ll: [{ hook: "blocks.0.mlp.hook_post", head: null }],
    },
    {
      hl: { hook: "blocks.1.attn.hook_result", head: 0 },
      label: "frac_prevs_1",
      ll: [{ hook: "blocks.1.attn.hook_result", head: 2 }],
    },
  ],
  13: [
    {
      hl: { hook: "blocks.0.attn.hook_result", head: 0 },
      label: "shift_by(-1)_2",
      ll: [{ hook: "blocks.0.attn.hook_result", head: 0 }],
    },
    {
      hl: { hook: "blocks.0.mlp.hook_post", head: null },
      label: "sequence_map_1",
      ll: [{ hook: "blocks.0.mlp.hook_post", head: null }],
    },
  ],
};

/** Loads the stored step of a case. */
export function loadGolden(id: 3 | 13): GoldenStep {
  const url = new URL(`../../test/fixtures/training/step-${id}.json.gz`, import.meta.url);
  const stored = JSON.parse(gunzipSync(readFileSync(url)).toString()) as StoredStep;
  const rows = new Map<string, number>();
  const rowOf = (tokens: readonly number[]): number => {
    const key = tokens.join();
    const row = rows.get(key) ?? rows.size;
    rows.set(key, row);
    return row;
  };
  const base = Uint32Array.from(stored.baseTokens.map(rowOf));
  const source = Uint32Array.from(stored.ablationTokens.map(rowOf));
  const after = decodeWeights(stored.weightsAfter);
  return {
    stored,
    base,
    source,
    before: decodeWeights(stored.initWeights),
    after,
    trained: makeTransformer(stored.config, after),
    task: {
      highLevel: transformerModel(
        makeTransformer(stored.hlConfig, decodeWeights(stored.hlWeights)),
        {
          categorical: stored.categorical,
          variables: IMAGES[id].map(({ hl, label }) => ({ node: hl, label })),
        },
      ),
      lowLevelConfig: stored.config,
      correspondence: IMAGES[id],
      tokens: Int32Array.from([...rows.keys()].flatMap((key) => key.split(",").map(Number))),
      multiplicity: new Float64Array(rows.size).fill(1),
      positions: stored.baseTokens[0]!.length,
      categorical: stored.categorical,
      outputPositions: "notFirst",
    },
  };
}
