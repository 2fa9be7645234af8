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
  const [reads, at] = [positionsIn(residual, fst.input), positionsIn(residual, snd.output)];
  return (x) => {
    const hidden = apply(fst, project(x, sizeOf(residual), reads));
    for (let i = 0; i < hidden.length; i++) if (!(hidden[i]! > 0)) hidden[i] = 0;
    return { at, values: apply(snd, hidden) };
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
  return (x) => {
    const length = x.length / width;
    const queries = apply(wQK, project(x, width, queriesAt)); // [pos, right]
    const keys = project(x, width, keysAt); // [pos, right]
    const values = apply(wOV, project(x, width, valuesAt)); // [pos, output]
    const [keySize, valueSize] = [keysAt.length, at.length];
    const out = new Float64Array(length * valueSize);
    for (let q = 0; q < length; q++) {
      const visible = causal ? q + 1 : length;
      const scores = new Float64Array(visible);
      for (let i = 0; i < keySize; i++) {
        const factor = scoreFactor * queries[q * keySize + i]!;
        if (factor === 0) continue;
        for (let k = 0; k < visible; k++) scores[k]! += factor * keys[k * keySize + i]!;
      }
      const largest = scores.reduce((a, b) => Math.max(a, b));
      const exponentials = scores.map((score) => Math.exp(score - largest));
      const total = exponentials.reduce((sum, e) => sum + e, 0);
      for (let k = 0; k < visible; k++) {
        const attention = exponentials[k]! / total;
        for (let j = 0; j < valueSize; j++) {
          out[q * valueSize + j]! += attention * values[k * valueSize + j]!;
        }
      }
    }
    return { at, values: out };
  };
}

/** `x·M`, row by row. */
function apply({ input, output, matrix }: LinearMap, x: Float64Array): Float64Array {
  const [rows, columns] = [sizeOf(input), sizeOf(output)];
  const length = x.length / rows;
  const y = new Float64Array(length * columns);
  for (let p = 0; p < length; p++) {
    for (let i = 0; i < rows; i++) {
      const factor = x[p * rows + i]!;
      if (factor === 0) continue;
      for (let j = 0; j < columns; j++) y[p * columns + j]! += factor * matrix[i * columns + j]!;
    }
  }
  return y;
}

/** The coordinates at some places of the residual stream, `[pos, at]` of `[pos, residual]`. */
function project(x: Float64Array, width: number, at: Int32Array): Float64Array {
  const y = new Float64Array((x.length / width) * at.length);
  for (let p = 0; p < x.length / width; p++) {
    for (let i = 0; i < at.length; i++) y[p * at.length + i] = x[p * width + at[i]!]!;
  }
  return y;
}
