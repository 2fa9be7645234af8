import { InterpBenchError, unknownNameError } from "../errors/index.ts";

/** Activation functions of the MLPs: `gelu` is the exact (erf) form, `gelu_new` GPT-2's tanh form. */
export const ACTIVATIONS = ["relu", "gelu", "gelu_new"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** `causal`: a position reads itself and earlier ones; `bidirectional`: all of them. */
export const ATTENTION_DIRECTIONS = ["causal", "bidirectional"] as const;
export type AttentionDirection = (typeof ATTENTION_DIRECTIONS)[number];

/** `LNPre`: (x − mean)/√(var + eps) before every sublayer and the unembedding, without weights. */
export const NORMALIZATIONS = ["none", "LNPre"] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

/**
 * The shape of a decoder-style transformer with learned absolute positions and untied embeddings:
 * TransformerLens' `HookedTransformerConfig`, reduced to what differs between our models.
 */
export interface TransformerConfig {
  /** Number of blocks (attention and MLP each); 0 leaves embedding and unembedding alone. */
  readonly nLayers: number;
  readonly nHeads: number;
  /** Width of the residual stream. */
  readonly dModel: number;
  /** Width of one head; `nHeads · dHead` need not be `dModel`. */
  readonly dHead: number;
  /** Number of neurons of each MLP. */
  readonly dMlp: number;
  /** Largest number of positions. */
  readonly nCtx: number;
  /** Number of token ids. */
  readonly dVocab: number;
  /** Number of output classes; 1 for regression. */
  readonly dVocabOut: number;
  readonly actFn: Activation;
  readonly attentionDir: AttentionDirection;
  readonly normalization: Normalization;
  /** Standard deviation σ of the initial weights; see {@link defaultInitializerRange}. */
  readonly initializerRange: number;
  /** What products of queries with keys are divided by. Default √dHead. */
  readonly attnScale?: number;
  /** Whether layer l (from 0) divides them by l + 1 besides. Default false. */
  readonly scaleAttnByInverseLayerIdx?: boolean;
  /** c: attention scores s become c·tanh(s/c) before the mask. Default: they stay as they are. */
  readonly attnScoresSoftCap?: number;
  /** c: logits y become c·tanh(y/c). Default: they stay as they are. */
  readonly outputLogitsSoftCap?: number;
  /** What `LNPre` adds to the variance. Default {@link DEFAULT_EPS}. */
  readonly eps?: number;
}

/** TransformerLens' default for what a normalisation adds to the variance. */
export const DEFAULT_EPS = 1e-5;

type Check = (value: unknown) => string | undefined;

const wholeFrom =
  (smallest: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= smallest
      ? undefined
      : `a whole number of at least ${smallest}`;

const oneOf =
  (options: readonly string[]): Check =>
  (value) =>
    options.includes(value as string) ? undefined : options.map((o) => `"${o}"`).join(" or ");

const finiteFrom =
  (smallest: number): Check =>
  (value) =>
    typeof value === "number" && Number.isFinite(value) && value >= smallest
      ? undefined
      : `a number of at least ${smallest}`;

const positive: Check = (value) =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? undefined : "a number above 0";

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

/** What each field must be: the check gives the expectation that the value does not meet. */
const FIELDS: { readonly [K in keyof Required<TransformerConfig>]: Check } = {
  nLayers: wholeFrom(0),
  nHeads: wholeFrom(1),
  dModel: wholeFrom(1),
  dHead: wholeFrom(1),
  dMlp: wholeFrom(1),
  nCtx: wholeFrom(1),
  dVocab: wholeFrom(1),
  dVocabOut: wholeFrom(1),
  actFn: oneOf(ACTIVATIONS),
  attentionDir: oneOf(ATTENTION_DIRECTIONS),
  normalization: oneOf(NORMALIZATIONS),
  initializerRange: finiteFrom(0),
  attnScale: optional(positive),
  scaleAttnByInverseLayerIdx: optional((value) =>
    typeof value === "boolean" ? undefined : "true or false",
  ),
  attnScoresSoftCap: optional(positive),
  outputLogitsSoftCap: optional(positive),
  eps: optional(finiteFrom(0)),
};

/**
 * Checks that a value is a config: every field possible, all but those with a default present, and
 * no other key.
 *
 * Throws `E_CONFIG`, with the field's name in `at`.
 */
export function assertConfig(value: unknown): asserts value is TransformerConfig {
  if (typeof value !== "object" || value === null) {
    throw new InterpBenchError("E_CONFIG", "a transformer's config is an object", {
      received: value === null ? "null" : typeof value,
    });
  }
  const record: Readonly<Record<string, unknown>> = { ...value };
  for (const key of Object.keys(record)) {
    if (!Object.hasOwn(FIELDS, key)) {
      throw unknownNameError("E_CONFIG", "config field", key, Object.keys(FIELDS), key);
    }
  }
  for (const [field, check] of Object.entries(FIELDS)) {
    const expected = check(record[field]);
    if (expected !== undefined) {
      throw new InterpBenchError("E_CONFIG", `the config field "${field}" is not usable`, {
        at: field,
        expected,
        received: record[field] === undefined ? "nothing" : JSON.stringify(record[field]),
      });
    }
  }
}

/** TransformerLens' default σ for initial weights: 0.8 / √dModel. */
export function defaultInitializerRange(dModel: number): number {
  return 0.8 / Math.sqrt(dModel);
}

/** What the products of queries with keys are divided by in a layer. */
export function attentionScale(config: TransformerConfig, layer: number): number {
  const scale = config.attnScale ?? Math.sqrt(config.dHead);
  return config.scaleAttnByInverseLayerIdx === true ? scale * (layer + 1) : scale;
}

/**
 * What of a config decides what the transformer computes from its weights: not σ of the initial
 * ones, and `eps` only where something is normalised. Scales, caps and `eps` are given in full, so
 * that configs that mean the same are the same.
 */
export function computationOf(config: TransformerConfig): object {
  const { initializerRange: _sigma, scaleAttnByInverseLayerIdx: _byLayer, ...rest } = config;
  return {
    ...rest,
    attnScale: Array.from({ length: config.nLayers }, (_, layer) => attentionScale(config, layer)),
    eps: config.normalization === "none" ? undefined : (config.eps ?? DEFAULT_EPS),
  };
}
