import { adamScalars, type Binding, type Executable, type Values } from "../engine/index.ts";
import type { Capture } from "../interventions/index.ts";
import { sourceName, usedInputs } from "../transformer/index.ts";
import { OBJECTIVE_INPUTS } from "./objective.ts";
import type { Term } from "./terms.ts";
import { UPDATE_INPUTS, type UpdateOutput } from "./update.ts";
import type { PreparedUpdate, UpdateMoment, UpdateSpec } from "./updater.ts";

/** What one update is to work on. */
export interface UpdateInputs {
  readonly moment: UpdateMoment;
  /** The run on the sources, if it is one of its own. */
  readonly capture: Capture | undefined;
  /** Rows of the sources, `[pair]`. */
  readonly source: Uint32Array;
  /** Sequences of the run: pairs, or fewer if one stands for several. */
  readonly sequences: number;
  readonly pairs: number;
  /** Sample inputs of the objective, besides the sources. */
  readonly inputs: Readonly<Record<string, Binding>>;
  readonly scalars?: Readonly<Record<string, Values>>;
}

/** Makes an update ready: its run on the sources if it has one, then itself on weights and moments. */
export function prepareUpdate(
  { recipe, tokens, buffers }: Pick<UpdateSpec, "recipe" | "tokens" | "buffers">,
  terms: readonly Term[],
  update: Executable<UpdateOutput>,
  { moment, capture, source, sequences, pairs, inputs, scalars }: UpdateInputs,
): PreparedUpdate {
  const sources = capture?.prepare(source);
  const available: Record<string, Binding> = {
    ...inputs,
    [OBJECTIVE_INPUTS.source]: { table: tokens, rows: source },
    ...sources?.captured.bind(source, sourceName),
    [UPDATE_INPUTS.weights]: buffers.weights,
    [UPDATE_INPUTS.firstMoment]: buffers.firstMoment,
    [UPDATE_INPUTS.secondMoment]: buffers.secondMoment,
  };
  const options = {
    batch: sequences,
    inputs: usedInputs(update.program, available),
    scalars: {
      ...adamScalars(moment.step, moment.learningRate, recipe),
      ...scalars,
      [UPDATE_INPUTS.pairs]: pairs,
    },
  };
  return {
    runs: [...(sources === undefined ? [] : [sources.run]), { executable: update, options }],
    read: (outputs) => ({
      losses: Object.fromEntries(terms.map((term) => [term, outputs[term]![0]!])),
      gradientNorm: outputs.gradientNorm![0]!,
    }),
    dispose: () => sources?.captured.dispose(),
  };
}
