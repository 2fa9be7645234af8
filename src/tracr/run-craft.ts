import { InterpBenchError } from "../errors/index.ts";
import type { AttentionHead, Mlp } from "./craft/component.ts";
import type { CraftModel } from "./craft-model.ts";
import type { LinearMap } from "./linear.ts";
import { positionsIn, type Space, sizeOf } from "./space.ts";

/**
 * Runs a craft model in float64: `x ← x + block(x)` block after block.
 *
 * Scores are not divided by √d, so attention is as good as hard; compare with the assembled
 * transformer, which does divide.
 *
 * @param input `[pos, residual]`, row-major
 * @returns the residual stream behind the last block, `[pos, residual]`
 */
export function runCraftModel(
  { residual, blocks }: CraftModel,
  input: ArrayLike<number>,
  { causal = false }: { readonly causal?: boolean } = {},
): Float64Array {
  const width = sizeOf(residual);
  if (width === 0 || input.length % width !== 0) {
    throw new InterpBenchError("E_SHAPE", "the input is no residual stream of this model", {
      expected: `a multiple of ${width} numbers`,
      received: `${input.length} numbers`,
    });
  }
  const x = Float64Array.from(input);
  for (const block of blocks) {
    const outputs =
      block.kind === "mlp"
        ? [runMlp(block.mlp, residual, x)]
        : block.heads.map((head) => runHead(head, residual, x, causal));
    for (const output of outputs) {
      for (let i = 0; i < x.length; i++) x[i]! += output[i]!;
    }
  }
  return x;
}

function runMlp({ fst, snd }: Mlp, residual: Space, x: Float64Array): Float64Array {
  const hidden = apply(fst, project(residual, fst.input, x));
  return embed(
    residual,
    snd.output,
    apply(
      snd,
      hidden.map((h) => Math.max(0, h)),
    ),
  );
}

function runHead(
  { wQK, wOV }: AttentionHead,
  residual: Space,
  x: Float64Array,
  causal: boolean,
): Float64Array {
  const length = x.length / sizeOf(residual);
  const queries = apply(wQK, project(residual, wQK.input, x)); // [pos, right]
  const keys = project(residual, wQK.output, x); // [pos, right]
  const values = apply(wOV, project(residual, wOV.input, x)); // [pos, output]
  const [keySize, valueSize] = [sizeOf(wQK.output), sizeOf(wOV.output)];
  const out = new Float64Array(length * valueSize);
  for (let q = 0; q < length; q++) {
    const visible = causal ? q + 1 : length;
    const scores = Array.from({ length: visible }, (_, k) => {
      let score = 0;
      for (let i = 0; i < keySize; i++) score += queries[q * keySize + i]! * keys[k * keySize + i]!;
      return score;
    });
    const largest = Math.max(...scores);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const total = exponentials.reduce((sum, e) => sum + e, 0);
    for (let k = 0; k < visible; k++) {
      const attention = exponentials[k]! / total;
      for (let j = 0; j < valueSize; j++) {
        out[q * valueSize + j]! += attention * values[k * valueSize + j]!;
      }
    }
  }
  return embed(residual, wOV.output, out);
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

/** The coordinates of a smaller space, `[pos, space]` of `[pos, residual]`. */
function project(residual: Space, space: Space, x: Float64Array): Float64Array {
  const positions = positionsIn(residual, space);
  const [from, to] = [sizeOf(residual), sizeOf(space)];
  const y = new Float64Array((x.length / from) * to);
  for (let p = 0; p < x.length / from; p++) {
    for (let i = 0; i < to; i++) y[p * to + i] = x[p * from + positions[i]!]!;
  }
  return y;
}

/** The inverse of {@link project}, 0 elsewhere. */
function embed(residual: Space, space: Space, y: Float64Array): Float64Array {
  const positions = positionsIn(residual, space);
  const [from, to] = [sizeOf(space), sizeOf(residual)];
  const x = new Float64Array((y.length / from) * to);
  for (let p = 0; p < y.length / from; p++) {
    for (let i = 0; i < from; i++) x[p * to + positions[i]!] = y[p * from + i]!;
  }
  return x;
}
