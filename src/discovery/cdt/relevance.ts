import { components, formatNode, fullGraph } from "../../circuit/index.ts";
import {
  abs,
  batchSum,
  compile,
  expandDims,
  mean,
  mul,
  type Operand,
  scalar,
  stack,
  sub,
  type Tensor,
} from "../../engine/index.ts";
import {
  freezeWeights,
  logitDifference,
  namedInputs,
  pace,
  prepareInputRuns,
  ROW_WEIGHT,
  rowWeights,
  runInput,
  type Scope,
  type Steps,
  sampleInputs,
  withScope,
} from "../../interventions/index.ts";
import {
  atKeptPositions,
  blockHook,
  forward,
  type HookName,
  hookShape,
  usedInputs,
} from "../../transformer/index.ts";
import { chosenAblation } from "../algorithm/ablation-option.ts";
import { type DiscoveryContext, inTurns } from "../algorithm/context.ts";
import { assertFiniteTask } from "../run/finite.ts";
import { type DiscoveryTask, keptTargets } from "../task/task.ts";
import type { Judge, Signs } from "./choices.ts";
import { allIrrelevant, decomposedHooks, decomposition, type Parts } from "./decomposition.ts";

/** What is asked of a decomposition. */
export interface RelevanceOptions {
  /** What a source is compared with, the part of it that is not relevant: an ablation. */
  readonly reference: string;
  readonly signs: Signs;
  /** Whether the outputs are judged by right and wrong answers, or by the sizes of their parts. */
  readonly judge: Judge;
  /** Each position of a source by itself, or all together. */
  readonly positions: "together" | "each";
}

/** What a source, at some positions, is responsible for. */
export interface Relevance {
  /** In the outputs: see {@link Judge}. Mean over rows and positions. */
  readonly output: number;
  /** By later component, `[component]`: |rel| over |rel| + |irrel| of what it computes; 0 for earlier ones. */
  readonly shares: Float64Array;
}

/** The relevances of all sources, `[component][case]`: one case, or one for each position. */
export interface Relevances {
  readonly names: readonly string[];
  readonly of: readonly (readonly Relevance[])[];
  readonly evaluations: number;
}

/** The block of a component, from its text. */
export const blockOf = (name: string): number => Number(name.split(".")[1]);

/** A source with its place among the components. */
interface Source {
  readonly block: number;
  /** `undefined` for an MLP. */
  readonly head: number | undefined;
}

/** The answers that the outputs are judged by. */
const ANSWERS = { right: ["targets"], wrong: ["foils", "corruptedTargets"] } as const;

/**
 * Contextual decomposition of the clean run, once for every head and MLP as the source: each tensor behind it
 * is the sum of a part that the source is responsible for, and the rest. A run per source, and per position
 * where each is looked at by itself.
 */
export async function measureRelevances(
  task: DiscoveryTask,
  options: RelevanceOptions,
  context: DiscoveryContext,
): Promise<Relevances> {
  const { config } = task.transformer;
  const nodes = components(fullGraph(config));
  const names = nodes.map(formatNode);
  const sources = nodes.map(({ hook, head }): Source => {
    return { block: blockOf(hook), head: head ?? undefined };
  });
  const cases = options.positions === "each" ? task.positions : 1;
  const tick = pace(context, "sources");
  const of: Relevance[][] = [];
  await withScope(context.backend, async (scope) => {
    const preparing = prepareRelevance(scope, task, sources, options);
    const relevanceOf = await inTurns(preparing, context);
    for (const [done, source] of sources.entries()) {
      await tick(done, sources.length);
      const found: Relevance[] = [];
      for (let at = 0; at < cases; at++) {
        const position = options.positions === "each" ? at : undefined;
        found.push(await inTurns(relevanceOf(source, position), context));
      }
      of.push(found);
    }
  });
  await tick(sources.length, sources.length);
  return { names, of, evaluations: 1 + sources.length * cases };
}

function* prepareRelevance(
  scope: Scope,
  task: DiscoveryTask,
  sources: readonly Source[],
  options: RelevanceOptions,
): Steps<(source: Source, position: number | undefined) => Steps<Relevance>> {
  const { transformer, positions, rows } = task;
  const { config } = transformer;
  const weights = freezeWeights(scope, transformer);
  const ablation = chosenAblation(options.reference);
  yield* assertFiniteTask(scope, task, weights, ablation);
  const sourceHooks = sources.map(hookOf);
  const reference = yield* prepareInputRuns(scope, task, weights, sourceHooks).ablated(
    ablation,
    sourceHooks,
  );
  const answers = answersOf(task, options.judge);
  const programs = new Map<HookName, ReturnType<typeof scope.load>>();
  const programOf = (source: Source) => {
    const hook = hookOf(source);
    const known =
      programs.get(hook) ?? scope.load(compile(program(task, weights.tensors, source, options)));
    programs.set(hook, known);
    return known;
  };
  return function* (source, position) {
    const executable = programOf(source);
    const { head = 0 } = source;
    const results = yield* executable.runInSteps({
      batch: rows,
      inputs: usedInputs(executable.program, {
        ...weights.bindings,
        ...answers,
        ...namedInputs("ablated", reference),
        [ROW_WEIGHT]: rowWeights(task),
        tokens: Float32Array.from(task.cleanTokens),
      }),
      scalars: {
        ...onlyAt("head", source.head === undefined ? 0 : config.nHeads, head),
        ...onlyAt("position", positions, position),
      },
    });
    const value = (name: string, i = 0) => results[name]?.[i] ?? 0;
    const share = (name: string, i = 0) => {
      const [rel, irrel] = [value(`rel:${name}`, i), value(`irrel:${name}`, i)];
      return rel + irrel === 0 ? 0 : rel / (rel + irrel);
    };
    return {
      output: options.judge === "share" ? share("output") : value("difference"),
      shares: Float64Array.from(sources, (target) => share(hookOf(target), target.head)),
    };
  };
}

