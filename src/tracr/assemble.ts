import type { CompiledConfig } from "./config.ts";
import { type AttentionHead, type Mlp, ONE } from "./craft/component.ts";
import type { Layer } from "./layers.ts";
import { checkEntries } from "./linear.ts";
import type { ResidualSpaces } from "./residual.ts";
import { positionsIn, type Space, sizeOf } from "./space.ts";

/** One weight tensor, row-major. */
export interface CompiledWeight {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** All weights under TransformerLens keys, in state-dict order. */
export type CompiledWeights = ReadonlyMap<string, CompiledWeight>;

/**
 * The weights of the transformer, with the shapes TransformerLens gives them:
 * `embed.W_E [dVocab, dModel]`, `pos_embed.W_pos [nCtx, dModel]`, per layer `W_Q`, `W_K`, `W_V`
 * `[head, dModel, dHead]`, `W_O [head, dHead, dModel]`, `W_in [dModel, dMlp]`, `W_out [dMlp, dModel]`
 * and biases (all 0), `unembed.W_U [dModel, dVocabOut]`.
 *
 * The transformer divides scores by √dHead and the weights do not make up for it (as in Tracr):
 * its attention is softer than that of the craft model.
 *
 * @throws InterpBenchError `E_TRACR_SIZE` if they would not fit in memory
 */
export function assembleWeights(
  layers: readonly Layer[],
  spaces: ResidualSpaces,
  config: CompiledConfig,
): CompiledWeights {
  const { nHeads, dModel, dHead, dMlp, dVocab, dVocabOut, nCtx } = config;
  const perLayer = 4 * nHeads * dModel * dHead + 2 * dModel * dMlp;
  const ends = dModel * (dVocab + nCtx + dVocabOut);
  checkEntries(layers.length * perLayer + ends, `a transformer of ${layers.length} layers`);
  const weights = new Map<string, CompiledWeight>();
  const add = (name: string, ...shape: number[]): Float64Array => {
    const data = new Float64Array(shape.reduce((size, n) => size * n, 1));
    weights.set(name, Object.freeze({ shape: Object.freeze(shape), data }));
    return data;
  };

  writeTokens(add("embed.W_E", dVocab, dModel), spaces);
  writePositions(add("pos_embed.W_pos", nCtx, dModel), spaces);
  for (const [l, { heads, mlp }] of layers.entries()) {
    const wQ = add(`blocks.${l}.attn.W_Q`, nHeads, dModel, dHead);
    const wO = add(`blocks.${l}.attn.W_O`, nHeads, dHead, dModel);
    add(`blocks.${l}.attn.b_Q`, nHeads, dHead);
    add(`blocks.${l}.attn.b_O`, dModel);
    const wK = add(`blocks.${l}.attn.W_K`, nHeads, dModel, dHead);
    const wV = add(`blocks.${l}.attn.W_V`, nHeads, dModel, dHead);
    add(`blocks.${l}.attn.b_K`, nHeads, dHead);
    add(`blocks.${l}.attn.b_V`, nHeads, dHead);
    const wIn = add(`blocks.${l}.mlp.W_in`, dModel, dMlp);
    add(`blocks.${l}.mlp.b_in`, dMlp);
    const wOut = add(`blocks.${l}.mlp.W_out`, dMlp, dModel);
    add(`blocks.${l}.mlp.b_out`, dModel);

    const size = dModel * dHead;
    for (const [h, head] of heads.entries()) {
      const ofHead = (data: Float64Array) => data.subarray(h * size, (h + 1) * size);
      const matrices = { wQ: ofHead(wQ), wK: ofHead(wK), wV: ofHead(wV), wO: ofHead(wO) };
      writeHead(head, spaces.residual, dHead, matrices);
    }
    if (mlp !== undefined) writeMlp(mlp, spaces.residual, dMlp, wIn, wOut);
  }
  writeUnembedding(add("unembed.W_U", dModel, dVocabOut), spaces);
  add("unembed.b_U", dVocabOut);
  return weights;
}

/** Each token is its own direction, and every token is `one`. */
function writeTokens(wE: Float64Array, { tokens, residual }: ResidualSpaces): void {
  const dModel = sizeOf(residual);
  const one = residual.index.get(ONE.key);
  for (const [id, position] of positionsIn(residual, tokens).entries()) {
    wE[id * dModel + position] = 1;
    if (one !== undefined) wE[id * dModel + one] = 1;
  }
}

/** The position of BOS is no direction; the one after it is index 0. */
function writePositions(wPos: Float64Array, { indices, residual }: ResidualSpaces): void {
  for (const [i, position] of positionsIn(residual, indices).entries()) {
    wPos[(i + 1) * sizeOf(residual) + position] = 1;
  }
}

/** `W_Q·W_Kᵀ = P·W_QK·Pᵀ` and `W_V·W_O = P·W_OV·Pᵀ`, with what `dHead` is too large left 0. */
function writeHead(
  { wQK, wOV }: AttentionHead,
  residual: Space,
  dHead: number,
  { wQ, wK, wV, wO }: Readonly<Record<"wQ" | "wK" | "wV" | "wO", Float64Array>>,
): void {
  const dModel = sizeOf(residual);
  const [keySize, outputSize] = [sizeOf(wQK.output), sizeOf(wOV.output)];
  for (const [i, position] of positionsIn(residual, wQK.input).entries()) {
    wQ.set(wQK.matrix.subarray(i * keySize, (i + 1) * keySize), position * dHead);
  }
  for (const [j, position] of positionsIn(residual, wQK.output).entries()) {
    wK[position * dHead + j] = 1;
  }
  for (const [i, position] of positionsIn(residual, wOV.input).entries()) {
    wV.set(wOV.matrix.subarray(i * outputSize, (i + 1) * outputSize), position * dHead);
  }
  for (const [j, position] of positionsIn(residual, wOV.output).entries()) {
    wO[j * dModel + position] = 1;
  }
}

function writeMlp(
  { fst, snd }: Mlp,
  residual: Space,
  dMlp: number,
  wIn: Float64Array,
  wOut: Float64Array,
): void {
  const dModel = sizeOf(residual);
  const hidden = sizeOf(fst.output);
  for (const [i, position] of positionsIn(residual, fst.input).entries()) {
    wIn.set(fst.matrix.subarray(i * hidden, (i + 1) * hidden), position * dMlp);
  }
  const outputs = positionsIn(residual, snd.output);
  for (let k = 0; k < hidden; k++) {
    for (const [j, position] of outputs.entries()) {
      wOut[k * dModel + position] = snd.matrix[k * outputs.length + j]!;
    }
  }
}

/** The projection to the output space. */
function writeUnembedding(wU: Float64Array, { output, residual }: ResidualSpaces): void {
  for (const [j, position] of positionsIn(residual, output).entries()) {
    wU[position * sizeOf(output) + j] = 1;
  }
}
