import type { ComputationalGraph, GraphDestination } from "../../circuit/index.ts";
import type { Buffer, Tensor, Values } from "../../engine/index.ts";
import {
  type Ablation,
  createPrograms,
  freezeWeights,
  type GraphWeights,
  rowWeights,
  type Scope,
  type Steps,
} from "../../interventions/index.ts";
import { type HookName, keptPositions } from "../../transformer/index.ts";
import { type LossName, lossTargets, meanLoss, rowLoss } from "../task/losses.ts";
import type { DiscoveryTask } from "../task/task.ts";
import { mlpLogits } from "./cut-pass.ts";
import { captureDifferences } from "./differences.ts";
import { type TrialGraph, trialGraph } from "./graph.ts";
import { attentionLogits, HEADS, headResults } from "./head.ts";
import { outputLogits } from "./output.ts";
import {
  HEAD_SWITCH,
  headSlots,
  headSwitch,
  type Removed,
  type RemovedSlots,
  removedAt,
  removedSlots,
} from "./removed.ts";
import { type SublayerState, sublayerStates } from "./sublayers.ts";
import { captureTrialInputs } from "./trial-inputs.ts";

/** What the heads of the block under test compute; matters only for destinations that are heads. */
export interface HeadState {
  /** `attn.hook_result` of the block, `[row, pos, head, dModel]`; absent: that of the clean run. */
  readonly heads?: Buffer | undefined;
}

/** Runs of a transformer with cut edges, in steps, that compute only what the cut ones can change. */
export interface Trials {
  /**
   * The loss with `removed` cut. Everything before `destination` is clean: no edge into an earlier
   * sublayer, or (but for what `heads` holds) into another head of its block, may be cut.
   */
  evaluate(destination: GraphDestination, removed: Removed, state?: HeadState): Steps<number>;
  /** A new buffer of `heads` with one head computed anew under `removed`. */
  updateHead(block: number, head: number, removed: Removed, state: HeadState): Steps<Buffer>;
  /** The number of runs of {@link evaluate} so far. */
  evaluations(): number;
}

/** All that the graphs of trials depend on, but for their place and states; `undefined` where the weights are a part. */
function trialKind(
  task: DiscoveryTask,
  { key }: GraphWeights,
  loss: LossName,
  embeddings: readonly HookName[],
): string | undefined {
  if (key === undefined) return undefined;
  const { categorical, positions } = task;
  return JSON.stringify([
    "trial",
    loss,
    categorical,
    positions,
    keptPositions(task),
    embeddings,
    key,
  ]);
}

/**
 * Runs the inputs once and prepares trials on top of them, in which cut edges carry what the ablation says.
 *
 * One program per kind of destination, block, and states of the sublayers behind it, made when it is
 * first needed; ACDC settles those before it visits the destination, so that all its trials there
 * share a program. Which edges are cut, and which head is under test, are run-time inputs.
 *
 * Throws `E_NUMBER` when a run of the inputs is not finite, `E_TASK` without the inputs that the ablation needs.
 */
export function* prepareTrials(
  scope: Scope,
  task: DiscoveryTask,
  graph: ComputationalGraph,
  loss: LossName,
  ablation: Ablation,
): Steps<Trials> {
  const weights = freezeWeights(scope, task.transformer);
  const targets = Object.entries(lossTargets(task, loss));
  const embeddings = graph.sources
    .filter(({ depth }) => depth === 0)
    .map(({ node }) => node.hook as HookName);
  const runs = yield* captureTrialInputs(scope, task, weights, ablation, embeddings);
  const graphOf = (states?: readonly SublayerState[]) =>
    trialGraph(task, weights, states, embeddings);
  const kind = trialKind(task, weights, loss, embeddings);
  const known = { ...weights.bindings, ...runs.inputs };
  const shared = {
    ...known,
    ...(yield* captureDifferences(scope, graphOf(), known, kind)),
    ...Object.fromEntries(targets.map(([name, values]) => [name, scope.buffer(values)])),
  };
  const programs = createPrograms(scope, task.rows, shared, kind);
  const lossBy =
    (states: readonly SublayerState[], logits: (trial: TrialGraph) => Tensor) => () => {
      const trial = graphOf(states);
      return rowLoss(task, loss, logits(trial), trial.input);
    };

  const slots = removedSlots(graph);
  const slotsOfHeads = new Map<string, RemovedSlots>();
  const slotsInto = (block: number, head: number): RemovedSlots => {
    const key = `${block}.${head}`;
    const known = slotsOfHeads.get(key) ?? headSlots(graph, block, head);
    slotsOfHeads.set(key, known);
    return known;
  };
  const headRun = (block: number, head: number, removed: Removed, heads: Buffer | undefined) => {
    const own = slotsInto(block, head);
    return {
      inputs: {
        ...weights.head(block, head).bindings,
        [HEADS]: heads ?? runs.heads(block),
      },
      scalars: (name: string) =>
        name === HEAD_SWITCH
          ? headSwitch(graph.shape.nHeads, head)
          : removedAt((own.get(name) ?? slots.get(name))!, removed),
    };
  };
  const losses = (
    { block, depth, input, node: { head } }: GraphDestination,
    removed: Removed,
    heads: Buffer | undefined,
  ): Steps<Values> => {
    const cuts = { scalars: (name: string) => removedAt(slots.get(name)!, removed) };
    if (input === "output") return programs.run("output", lossBy([], outputLogits), cuts);
    const states = sublayerStates(graph, removed, depth);
    const behind = states.slice(depth + 1).join();
    if (input === "mlp") {
      const build = lossBy(states, (trial) => mlpLogits(trial, block));
      return programs.run(`mlp ${block} ${behind}`, build, cuts);
    }
    const own = weights.head(block, head!);
    const build = lossBy(states, (trial) => attentionLogits(trial, block, own));
    const inputs = headRun(block, head!, removed, heads);
    return programs.run(`head ${own.program} ${behind}`, build, inputs);
  };

  const meanWeights = rowWeights(task);
  let evaluations = 0;
  return {
    *evaluate(destination, removed, { heads } = {}) {
      evaluations++;
      return meanLoss(yield* losses(destination, removed, heads), meanWeights);
    },
    *updateHead(block, head, removed, { heads }) {
      const own = weights.head(block, head);
      const into = scope.buffer(runs.heads(block).length, { isFilled: false });
      const build = () => headResults(graphOf(), block, own);
      yield* programs.run(`results ${own.program}`, build, {
        ...headRun(block, head, removed, heads),
        into,
      });
      return into;
    },
    evaluations: () => evaluations,
  };
}
