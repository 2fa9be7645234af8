import type { Transformer } from "./index.ts";

type Row = readonly number[];

/** 2/√π ∫₀ˣ e^(−t²) dt by Simpson's rule. */
const erf = (x: number): number => {
  const end = Math.max(-6, Math.min(6, x));
  const steps = 2000;
  let total = 1 + Math.exp(-end * end);
  for (let i = 1; i < steps; i++) {
    total += (i % 2 === 1 ? 4 : 2) * Math.exp(-(((end * i) / steps) ** 2));
  }
  return ((2 / Math.sqrt(Math.PI)) * total * end) / (3 * steps);
};

const ACTIVATION = {
  relu: (x: number) => Math.max(x, 0),
  gelu: (x: number) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  gelu_new: (x: number) =>
    (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

const sumOf = (values: Row) => values.reduce((total, value) => total + value, 0);

/**
 * The forward pass of one sequence with plain loops, straight from the equations: the oracle for
 * the graph where there are no recorded values. Logits `[pos][dVocabOut]`.
 */
export function naiveLogits({ config, weights }: Transformer, tokens: Row): number[][] {
  const at = (key: string, ...index: Row): number => {
    const { shape, data } = weights.get(key)!;
    return data[index.reduce((position, i, axis) => position * shape[axis]! + i, 0)]!;
  };
  const range = (count: number) => Array.from({ length: count }, (_, i) => i);
  const { nLayers, nHeads, dModel, dHead, dMlp, dVocabOut } = config;
  const positions = range(tokens.length);
  const normalize = (row: Row): Row => {
    if (config.normalization === "none") return row;
    const mean = sumOf(row) / row.length;
    const variance = sumOf(row.map((x) => (x - mean) ** 2)) / row.length;
    return row.map((x) => (x - mean) / Math.sqrt(variance + (config.eps ?? 1e-5)));
  };
  const divisor = (layer: number) =>
    (config.attnScale ?? Math.sqrt(dHead)) *
    (config.scaleAttnByInverseLayerIdx === true ? layer + 1 : 1);
  const { attnScoresSoftCap: scoresCap, outputLogitsSoftCap: logitsCap } = config;
  const capped = (x: number, cap: number | undefined) =>
    cap === undefined ? x : cap * Math.tanh(x / cap);
  let resid = positions.map((p) =>
    range(dModel).map((d) => at("embed.W_E", tokens[p]!, d) + at("pos_embed.W_pos", p, d)),
  );
  for (let l = 0; l < nLayers; l++) {
    const attn = `blocks.${l}.attn`;
    const mlp = `blocks.${l}.mlp`;
    const n1 = resid.map(normalize);
    const heads = range(nHeads).map((h) => {
      const project = (letter: string) =>
        n1.map((row) =>
          range(dHead).map(
            (e) =>
              sumOf(row.map((x, d) => x * at(`${attn}.W_${letter}`, h, d, e))) +
              at(`${attn}.b_${letter}`, h, e),
          ),
        );
      const [q, k, v] = [project("Q"), project("K"), project("V")];
      return positions.map((i) => {
        const allowed = positions.filter((j) => config.attentionDir !== "causal" || j <= i);
        const weight = allowed.map((j) =>
          Math.exp(capped(sumOf(q[i]!.map((x, e) => x * k[j]![e]!)) / divisor(l), scoresCap)),
        );
        return range(dHead).map(
          (e) => sumOf(allowed.map((j, n) => weight[n]! * v[j]![e]!)) / sumOf(weight),
        );
      });
    });
    const mid = resid.map((row, p) =>
      row.map(
        (x, d) =>
          x +
          sumOf(heads.map((z, h) => sumOf(z[p]!.map((y, e) => y * at(`${attn}.W_O`, h, e, d))))) +
          at(`${attn}.b_O`, d),
      ),
    );
    resid = mid.map((row) => {
      const n2 = normalize(row);
      const post = range(dMlp).map((m) =>
        ACTIVATION[config.actFn](
          sumOf(n2.map((x, d) => x * at(`${mlp}.W_in`, d, m))) + at(`${mlp}.b_in`, m),
        ),
      );
      return row.map(
        (x, d) =>
          x + sumOf(post.map((y, m) => y * at(`${mlp}.W_out`, m, d))) + at(`${mlp}.b_out`, d),
      );
    });
  }
  return resid.map((row) => {
    const final = normalize(row);
    return range(dVocabOut).map((v) =>
      capped(
        sumOf(final.map((x, d) => x * at("unembed.W_U", d, v))) + at("unembed.b_U", v),
        logitsCap,
      ),
    );
  });
}
