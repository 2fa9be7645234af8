import { formatNode } from "../circuit/index.ts";
import type { Backend, Values } from "../engine/index.ts";
import {
  type HookName,
  type RunRequest,
  run,
  sourceNodes,
  type Transformer,
} from "../transformer/index.ts";

/** What everything that writes to the residual stream adds to the logits by itself. */
export interface LogitContributions {
  /**
   * Canonical texts: token and position embeddings, then per block its heads and its MLP; at last
   * {@link BIASES}.
   */
  readonly writers: readonly string[];
  /** `[row, writer, pos, dVocabOut]`. */
  readonly shape: readonly [rows: number, writers: number, positions: number, outputs: number];
  readonly data: Float64Array;
  /** `[row, pos, dVocabOut]`, as the run gave them. */
  readonly logits: Values;
}

/** The writer of what no node writes: the output biases of attentions, and the bias of the unembedding. */
export const BIASES = "biases";

const EMBEDDINGS = ["hook_embed", "hook_pos_embed"] as const;
const SCALE = "ln_final.hook_scale";

/** Something that writes to the residual stream. */
interface Writer {
  readonly text: string;
  /** What it writes at a place, `row · positions + pos`, as `[dModel]`. */
  at(place: number): ArrayLike<number>;
  /** What it adds besides, `[dVocabOut]`. */
  readonly added?: Values;
}

/**
 * Direct logit attribution: what each writer u adds to the logits, past all that reads it in between.
 *
 * Without normalisation `C(u) = u · W_U`; with `LNPre` the scale s of the final stream is kept as it was in
 * the run, so that the rest is linear: `C(u) = (u − mean(u)) / s · W_U`. The contributions of all writers,
 * {@link BIASES} among them, add up to the logits; under a soft cap to what it is applied to. (Elhage et al.
 * 2021, A Mathematical Framework for Transformer Circuits.)
 *
 * Throws as `run`; `E_CONFIG` for a transformer without blocks.
 */
export function logitContributions(
  transformer: Transformer,
  backend: Backend,
  { tokens }: Pick<RunRequest, "tokens">,
): LogitContributions {
  const { config, weights } = transformer;
  const { dModel, nHeads, dVocabOut } = config;
  const isNormalized = config.normalization === "LNPre";
  const nodes = sourceNodes(config).slice(1);
  const hooks = new Set<HookName>([...EMBEDDINGS, ...nodes.map(({ hook }) => hook)]);
  const capture = isNormalized ? ([...hooks, SCALE] as const) : hooks;
  const { logits, cache } = run(transformer, backend, { tokens, capture });
  const part = (values: Values, start: number) => values.subarray(start, start + dModel);
  const biases = attentionBiases(transformer);
  const writers: readonly Writer[] = [
    ...[...EMBEDDINGS.map((hook) => ({ hook, head: null })), ...nodes].map(({ hook, head }) => {
      const values = cache.get(hook)!.data;
      const stride = head === null ? dModel : nHeads * dModel;
      const at = (place: number) => part(values, place * stride + (head ?? 0) * dModel);
      return { text: formatNode({ hook, head }), at };
    }),
    { text: BIASES, at: () => biases, added: weights.get("unembed.b_U")!.data },
  ];
  const [rows, positions] = logits.shape as [number, number];
  const shape = [rows, writers.length, positions, dVocabOut] as const;
  const data = new Float64Array(shape.reduce((size, length) => size * length, 1));
  const W_U = weights.get("unembed.W_U")!.data;
  let done = 0;
  for (let row = 0; row < rows; row++) {
    for (const { at, added } of writers) {
      for (let position = 0; position < positions; position++) {
        const place = row * positions + position;
        const scale = isNormalized ? cache.get(SCALE)!.data[place]! : 1;
        const written = isNormalized ? centred(at(place)) : at(place);
        for (let output = 0; output < dVocabOut; output++) {
          let sum = 0;
          for (let d = 0; d < dModel; d++) sum += written[d]! * W_U[d * dVocabOut + output]!;
          data[done++] = sum / scale + (added?.[output] ?? 0);
        }
      }
    }
  }
  return { writers: writers.map(({ text }) => text), shape, data, logits: logits.data };
}

/** `Σ b_O` of all attentions, `[dModel]`. */
function attentionBiases({ config, weights }: Transformer): Float64Array {
  const total = new Float64Array(config.dModel);
  for (let layer = 0; layer < config.nLayers; layer++) {
    for (const [d, value] of weights.get(`blocks.${layer}.attn.b_O`)!.data.entries()) {
      total[d]! += value;
    }
  }
  return total;
}

function centred(values: ArrayLike<number>): Float64Array {
  const own = Float64Array.from(values);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  return own.map((value) => value - mean);
}
