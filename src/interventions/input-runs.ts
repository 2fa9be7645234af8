import type { Binding } from "../engine/index.ts";
import { InterpBenchError } from "../errors/index.ts";
import type { HookName } from "../transformer/index.ts";
import type { Ablation, AblationRuns } from "./ablation/ablation.ts";
import { allAblations } from "./ablation/registry.ts";
import { residualOf, residualSources } from "./ablation/residual.ts";
import { type CapturedRun, prepareCapture } from "./capture.ts";
import { type ConstantActivations, meanActivations } from "./means.ts";
import { type PairedInputs, rowWeights } from "./paired-inputs.ts";
import type { Scope } from "./scope.ts";
import type { GraphWeights } from "./weights.ts";

/** Values of sample inputs by hook point, for a run on all rows. */
export type AblatedValues = ReadonlyMap<HookName, Binding>;

/** Ordinary runs of a frozen model on its inputs, each made once, and what ablated places carry. */
export interface InputRuns {
  /** What passes on the clean inputs. */
  clean(): CapturedRun;
  /**
   * What hook points carry where they are ablated. This is the one place that says so: an ablated
   * node is given it, an ablated edge carries it from its source, and a residual stream of which all
   * sources are ablated is made of it.
   *
   * Throws `E_TASK` without the corrupted inputs that an ablation needs.
   */
  ablated(ablation: Ablation, hooks: Iterable<HookName>): AblatedValues;
}

/** Throws `E_TASK` unless the inputs have corrupted ones beside them, or the ablation needs none. */
export function assertAblation(
  { corruptedTokens }: Pick<PairedInputs, "corruptedTokens">,
  { name, needsCorrupted }: Ablation,
): void {
  if (!needsCorrupted || corruptedTokens !== undefined) return;
  const others = allAblations()
    .filter((other) => !other.needsCorrupted)
    .map((other) => other.name);
  throw new InterpBenchError("E_TASK", "there is nothing to compare the inputs with", {
    at: "corruptedTokens",
    expected: `a corrupted input for each clean one, which the ablation "${name}" needs`,
    received: "nothing",
    hint: `In a file of prompts they are the key "corrupted". The ablations ${others.join(", ")} need none.`,
  });
}

/** Prepares the runs of a model on its inputs; `hooks`: all points that anybody will ask about. */
export function prepareInputRuns(
  scope: Scope,
  inputs: PairedInputs,
  weights: GraphWeights,
  hooks: Iterable<HookName>,
): InputRuns {
  const { transformer, positions, rows, cleanTokens, corruptedTokens } = inputs;
  const { config } = transformer;
  const capture = once(() => prepareCapture(scope, inputs, weights, hooks));
  const runOf = (tokens: Int32Array) => once(() => capture()(tokens));
  const clean = runOf(cleanTokens);
  const corrupted = corruptedTokens && runOf(corruptedTokens);
  const runs: AblationRuns = {
    config,
    positions,
    means: (wanted) => {
      const model = { config, ...weights };
      const { backend } = scope;
      const tokens = scope.buffer(cleanTokens);
      const all = Uint32Array.from({ length: rows }, (_, row) => row);
      const weighted = { rows: all, weights: rowWeights(inputs) };
      return meanActivations({ backend, model, tokens, positions }, weighted, wanted);
    },
    corrupted: (wanted) => new Map(wanted.map((hook) => [hook, corrupted!().at.get(hook)!])),
  };
  const sameForAll = new Uint32Array(rows);
  return {
    clean,
    ablated: (ablation, wanted) => {
      assertAblation(inputs, ablation);
      const points = [...new Set(wanted)];
      if (ablation.kind === "run") return ablation.carry(runs, points);
      const constants = withResiduals(inputs, points, (places) => ablation.carry(runs, places));
      const shared = (values: Float64Array) => ({ table: scope.buffer(values), rows: sameForAll });
      return new Map([...constants].map(([hook, values]) => [hook, shared(values)]));
    },
  };
}

/** Constants at all hook points: those at outputs of nodes, and residual streams that are made of them. */
function withResiduals(
  { transformer }: PairedInputs,
  hooks: readonly HookName[],
  carry: (places: readonly HookName[]) => ConstantActivations,
): ConstantActivations {
  const streams = new Map(
    hooks.flatMap((hook) => {
      const sources = residualSources(transformer, hook);
      return sources === undefined ? [] : [[hook, sources] as const];
    }),
  );
  const places = new Set([
    ...hooks.filter((hook) => !streams.has(hook)),
    ...[...streams.values()].flat(),
  ]);
  const constants = carry([...places]);
  const valuesAt = (hook: HookName): Float64Array => {
    const sources = streams.get(hook);
    return sources === undefined
      ? constants.get(hook)!
      : residualOf(transformer, sources, constants);
  };
  return new Map(hooks.map((hook) => [hook, valuesAt(hook)]));
}

/** A function that computes its value when it is first asked for it. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
