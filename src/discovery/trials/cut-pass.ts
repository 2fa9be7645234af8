import { add, concat, einsum, slice, sub, type Tensor } from "../../engine/index.ts";
import { asSources } from "../../interventions/index.ts";
import {
  atKeptPositions,
  blockHook,
  forwardFrom,
  type Hook,
  type HookName,
  logitsNeeded,
} from "../../transformer/index.ts";
import type { TrialGraph } from "./graph.ts";
import { removedInputs } from "./removed.ts";
import { mlpDepth, readersOf } from "./sublayers.ts";

/** What the rest of an ablated pass starts from: the middle of a block. */
export interface MiddleOfBlock {
  readonly block: number;
  /** `hook_resid_mid`, `[pos, dModel]`. */
  readonly resid: Tensor;
  /** P − Y of all sources so far, by hook point, `[source, pos, dModel]`. */
  readonly differences: readonly Tensor[];
}

/** A source hook point as later destinations see it. */
interface Written {
  /** P − Y, `[source, pos, dModel]`; `undefined` where P was written in the first place. */
  readonly difference: Tensor | undefined;
  readonly count: number;
}

/** What cut edges add to an input: `Σ_u removed(u)·(P(u) − Y(u))`, for each head if there are any. */
function shiftOf(removed: Tensor, written: readonly Written[]): Tensor | undefined {
  const [differences, rows]: [Tensor[], Tensor[]] = [[], []];
  let start = 0;
  for (const { difference, count } of written) {
    if (difference !== undefined) {
      differences.push(difference);
      rows.push(slice(removed, 0, start, start + count));
    }
    start += count;
  }
  if (differences.length === 0) return undefined;
  const spec = removed.shape.length === 1 ? "s,spd->pd" : "sh,spd->phd";
  return einsum(spec, concat(rows, 0), concat(differences, 0));
}

/**
 * Logits `[keptPos, class]` of a pass with cut edges that starts in the middle of a block:
 * destination v reads `resid + Σ_u removed(u,v)·(P(u) − Y(u))`, where Y is a source's value in this
 * pass and P what it carries when it is ablated.
 *
 * The same function as `factoredForward` of the transformer layer, which begins at the tokens and
 * computes everything; here dead sublayers write P and are not computed.
 */
export function cutPassLogits(
  { task, weights, states, sources, embeddings, ablated }: TrialGraph,
  { block, resid, differences }: MiddleOfBlock,
): Tensor {
  const { config } = task.transformer;
  const start = mlpDepth(block);
  const written: Written[] = differences.map((difference) => ({
    difference,
    count: difference.shape[0]!,
  }));
  const cut = states.flatMap((state, depth) =>
    depth >= start && state === "cut" ? readersOf(config, depth) : [],
  );
  const readers = [...removedInputs(config, cut, { embeddings })].map(
    ([hook, removed]): [HookName, Hook] => [
      hook,
      (input) => {
        const shift = shiftOf(removed, written);
        return shift === undefined ? input : add(input, shift);
      },
    ],
  );
  const lastCut = states.lastIndexOf("cut");
  const writers = sources.flatMap((hook, depth): [HookName, Hook][] => {
    const isDead = states[depth] === "dead";
    if (depth < start || (depth >= lastCut && !isDead)) return [];
    return [
      [
        hook,
        (own) => {
          const change = asSources(sub(ablated(hook), own));
          written.push({ difference: isDead ? undefined : change, count: change.shape[0]! });
          return isDead ? ablated(hook) : undefined;
        },
      ],
    ];
  });
  const { logits } = forwardFrom(
    config,
    weights.tensors,
    blockHook(block, "hook_resid_mid"),
    resid,
    { hooks: new Map([...readers, ...writers]), logitsAt: logitsNeeded(task) },
  );
  return atKeptPositions(task, logits);
}

/** Logits `[keptPos, class]` with cut edges into the MLP of a block, and behind it. */
export function mlpLogits(graph: TrialGraph, block: number): Tensor {
  const depth = mlpDepth(block);
  const states = graph.states.with(depth, "cut");
  const middle = {
    block,
    resid: graph.clean(blockHook(block, "hook_resid_mid")),
    differences: graph.differences(depth),
  };
  return cutPassLogits({ ...graph, states }, middle);
}
