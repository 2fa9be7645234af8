import type { Binding } from "../engine/index.ts";
import {
  attentionScale,
  constantsOf,
  nonZeroShare,
  parameterTensors,
  type Transformer,
  type TransformerConfig,
  type Weight,
  type Weights,
  type WeightTensors,
} from "../transformer/index.ts";
import type { Scope } from "./scope.ts";

/** Weights as tensors of a graph, and what its runs bind to them. */
export interface GraphWeights {
  readonly tensors: WeightTensors;
  readonly bindings: Readonly<Record<string, Binding>>;
  /**
   * The same for weights of which graphs are the same, to keep programs by; absent where the weights are part
   * of the program.
   */
  readonly key?: string;
}

/** The weights of one head. Heads with the same `program` have the same tensors and share it. */
export interface HeadWeights extends GraphWeights {
  readonly program: string;
  /** Of the transformer of one block and one head that has these weights. */
  readonly config: TransformerConfig;
}

/** The weights of a transformer that does not change, for all programs of one scope. */
export interface FrozenWeights extends GraphWeights {
  /** The weights of {@link headOfBlock}. */
  head(block: number, head: number): HeadWeights;
}

/** Below this share of non-zero values weights are compiled into programs as sparse constants. */
const SPARSE_BELOW = 0.2;

const HEAD_PREFIX = "head:";

/** The attention of one head: its weights as those of a transformer of one block and one head. */
export interface HeadOfBlock {
  readonly config: TransformerConfig;
  /** `blocks.0.attn.*`: nothing of embedding, MLP and unembedding. */
  readonly weights: Weights;
}

/** One head of a block, whose `hook_result`, alone, is that of the head in the whole transformer. */
export function headOfBlock(
  { config, weights }: Transformer,
  block: number,
  head: number,
): HeadOfBlock {
  const { dModel, dHead } = config;
  const attention = `blocks.${block}.attn.`;
  const own = [...weights]
    .filter(([key]) => key.startsWith(attention))
    .map(([key, { shape, data }]): [string, Weight] => {
      const name = key.slice(attention.length);
      if (name === "b_O") return [`blocks.0.attn.${name}`, { shape, data }];
      const size = name.startsWith("W_") ? dModel * dHead : dHead;
      const part = data.subarray(head * size, (head + 1) * size);
      return [`blocks.0.attn.${name}`, { shape: [1, ...shape.slice(1)], data: part }];
    });
  return { config: headConfig(config, block), weights: new Map(own) };
}

/** The transformer that a head of a block is: scaled as in the whole. */
function headConfig(config: TransformerConfig, block: number): TransformerConfig {
  const { scaleAttnByInverseLayerIdx: _, ...rest } = config;
  return { ...rest, nLayers: 1, nHeads: 1, attnScale: attentionScale(config, block) };
}

function buffersOf(scope: Scope, weights: Weights, prefix = ""): GraphWeights["bindings"] {
  return Object.fromEntries(
    [...weights].map(([key, { data }]) => [prefix + key, scope.buffer(data)]),
  );
}

/**
 * Puts a transformer's weights on a backend. Ordinary ones are parameters in shared buffers; those
 * of compiled (Tracr) transformers, nearly all zeros, become sparse constants of each program.
 */
export function freezeWeights(scope: Scope, transformer: Transformer): FrozenWeights {
  const heads = new Map<string, HeadWeights>();
  const head = (block: number, index: number, make: () => HeadWeights) => {
    const key = `${block}.${index}`;
    const made = heads.get(key) ?? make();
    heads.set(key, made);
    return made;
  };
  const { config, weights } = transformer;
  if (nonZeroShare(transformer) < SPARSE_BELOW) {
    const constants = (part: Weights) => ({
      tensors: constantsOf(part, { sparse: true }),
      bindings: {},
    });
    return {
      ...constants(weights),
      head: (block, index) =>
        head(block, index, () => {
          const own = headOfBlock(transformer, block, index);
          return {
            program: `${block}.${index}`,
            config: own.config,
            ...constants(own.weights),
          };
        }),
    };
  }
  const headTensors = parameterTensors(
    { ...config, nLayers: 1, nHeads: 1 },
    { prefix: HEAD_PREFIX },
  );
  return {
    tensors: parameterTensors(config),
    bindings: buffersOf(scope, weights),
    key: JSON.stringify(config),
    head: (block, index) =>
      head(block, index, () => {
        const own = headOfBlock(transformer, block, index);
        return {
          program: `${block}`,
          config: own.config,
          tensors: headTensors,
          bindings: buffersOf(scope, own.weights, HEAD_PREFIX),
        };
      }),
  };
}
