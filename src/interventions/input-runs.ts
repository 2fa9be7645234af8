import { type Binding, runSteps, type Steps } from "../engine/index.ts";
import { type HookName, sourceHooks } from "../transformer/index.ts";
import {
  type Ablation,
  ended,
  type InputSide,
  type LearningValues,
  type RowValues,
} from "./ablation/ablation.ts";
import { constantsAt } from "./ablation/constants.ts";
import { learnConstantsInSteps } from "./ablation/learn-constants.ts";
import { assertAblation } from "./ablation/needs.ts";
import { type CapturedRun, prepareCapture } from "./capture.ts";
import { meanActivations } from "./means.ts";
import { type PairedInputs, rowWeights } from "./paired-inputs.ts";
import type { Scope } from "./scope.ts";
import { type FrozenWeights, freezeWeights, type GraphWeights } from "./weights.ts";

/** Values of sample inputs by hook point, for a run on all rows. */
export type AblatedValues = ReadonlyMap<HookName, Binding>;

/** Ordinary runs of a frozen model on its inputs, each made once, in steps, and what ablated places carry. */
export interface InputRuns {
  /** What passes on the clean inputs. */
  clean(): Steps<CapturedRun>;
  /** What passes on the corrupted inputs, which there have to be. */
  corrupted(): Steps<CapturedRun>;
  /**
   * What hook points carry where they are ablated. This is the one place that says so: an ablated
   * node is given it, an ablated edge carries it from its source, and a residual stream of which all
   * sources are ablated is made of it.
   *
   * Throws `E_TASK` without the corrupted inputs that an ablation needs.
   */
  ablated(ablation: Ablation, hooks: Iterable<HookName>): Steps<AblatedValues>;
}

/** A frozen transformer and its ordinary runs, for several pieces of work on the same inputs. */
export interface FrozenInputs {
  readonly weights: FrozenWeights;
  readonly runs: InputRuns;
  /** All points that anybody may ask the runs about. */
  readonly hooks: ReadonlySet<HookName>;
}

/** Freezes a transformer and prepares its runs, of which everything is kept that writes to the residual stream. */
export function freezeInputs(scope: Scope, inputs: PairedInputs): FrozenInputs {
  const { transformer } = inputs;
  const weights = freezeWeights(scope, transformer);
  const hooks = new Set<HookName>(sourceHooks(transformer.config));
  return { weights, runs: prepareInputRuns(scope, inputs, weights, hooks), hooks };
}

/** Prepares the runs of a model on its inputs; `hooks`: all points that anybody will ask about. */
export function prepareInputRuns(
  scope: Scope,
  inputs: PairedInputs,
  weights: GraphWeights,
  hooks: Iterable<HookName>,
): InputRuns {
  const { transformer, positions, rows } = inputs;
  const tokensOf = (side: InputSide) => inputs[`${side}Tokens`]!;
  let capture: ReturnType<typeof prepareCapture> | undefined;
  const runOf = (side: InputSide) => {
    let known: CapturedRun | undefined;
    return function* () {
      capture ??= prepareCapture(scope, inputs, weights, hooks);
      yield 0;
      known ??= yield* capture(tokensOf(side));
      return known;
    };
  };
  const runs = { clean: runOf("clean"), corrupted: runOf("corrupted") };
  const values: RowValues & LearningValues = {
    transformer,
    rows,
    positions,
    at: (side, hook) => runSteps(values.atInSteps(side, hook)),
    *atInSteps(side, hook) {
      return (yield* runs[side]()).at.get(hook)!;
    },
    means: (side, wanted) => runSteps(values.meansInSteps(side, wanted)),
    meansInSteps: (side, wanted) => {
      const model = { config: transformer.config, ...weights };
      const { backend } = scope;
      const tokens = scope.buffer(tokensOf(side));
      const all = Uint32Array.from({ length: rows }, (_, row) => row);
      const weighted = { rows: all, weights: rowWeights(inputs) };
      return meanActivations({ backend, model, tokens, positions }, weighted, wanted);
    },
    *learnt(hook) {
      return (yield* learnConstantsInSteps(scope.backend, inputs, hook)).values;
    },
  };
  const sameForAll = new Uint32Array(rows);
  return {
    ...runs,
    *ablated(ablation, wanted) {
      assertAblation(inputs, ablation);
      const points = [...new Set(wanted)];
      if (ablation.kind === "run") {
        const carried = new Map<HookName, Binding>();
        for (const hook of points) carried.set(hook, yield* ended(ablation.carry(values, hook)));
        return carried;
      }
      const shared = (constant: Float64Array) => ({
        table: scope.buffer(constant),
        rows: sameForAll,
      });
      const constants = yield* constantsAt(ablation, values, points);
      return new Map([...constants].map(([hook, constant]) => [hook, shared(constant)]));
    },
  };
}