/** Where a source is told apart: the values of a head, or what an MLP writes. */
const hookOf = ({ block, head }: Source): HookName =>
  blockHook(block, head === undefined ? "hook_mlp_out" : "attn.hook_z");

/** Scalars that are 1 at one place, or at all, and 0 elsewhere. */
function onlyAt(name: string, count: number, place: number | undefined): Record<string, number> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${name}:${i}`,
      place === undefined || place === i ? 1 : 0,
    ]),
  );
}

const maskOf = (name: string, count: number): Tensor =>
  stack(
    Array.from({ length: count }, (_, i) => scalar(`${name}:${i}`)),
    0,
  );

function answersOf(task: DiscoveryTask, judge: Judge) {
  if (judge === "share") return {};
  const found = Object.entries(ANSWERS).map(([name, choices]) => {
    const table = choices.find((choice) => task[choice] !== undefined) ?? choices.at(-1)!;
    return [name, keptTargets(task, table, "the difference of answers")] as const;
  });
  return Object.fromEntries(found);
}

/** The decomposed pass of one row from a source's sublayer on; sums over the rows are outputs. */
function program(
  task: DiscoveryTask,
  tensors: ReturnType<typeof freezeWeights>["tensors"],
  source: Source,
  { signs, judge }: RelevanceOptions,
) {
  const { transformer, positions } = task;
  const { config } = transformer;
  const input = sampleInputs();
  const { cache } = forward(config, tensors, input("tokens", [positions]), {
    capture: decomposedHooks(config),
  });
  const at = (hook: HookName) => cache.get(hook)!;
  const pass = decomposition({ config, weights: tensors, at, signs });
  const weight = input(ROW_WEIGHT, []);
  const outputs: Record<string, Tensor> = {};
  const note = (name: string, ofRow: Tensor) => {
    outputs[name] = batchSum(mul(ofRow, weight));
  };
  /** Mean sizes of both parts, over positions and all dimensions but heads. */
  const noteSizes = (name: string, { rel, irrel }: Parts) => {
    const sizeOf = (x: Tensor) => mean(mean(abs(x), -1), 0);
    note(`rel:${name}`, sizeOf(rel));
    note(`irrel:${name}`, sizeOf(irrel));
  };
  const hook = hookOf(source);
  const isHead = source.head !== undefined;
  const masks = isHead
    ? mul(
        expandDims(maskOf("position", positions), 1),
        expandDims(maskOf("head", config.nHeads), 0),
      )
    : maskOf("position", positions);
  const own = ofSource(
    at(hook),
    input(runInput("ablated", hook), hookShape(config, hook, positions)),
    expandDims(masks, isHead ? 2 : 1),
  );

  let stream = allIrrelevant(at(blockHook(source.block, "hook_resid_pre")));
  for (let block = source.block; block < config.nLayers; block++) {
    const isFirst = block === source.block;
    const z = isFirst && isHead ? own : pass.heads(block, stream);
    if (!isFirst) noteSizes(blockHook(block, "attn.hook_z"), z);
    stream = pass.behindHeads(block, stream, z);
    const out = isFirst && !isHead ? own : pass.mlp(block, stream);
    if (!isFirst || isHead) noteSizes(blockHook(block, "hook_mlp_out"), out);
    stream = pass.behindMlp(stream, out);
  }
  const logits = pass.logits(stream);
  const kept = (x: Tensor) => atKeptPositions(task, x);
  noteSizes("output", { rel: kept(logits.rel), irrel: kept(logits.irrel) });
  if (judge === "difference") {
    const rel = kept(logits.rel);
    const count = rel.shape[0]!;
    note("difference", logitDifference(rel, input("right", [count]), input("wrong", [count])));
  }
  return { outputs };
}

/** The parts of a source: how far it is from its reference where the mask is 1, and nothing elsewhere. */
function ofSource(total: Tensor, reference: Operand, mask: Tensor): Parts {
  const rel = mul(mask, sub(total, reference));
  return { rel, irrel: sub(total, rel) };
}
