import {
  constant,
  greater,
  log,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from "../../engine/index.ts";
import {
  loadReadings,
  outputLoss,
  partsOf,
  targetInput,
  type WeightedRows,
} from "../../interventions/index.ts";
import {
  blockHook,
  type Forward,
  logitsNeeded,
  type TransformerConfig,
} from "../../transformer/index.ts";
import type { Subject } from "../subject.ts";

/** How sharply a head looks, over inputs and the queries that have a choice of keys. */
export interface HeadHealth {
  readonly layer: number;
  readonly head: number;
  /** Mean of `−Σ a·log a / log n` with n allowed keys: 0 looks at one, 1 at all alike. */
  readonly entropy: number;
  /**
   * Mean of `(1 − Σ a²) / (1 − 1/n)`, the trace of the softmax's derivative `diag(a) − aaᵀ` as a share of
   * the most there can be: what of a gradient gets through to the scores. 0 where attention is one-hot.
   */
  readonly gradientShare: number;
}

/** What a model is like, besides what it computes. */
export interface ModelHealth {
  /** Mean loss on its task: cross-entropy in nats, or squared error. */
  readonly loss: number;
  /** Root mean square of the residual stream behind each block. */
  readonly residualNorms: readonly number[];
  /** The largest root mean square of a weight matrix. */
  readonly largestWeightNorm: number;
  readonly heads: readonly HeadHealth[];
}

const entropyName = (layer: number) => `entropy:${layer}`;
const gradientName = (layer: number) => `gradient:${layer}`;
const residualName = (layer: number) => `residual:${layer}`;

/** The mean over queries with a choice, `[head]`, of something `[head, query]` that is divided by its most. */
function shareOfMost(
  { attentionDir }: TransformerConfig,
  x: Tensor,
  mostOf: (keys: number) => number,
): Tensor {
  const positions = x.shape[1]!;
  const keys = Array.from({ length: positions }, (_, query) =>
    attentionDir === "causal" ? query + 1 : positions,
  );
  const chosen = keys.filter((count) => count > 1).length;
  const factors = keys.map((count) => (count > 1 ? 1 / (mostOf(count) * chosen) : 0));
  return sum(mul(x, constant(factors, [positions])), -1);
}

function healthReadings({ model: { config }, task }: Subject, { logits, cache }: Forward) {
  const outputs: Record<string, Tensor> = {
    loss: outputLoss(task, logits, targetInput("label", task, config.dVocabOut)),
  };
  for (let layer = 0; layer < config.nLayers; layer++) {
    const pattern = cache.get(blockHook(layer, "attn.hook_pattern"))!;
    const isSeen = greater(pattern, 0);
    const surprise = where(isSeen, mul(pattern, log(where(isSeen, pattern, 1))), 0);
    outputs[entropyName(layer)] = shareOfMost(config, sub(0, sum(surprise, -1)), Math.log);
    const spread = sub(1, sum(square(pattern), -1));
    outputs[gradientName(layer)] = shareOfMost(config, spread, (keys) => 1 - 1 / keys);
    outputs[residualName(layer)] = mean(square(cache.get(blockHook(layer, "hook_resid_post"))!));
  }
  return outputs;
}

/** Measures {@link ModelHealth} on some inputs. */
export function modelHealth(subject: Subject, inputs: WeightedRows): ModelHealth {
  const { model, task, labelTable, runSize } = subject;
  const { nLayers, nHeads } = model.config;
  const layers = Array.from({ length: nLayers }, (_, layer) => layer);
  const readings = loadReadings<string>({
    ...subject.runs,
    logitsAt: logitsNeeded(task),
    capture: layers.flatMap((layer) => [
      blockHook(layer, "attn.hook_pattern"),
      blockHook(layer, "hook_resid_post"),
    ]),
    read: (pass) => healthReadings(subject, pass),
  });
  const sums = new Map<string, Float64Array>();
  let total = 0;
  try {
    for (const { rows, weights } of partsOf(inputs, runSize)) {
      const values = readings.run(rows, { label: { table: labelTable, rows } });
      for (const weight of weights) total += weight;
      for (const [name, all] of Object.entries(values)) {
        const width = all.length / rows.length;
        const own = sums.get(name) ?? new Float64Array(width);
        sums.set(name, own);
        for (const [i, value] of all.entries()) {
          own[i % width]! += weights[Math.floor(i / width)]! * value;
        }
      }
    }
  } finally {
    readings.dispose();
  }
  const meanOf = (name: string, at = 0) => sums.get(name)![at]! / total;
  return {
    loss: meanOf("loss"),
    residualNorms: layers.map((layer) => Math.sqrt(meanOf(residualName(layer)))),
    largestWeightNorm: largestNorm(subject),
    heads: layers.flatMap((layer) =>
      Array.from({ length: nHeads }, (_, head) => ({
        layer,
        head,
        entropy: meanOf(entropyName(layer), head),
        gradientShare: meanOf(gradientName(layer), head),
      })),
    ),
  };
}

function largestNorm({ model: { weights } }: Subject): number {
  const norms = [...weights].flatMap(([key, { data }]) => {
    if (!key.includes("W_")) return [];
    const squares = data.reduce((all, x) => all + x * x, 0);
    return [Math.sqrt(squares / data.length)];
  });
  return Math.max(...norms);
}
