import { InterpBenchError } from "../errors/index.ts";
import type { AttentionHead, Mlp } from "./craft/component.ts";
import type { CraftModel } from "./craft-model.ts";
import type { LinearMap } from "./linear.ts";
import { positionsIn, type Space, sizeOf } from "./space.ts";

/** How a craft model is run. */
export interface CraftRunOptions {
  /** Whether no position attends to a later one (default false). */
  readonly causal?: boolean;
  /**
   * What scores are multiplied with (default 1). With 1/√d_head of the assembled transformer the
   * result is that of the assembled transformer.
   */
  readonly scoreFactor?: number;
}

/** Input and output: the residual stream `[pos, residual]`, row-major. */
export type CraftRunner = (input: ArrayLike<number>) => Float64Array;

/**
 * Runs a craft model in float64: `x ← x + block(x)` block after block.
 *
 * Scores are not divided by √d unless `scoreFactor` says so: attention is as good as hard.
 *
 * @param input `[pos, residual]`, row-major
 * @returns the residual stream behind the last block, `[pos, residual]`
 */
export function runCraftModel(
  craft: CraftModel,
  input: ArrayLike<number>,
  options: CraftRunOptions = {},
): Float64Array {
  return craftRunner(craft, options)(input);
}

/** What {@link runCraftModel} does, for many inputs of one model. */
export function craftRunner(
  { residual, blocks }: CraftModel,
  { causal = false, scoreFactor = 1 }: CraftRunOptions = {},
): CraftRunner {
  const width = sizeOf(residual);
  const parts = blocks.map((block) =>
    block.kind === "mlp"
      ? [mlpRunner(block.mlp, residual)]
      : block.heads.map((head) => headRunner(head, residual, causal, scoreFactor)),
  );
  return (input) => {
    if (width === 0 || input.length % width !== 0) {
      throw new InterpBenchError("E_SHAPE", "the input is no residual stream of this model", {
        expected: `a multiple of ${width} numbers`,
        received: `${input.length} numbers`,
      });
    }
    const x = Float64Array.from(input);
    for (const block of parts) {
      const outputs = block.map((part) => part(x));
      for (const { at, values } of outputs) addTo(x, width, at, values);
    }
    return x;
  };
}

/** What a block adds, `[pos, at]`, and the directions of the residual stream that it is added to. */
interface Addition {
  readonly at: Int32Array;
  readonly values: Float64Array;
}

function addTo(x: Float64Array, width: number, at: Int32Array, values: Float64Array): void {
  for (let p = 0; p < x.length / width; p++) {
    for (let i = 0; i < at.length; i++) x[p * width + at[i]!]! += values[p * at.length + i]!;
  }
}

function mlpRunner({ fst, snd }: Mlp, residual: Space): (x: Float64Array) => Addition {
  const width = sizeOf(residual);
  const at = positionsIn(residual, snd.output);
  const [first, second] = [nonZerosOf(fst), nonZerosOf(snd)];
  const reads = positionsIn(residual, fst.input);
  const readsHidden = Int32Array.from({ length: second.rows }, (_, i) => i);
  return (x) => {
    const hidden = apply(first, x, width, reads);
    for (let i = 0; i < hidden.length; i++) if (!(hidden[i]! > 0)) hidden[i] = 0;
    return { at, values: apply(second, hidden, second.rows, readsHidden) };
  };
}

function headRunner(
  { wQK, wOV }: AttentionHead,
  residual: Space,
  causal: boolean,
  scoreFactor: number,
): (x: Float64Array) => Addition {
  const width = sizeOf(residual);
  const [queriesAt, keysAt, valuesAt, at] = [wQK.input, wQK.output, wOV.input, wOV.output].map(
    (space) => positionsIn(residual, space),
  ) as [Int32Array, Int32Array, Int32Array, Int32Array];
  const [queryMap, valueMap] = [nonZerosOf(wQK), nonZerosOf(wOV)];
  return (x) => {
    const length = x.length / width;
    const queries = apply(queryMap, x, width, queriesAt); // [pos, right]
    const values = apply(valueMap, x, width, valuesAt); // [pos, output]
    const [keySize, valueSize] = [keysAt.length, at.length];
    const out = new Float64Array(length * valueSize);
    const scores = new Float64Array(length);
    for (let q = 0; q < length; q++) {
      const visible = causal ? q + 1 : length;
      scores.fill(0);
      for (let i = 0; i < keySize; i++) {
        const factor = scoreFactor * queries[q * keySize + i]!;
        if (factor === 0) continue;
        for (let k = 0; k < visible; k++) scores[k]! += factor * x[k * width + keysAt[i]!]!;
      }
      const total = exponentiate(scores, visible);
      for (let k = 0; k < visible; k++) {
        const attention = scores[k]! / total;
        if (attention === 0) continue;
        for (let j = 0; j < valueSize; j++) {
          out[q * valueSize + j]! += attention * values[k * valueSize + j]!;
        }
      }
    }
    return { at, values: out };
  };
}

/** `eˣ` in place of the first `count` numbers, over that of the largest; their sum. */
function exponentiate(x: Float64Array, count: number): number {
  let largest = x[0]!;
  for (let i = 1; i < count; i++) largest = Math.max(largest, x[i]!);
  let total = 0;
  for (let i = 0; i < count; i++) {
    x[i] = Math.exp(x[i]! - largest);
    total += x[i]!;
  }
  return total;
}

/** The numbers of a matrix other than 0, most of which is 0: those of row `i` from `begin[i]` to `begin[i + 1]`. */
interface NonZeros {
  readonly rows: number;
  readonly columns: number;
  readonly begin: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

function nonZerosOf({ input, output, matrix }: LinearMap): NonZeros {
  const [rows, columns] = [sizeOf(input), sizeOf(output)];
  const begin = new Int32Array(rows + 1);
  const column: number[] = [];
  const value: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const entry = matrix[i * columns + j]!;
      if (entry === 0) continue;
      column.push(j);
      value.push(entry);
    }
    begin[i + 1] = column.length;
  }
  return { rows, columns, begin, column: Int32Array.from(column), value: Float64Array.from(value) };
}

/** `x·M`, row by row, where the coordinates of `x` are read at some places of rows of a width. */
function apply(
  { rows, columns, begin, column, value }: NonZeros,
  x: Float64Array,
  width: number,
  at: Int32Array,
): Float64Array {
  const length = x.length / width;
  const y = new Float64Array(length * columns);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < rows; i++) {
      const factor = x[p * width + at[i]!]!;
      if (factor === 0) continue;
      for (let e = begin[i]!; e < begin[i + 1]!; e++) {
        y[p * columns + column[e]!]! += factor * value[e]!;
      }
    }
  }
  return y;
}
