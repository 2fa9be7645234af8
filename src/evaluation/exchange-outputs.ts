import type { CaseTask } from "../cases/index.ts";
import { formatNode } from "../circuit/index.ts";
import type { Backend, Values } from "../engine/index.ts";
import { DEFAULT_TOLERANCE, type Pairs } from "../interventions/index.ts";
import { jointVariables } from "../training/index.ts";
import { keptPositions, writtenAt } from "../transformer/index.ts";

/** What a causal model takes from another input in one intervention. */
export interface ExchangedVariables {
  /** The names of the variables in one place: they are exchanged together. */
  readonly labels: readonly string[];
  /** What implements them, as it writes to the residual stream: the nodes to exchange together. */
  readonly nodes: readonly string[];
  /**
   * Outputs on the bases, with the variables as on the sources: class ids `[pair, pos]`, or numbers
   * `[pair, pos, output]`.
   */
  readonly outputs: Values;
}

/** What a causal model says on pairs of inputs. */
export interface ExchangeOutputs {
  /** Its outputs on the bases, shaped as {@link ExchangedVariables.outputs}. */
  readonly own: Values;
  /** … and on the sources. */
  readonly other: Values;
  /** In the order of the correspondence. */
  readonly exchanges: readonly ExchangedVariables[];
}

/** Inputs, and pairs of them by row number. */
export interface ExchangedInputs {
  /** Token ids, row-major `[row, pos]`. */
  readonly tokens: Int32Array;
  readonly positions: number;
  readonly pairs: Pairs;
  /** Positions at which variables are exchanged. Default: all. */
  readonly at?: readonly number[] | undefined;
}

/** The outputs of the causal model of a task, and those under an interchange of each place of variables. */
export function exchangeOutputs(
  { highLevel, lowLevelConfig, correspondence }: CaseTask,
  { tokens, positions, pairs, at }: ExchangedInputs,
  backend: Backend,
): ExchangeOutputs {
  const table = backend.buffer(tokens);
  const model = highLevel.load({ backend, tokens: table, positions });
  const all = Uint32Array.from(pairs.base.keys());
  const writers = (hook: Parameters<typeof writtenAt>[1]) => writtenAt(lowLevelConfig, hook);
  try {
    const exchanges = jointVariables(correspondence).map(({ variables, nodes }) => {
      const exchange = model.exchange(correspondence[variables[0]!]!.hl, pairs, at);
      try {
        return {
          labels: variables.map((variable) => correspondence[variable]!.label),
          nodes: nodes.map(({ hook, head }) => formatNode({ hook: writers(hook), head })),
          outputs: exchange.outputs(all),
        };
      } finally {
        exchange.dispose();
      }
    });
    return { own: model.run(pairs.base), other: model.run(pairs.source), exchanges };
  } finally {
    model.dispose();
    table.dispose();
  }
}

/**
 * Which interventions no pair of inputs tells apart: for each the number of the first that has the same
 * outputs wherever they count. Outputs are class ids `[pair, pos]`, or numbers `[pair, pos, output]` with
 * {@link DEFAULT_TOLERANCE}.
 */
export function sameExchanges(
  { categorical, outputPositions, highLevel }: CaseTask,
  positions: number,
  outputs: readonly Values[],
): readonly number[] {
  const width = categorical ? 1 : highLevel.outputs;
  const counted = new Set(keptPositions({ positions, outputPositions }));
  const areSame = (a: Values, b: Values) =>
    a.every((value, i) => {
      if (!counted.has(Math.floor(i / width) % positions)) return true;
      return categorical ? value === b[i] : Math.abs(value - b[i]!) < DEFAULT_TOLERANCE;
    });
  return outputs.map((own) => outputs.findIndex((other) => areSame(own, other)));
}
