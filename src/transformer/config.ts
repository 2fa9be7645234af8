import { InterpBenchError, unknownNameError } from "../errors/index.ts";

/** Activation functions of the MLPs: `gelu` is the exact (erf) form, `gelu_new` GPT-2's tanh form. */
export const ACTIVATIONS = ["relu", "gelu", "gelu_new"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** `causal`: a position reads itself and earlier ones; `bidirectional`: all of them. */
export const ATTENTION_DIRECTIONS = ["causal", "bidirectional"] as const;
export type AttentionDirection = (typeof ATTENTION_DIRECTIONS)[number];

/** `LNPre`: (x − mean)/√(var + 1e-5) before every sublayer and the unembedding, without weights. */
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
}

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

/** What each field must be: the check gives the expectation that the value does not meet. */
const FIELDS: { readonly [K in keyof TransformerConfig]: Check } = {
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
  initializerRange: (value) =>
    typeof value === "number" && Number.isFinite(value) && value >= 0
      ? undefined
      : "a number of at least 0",
};

/**
 * Checks that a value is a config: every field present and possible, and no other key.
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
