import type { Binding } from "../engine/index.ts";
import {
  constantTensors,
  makeTransformer,
  parameterTensors,
  type Transformer,
  type Weight,
  type WeightTensors,
} from "../transformer/index.ts";
import type { Scope } from "./scope.ts";

/** Weights as tensors of a graph, and what its runs bind to them. */
export interface GraphWeights {
  readonly tensors: WeightTensors;
  readonly bindings: Readonly<Record<string, Binding>>;
}

/** The weights of one head. Heads with the same `program` have the same tensors and share it. */
export interface HeadWeights extends GraphWeights {
  readonly program: string;
}

/** The weights of a transformer that does not change, for all programs of one scope. */
export interface FrozenWeights extends GraphWeights {
  /** The weights of {@link headTransformer}. */
  head(block: number, head: number): HeadWeights;
}

/** Below this share of non-zero values weights are compiled into programs as sparse constants. */
const SPARSE_BELOW = 0.2;

const HEAD_PREFIX = "head:";

/** The transformer of one block and one head whose `hook_result` is that of a given head. */
export function headTransformer(
  { config, weights }: Transformer,
  block: number,
  head: number,
): Transformer {
  const { dModel, dHead } = config;
  const own = (key: string): Weight => {
    const [, name] = /^blocks\.0\.(.*)$/.exec(key) ?? [];
    const { shape, data } = weights.get(name === undefined ? key : `blocks.${block}.${name}`)!;
    if (!/^attn\.(W_[QKVO]|b_[QKV])$/.test(name ?? "")) return { shape, data };
    const size = /W_/.test(key) ? dModel * dHead : dHead;
    return {
      shape: [1, ...shape.slice(1)],
      data: data.subarray(head * size, (head + 1) * size),
    };
  };
  const shape = { ...config, nLayers: 1, nHeads: 1 };
  const keys = [...weights.keys()].filter((key) => !/^blocks\.(?!0\.)/.test(key));
  return makeTransformer(shape, new Map(keys.map((key) => [key, own(key)])));
}

function isSparse({ weights }: Transformer): boolean {
  let [filled, all] = [0, 0];
  for (const { data } of weights.values()) {
    all += data.length;
    for (const value of data) if (value !== 0) filled++;
  }
  return filled < SPARSE_BELOW * all;
}

function buffersOf(scope: Scope, { weights }: Transformer, prefix = ""): GraphWeights["bindings"] {
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
  if (isSparse(transformer)) {
    const constants = (part: Transformer) => ({
      tensors: constantTensors(part, { sparse: true }),
      bindings: {},
    });
    return {
      ...constants(transformer),
      head: (block, index) =>
        head(block, index, () => ({
          program: `${block}.${index}`,
          ...constants(headTransformer(transformer, block, index)),
        })),
    };
  }
  const headShape = { ...transformer.config, nLayers: 1, nHeads: 1 };
  const tensors = parameterTensors(headShape, { prefix: HEAD_PREFIX });
  return {
    tensors: parameterTensors(transformer.config),
    bindings: buffersOf(scope, transformer),
    head: (block, index) =>
      head(block, index, () => ({
        program: `${block}`,
        tensors,
        bindings: buffersOf(scope, headTransformer(transformer, block, index), HEAD_PREFIX),
      })),
  };
}
