import type { Engine } from "../../engine/client.ts";
import type { CaseFacts, TokenFacts } from "../../engine/methods/cases.ts";
import type { ModelFacts } from "../../engine/methods/models.ts";
import type { Numbers } from "../../engine/methods/run.ts";
import type { TraceOutput } from "../../engine/methods/trace.ts";
import { modelOutputs, type Output } from "../outputs.ts";

/** What a case makes of an input: its program, and each model. */
export interface CaseRuns {
  readonly input: readonly TokenFacts[];
  readonly trace: TraceOutput | undefined;
  readonly compiled: ModelRun | undefined;
  readonly trained: ModelRun | undefined;
}

/** A run of a model, with what every head and MLP writes. */
export interface ModelRun {
  readonly model: ModelFacts;
  /** What it says at each position, BOS excluded. */
  readonly outputs: readonly Output[];
  readonly at: Readonly<Record<string, Numbers>>;
}

/** The models of a case, as far as there are any. */
export interface CaseModels {
  readonly compiled: ModelFacts | undefined;
  readonly trained: ModelFacts | undefined;
}

/** Everything of a case on an input. */
export async function runsOf(
  engine: Engine,
  facts: CaseFacts,
  input: readonly TokenFacts[],
  models: CaseModels,
): Promise<CaseRuns> {
  const values = input.map(({ value }) => value);
  const [trace, compiled, trained] = await Promise.all([
    facts.program.length === 0
      ? undefined
      : engine.call("trace", { case: facts.id, input: values }),
    models.compiled && runOf(engine, facts, input, models.compiled),
    models.trained && runOf(engine, facts, input, models.trained),
  ]);
  return { input, trace, compiled, trained };
}

async function runOf(
  engine: Engine,
  facts: CaseFacts,
  input: readonly TokenFacts[],
  model: ModelFacts,
): Promise<ModelRun> {
  const blocks = Array.from({ length: model.config.nLayers }, (_, layer) => `blocks.${layer}`);
  const ends = ["attn.hook_pattern", "attn.hook_result", "hook_mlp_out"];
  const capture = blocks.flatMap((block) => ends.map((end) => `${block}.${end}`));
  const tokens = [[facts.bosId, ...input.map(({ id }) => id)]];
  const { logits, at } = await engine.call("run", { model: model.ref, tokens, capture });
  return { model, at, outputs: modelOutputs(facts, logits) };
}

/** A matrix of a run for one node. */
export interface NodeMatrix {
  readonly columns: readonly string[];
  /** `[pos, column]`. */
  readonly values: readonly (readonly number[])[];
}

/** Where a node is: a head of a layer, or its MLP. */
export interface NodePlace {
  readonly layer: number;
  readonly head: number | undefined;
}

export function placeOf(node: string): NodePlace | undefined {
  const found = /^blocks\.(\d+)\.[^[]+(?:\[(\d+)\])?$/.exec(node);
  if (found === null) return undefined;
  const [, layer, head] = found;
  return { layer: Number(layer), head: head === undefined ? undefined : Number(head) };
}

/**
 * What a node writes into the residual stream at each position: by the names of the directions where they
 * have names, of which those that it never writes to are left out.
 */
export function writtenBy(
  { at }: ModelRun,
  { layer, head }: NodePlace,
  labels: readonly string[],
): NodeMatrix {
  const { shape, data } =
    at[head === undefined ? `blocks.${layer}.hook_mlp_out` : `blocks.${layer}.attn.hook_result`]!;
  const [positions, width] = [shape[1]!, shape.at(-1)!];
  const heads = head === undefined ? 1 : shape[2]!;
  const value = (position: number, i: number) =>
    data[(position * heads + (head ?? 0)) * width + i]!;
  const all = Array.from({ length: width }, (_, i) => i);
  const isWritten = (i: number) =>
    Array.from({ length: positions }, (_, p) => p).some((p) => Math.abs(value(p, i)) > 1e-3);
  const shown = labels.length === 0 ? all : all.filter(isWritten);
  return {
    columns: shown.map((i) => labels[i] ?? String(i)),
    values: Array.from({ length: positions }, (_, p) => shown.map((i) => value(p, i))),
  };
}

/** How a head attends, `[query, key]`. */
export function attentionOf({ at }: ModelRun, layer: number, head: number): number[][] {
  const { shape, data } = at[`blocks.${layer}.attn.hook_pattern`]!;
  const size = shape[2]!;
  return Array.from({ length: size }, (_, query) => {
    const start = (head * size + query) * size;
    return [...data.subarray(start, start + size)];
  });
}
