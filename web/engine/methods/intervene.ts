import { generateData } from "../../../src/cases/index.ts";
import type { Parts } from "../../../src/circuit/index.ts";
import {
  type Carried,
  intervene,
  type NoPrediction,
  predictIntervention,
} from "../../../src/evaluation/index.ts";
import { Key } from "../../../src/rng/index.ts";
import type { EngineState } from "../state.ts";
import { type ModelRef, modelOf, modelWithCase } from "./models.ts";
import { type Numbers, numbers } from "./run.ts";
import { taskOf } from "./task.ts";

/** What parts that are cut carry; means are those over inputs of the model's case. */
export type CarriedInput = Exclude<Carried, { kind: "mean" }> | { readonly kind: "mean" };

export interface InterveneInput {
  readonly model: ModelRef;
  /** Token ids `[pos]`, BOS included. */
  readonly tokens: readonly number[];
  readonly parts: Parts;
  readonly carried: CarriedInput;
  /** Positions at which they carry it. Default: all. */
  readonly at?: readonly number[] | undefined;
}

/** Runs of a model with and without an intervention, beside its causal model's. */
export interface IntervenedRun {
  /** `[1, pos, dVocabOut]`. */
  readonly before: Numbers;
  readonly after: Numbers;
  /** `undefined` where the model is of no case whose shape it has. */
  readonly program: IntervenedProgram | undefined;
}

/** What a causal model says: class ids `[1, pos, 1]`, or numbers `[1, pos, output]`. */
export interface IntervenedProgram {
  readonly before: Numbers;
  readonly after:
    | { readonly kind: "outputs"; readonly labels: readonly string[]; readonly outputs: Numbers }
    | { readonly kind: "none"; readonly reason: NoPrediction };
}

/** Inputs that means are taken over: all there are, or so many drawn ones. */
const MEAN_INPUTS = 1024;

/**
 * An intervention on one input. Throws what `intervene` and `predictIntervention` do;
 * `E_TASK` for means without a case.
 */
export async function interveneOn(
  state: EngineState,
  { model, tokens, parts, carried: given, at }: InterveneInput,
): Promise<IntervenedRun> {
  const held = modelOf(state, model);
  const backend = await state.backend();
  const carried = carriedOf(state, model, given);
  const intervention = { tokens, parts, carried, at };
  const { before, after } = await intervene(held.transformer, intervention, backend);
  const task = taskOf(state, held);
  const positions = tokens.length;
  const logits = (data: ArrayLike<number>) =>
    numbers({ shape: [1, positions, data.length / positions], data });
  const said = task && predictIntervention(task, intervention, backend);
  return {
    before: logits(before),
    after: logits(after),
    program: said && {
      before: logits(said.own),
      after:
        said.after.kind === "none"
          ? said.after
          : { ...said.after, outputs: logits(said.after.outputs) },
    },
  };
}

function carriedOf(state: EngineState, model: ModelRef, carried: CarriedInput): Carried {
  if (carried.kind !== "mean") return carried;
  const { case_ } = modelWithCase(state, model);
  const key = Key.fromSeed(0).fold("means");
  return { kind: "mean", over: generateData(case_, { key, size: MEAN_INPUTS }) };
}
