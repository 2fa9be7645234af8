import { InterpBenchError } from "../errors/index.ts";
import { attentionScale } from "./config.ts";
import { type HookName, headAxis, parseHookName } from "./hook-names.ts";
import type { Transformer } from "./weights.ts";

/** A matrix whose rows and columns have names. */
export interface NamedMatrix {
  /** What it is: `QK`. */
  readonly title: string;
  /** What rows and columns are: `query`, `key`. */
  readonly axes: readonly [rows: string, columns: string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `[row, column]`. */
  readonly values: Float64Array;
}

/** A head, by its `attn.hook_result`, or an MLP, by `hook_mlp_out` or `mlp.hook_post`. */
export interface WeighedNode {
  readonly hook: HookName;
  readonly head: number | null;
}

/**
 * The weights of a node between named directions of the residual stream, without rows and columns of zeros:
 *
 * - of a head `QK = W_Q W_Kᵀ / scale`, what the score of a pair of positions gains from what stands at query
 *   and key, and `OV = W_V W_O`, what is written of what is read (Elhage et al. 2021);
 * - of an MLP `W_in`, with its bias as a row, and `W_out`, with its bias, by neurons.
 *
 * `labels`: names of the directions, `[dModel]`. Biases of attention are left out: compiled transformers have
 * none. `E_HOOK` for what is neither head nor MLP, `E_SHAPE` for another number of names.
 */
export function nodeWeights(
  transformer: Transformer,
  { hook, head }: WeighedNode,
  labels: readonly string[],
): readonly NamedMatrix[] {
  const { config, weights } = transformer;
  const { dModel, dHead, dMlp } = config;
  const layer = parseHookName(config, hook).layer;
  if (labels.length !== dModel) {
    throw new InterpBenchError("E_SHAPE", "every direction of the residual stream has a name", {
      expected: `${dModel} names`,
      received: String(labels.length),
    });
  }
  const dataOf = (name: string) => weights.get(`blocks.${layer}.${name}`)!.data;
  if (headAxis(hook) === 1 && head !== null && head < config.nHeads) {
    const size = dModel * dHead;
    const part = (name: string) => dataOf(name).subarray(head * size, (head + 1) * size);
    const scale = attentionScale(config, layer!);
    const products = product(part("attn.W_Q"), transposed(part("attn.W_K"), dHead), dModel, dHead);
    return [
      named(
        "QK",
        ["query", "key"],
        labels,
        labels,
        products.map((value) => value / scale),
      ),
      named(
        "OV",
        ["reads", "writes"],
        labels,
        labels,
        product(part("attn.W_V"), part("attn.W_O"), dModel, dHead),
      ),
    ];
  }
  if (head !== null || !/\.(mlp\.hook_post|hook_mlp_out)$/.test(hook)) {
    throw new InterpBenchError("E_HOOK", "only heads and MLPs have weights of their own", {
      received: head === null ? hook : `${hook}[${head}]`,
      expected: "attn.hook_result with a head, or hook_mlp_out",
    });
  }
  const neurons = Array.from({ length: dMlp }, (_, i) => `neuron ${i}`);
  const withBias = [...labels, "bias"];
  const joined = (matrix: Float32Array, bias: Float32Array) =>
    Float64Array.from([...matrix, ...bias]);
  return [
    named(
      "W_in",
      ["reads", "neuron"],
      withBias,
      neurons,
      joined(dataOf("mlp.W_in"), dataOf("mlp.b_in")),
    ),
    named(
      "W_out",
      ["neuron", "writes"],
      [...neurons, "bias"],
      labels,
      joined(dataOf("mlp.W_out"), dataOf("mlp.b_out")),
    ),
  ];
}

/** `A B` for `A [n, k]`, `B [k, n]`, as `[n, n]`. */
function product(a: Float32Array, b: Float32Array, n: number, k: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < k; m++) {
      const value = a[i * k + m]!;
      if (value === 0) continue;
      for (let j = 0; j < n; j++) result[i * n + j]! += value * b[m * n + j]!;
    }
  }
  return result;
}

/** `[row, column]` → `[column, row]`. */
function transposed(matrix: Float32Array, columns: number): Float32Array {
  const rows = matrix.length / columns;
  return Float32Array.from({ length: matrix.length }, (_, i) => {
    return matrix[(i % rows) * columns + Math.floor(i / rows)]!;
  });
}

/** A matrix without rows and columns that are 0 throughout. */
function named(
  title: string,
  axes: NamedMatrix["axes"],
  rows: readonly string[],
  columns: readonly string[],
  values: Float64Array,
): NamedMatrix {
  const at = (i: number, j: number) => values[i * columns.length + j]!;
  const usedRows = [...rows.keys()].filter((i) => columns.some((_, j) => at(i, j) !== 0));
  const usedColumns = [...columns.keys()].filter((j) => usedRows.some((i) => at(i, j) !== 0));
  return {
    title,
    axes,
    rows: usedRows.map((i) => rows[i]!),
    columns: usedColumns.map((j) => columns[j]!),
    values: Float64Array.from(usedRows.flatMap((i) => usedColumns.map((j) => at(i, j)))),
  };
}
