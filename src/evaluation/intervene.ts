import { fullGraph, graphCircuit, type Parts, withoutParts } from "../circuit/index.ts";
import { type Backend, sizeOf, type Values } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import {
  type Ablation,
  freezeWeights,
  given,
  meanActivations,
  type PaceOptions,
  type PairedInputs,
  paceSteps,
  partSteps,
  prepareCircuitRuns,
  resample,
  type Scope,
  type Steps,
  withScope,
  zero,
} from "../interventions/index.ts";
import {
  hookShape,
  sourceHooks,
  type Transformer,
  type TransformerConfig,
  tokenTable,
} from "../transformer/index.ts";

/** What parts that are cut carry in place of their own values. */
export type Carried =
  /** What they carry on another input of the same length: an interchange. */
  | { readonly kind: "input"; readonly tokens: readonly number[] }
  | { readonly kind: "zero" }
  /** Their mean over some inputs at each position: token ids `[row, pos]`, and how often each counts. */
  | {
      readonly kind: "mean";
      readonly over: { readonly tokens: Int32Array; readonly multiplicity: ArrayLike<number> };
    }
  /**
   * One number in each dimension, or in one direction of the residual stream and 0 in all others, at every
   * position.
   */
  | { readonly kind: "value"; readonly value: number; readonly direction?: number | undefined };

/** An intervention on one input. */
export interface SingleIntervention {
  /** Token ids `[pos]`. */
  readonly tokens: readonly number[];
  readonly parts: Parts;
  readonly carried: Carried;
  /** Positions at which the parts carry it, BOS being 0; at all others they carry their own values. Default: all. */
  readonly at?: readonly number[] | undefined;
}

/** Logits of a run and of the same under an intervention, `[pos, dVocabOut]` each. */
export interface Intervened {
  readonly before: Values;
  readonly after: Values;
}

/**
 * Runs a transformer on one input as it is, and with parts that carry something else, in turns.
 *
 * Throws `E_CIRCUIT` for parts that it does not have, `E_TOKENS` for inputs that do not fit and
 * positions that the input does not have, `E_ABLATION` for values that are not finite and
 * directions that there are none of.
 */
export async function intervene(
  transformer: Transformer,
  { tokens, parts, carried, at }: SingleIntervention,
  backend: Backend,
  pace: PaceOptions<number> = {},
): Promise<Intervened> {
  const { config } = transformer;
  assertPositions(tokens.length, at);
  const graph = fullGraph(config);
  const left = withoutParts(graph, parts);
  const inputs: PairedInputs = {
    transformer,
    rows: 1,
    positions: tokens.length,
    cleanTokens: tokenTable(config, [tokens]),
    ...(carried.kind === "input" && {
      corruptedTokens: tokenTable(config, [tokens, carried.tokens]).subarray(tokens.length),
    }),
    outputPositions: "all",
  };
  function* steps(scope: Scope): Steps<Intervened> {
    const ablating = ablationSteps(scope, transformer, tokens.length, carried);
    const ablation = yield* partSteps(ablating, 0, 0.5);
    const runs = prepareCircuitRuns(scope, inputs, { ablation, ablatedAt: at });
    const before = yield* partSteps(runs.inSteps(graphCircuit(graph)), 0.5, 0.9);
    return { before, after: yield* partSteps(runs.inSteps(left), 0.9, 1) };
  }
  return withScope(backend, (scope) => paceSteps(steps(scope), pace));
}

function assertPositions(positions: number, at: readonly number[] = []): void {
  const foreign = at.find(
    (position) => !(Number.isInteger(position) && position >= 0 && position < positions),
  );
  if (foreign === undefined) return;
  throw new InterpBenchError("E_TOKENS", "the input has no such position", {
    expected: `whole numbers from 0 to ${positions - 1}`,
    received: String(foreign),
  });
}

function* ablationSteps(
  scope: Scope,
  transformer: Transformer,
  positions: number,
  carried: Carried,
): Steps<Ablation> {
  const { config } = transformer;
  switch (carried.kind) {
    case "input":
      return resample;
    case "zero":
      return zero;
    case "value":
      return constantValue(config, positions, carried);
    case "mean": {
      const { tokens, multiplicity } = carried.over;
      const model = { config, ...freezeWeights(scope, transformer) };
      const runs = { backend: scope.backend, model, tokens: scope.buffer(tokens), positions };
      const weights = Float64Array.from(multiplicity);
      const rows = Uint32Array.from(weights.keys());
      return given(yield* meanActivations(runs, { rows, weights }, sourceHooks(config)));
    }
  }
}

function constantValue(
  config: TransformerConfig,
  positions: number,
  { value, direction }: Extract<Carried, { kind: "value" }>,
): Ablation {
  const { dModel } = config;
  if (direction !== undefined && !(direction in new Uint8Array(dModel))) {
    throw new InterpBenchError("E_ABLATION", "the residual stream has no such direction", {
      expected: `a whole number from 0 to ${dModel - 1}`,
      received: String(direction),
    });
  }
  const isMeant = (i: number) => direction === undefined || i % dModel === direction;
  return given(
    new Map(
      sourceHooks(config).map((hook) => {
        const size = sizeOf(hookShape(config, hook, positions));
        return [hook, Float64Array.from({ length: size }, (_, i) => (isMeant(i) ? value : 0))];
      }),
    ),
  );
}
