import type { Key } from "../../rng/index.ts";
import { type HookName, headAxis, type TransformerConfig } from "../../transformer/index.ts";

/**
 * Where a node's value comes from, in the original and in the compressed transformer:
 *
 * 0. each from its own run on the source;
 * 1. the original from its run on the source, the compressed one the same, compressed;
 * 2. the compressed one from its run on the source, the original the same, decompressed;
 * 3. and 4. as 1 and 2, from the runs on the base.
 */
export const EXCHANGES = 5;

/** How interventions are drawn. */
export interface ExchangeDraws {
  /** Which nodes: by the last measured differences of their effects, or all alike. */
  readonly nodeSampling: NodeSampling;
  /** Different interventions in a batch. */
  readonly maxInterventions: number;
  /** The most nodes of an intervention; 1 to so many, each number equally likely. */
  readonly maxComponents: number;
}

/** How the nodes of interventions are drawn. */
export const NODE_SAMPLINGS = ["difference", "uniform"] as const;
export type NodeSampling = (typeof NODE_SAMPLINGS)[number];

/** The weight of a node whose effects do not differ: it is still drawn where no other is left. */
const LEAST_WEIGHT = 1e-7;

/** A node that can be exchanged: a head, or all of a hook point. */
export interface Place {
  readonly hook: HookName;
  readonly head: number;
}

const headsAt = ({ nHeads }: TransformerConfig, hook: HookName) =>
  headAxis(hook) === undefined ? 1 : nHeads;

/** The nodes that can be exchanged at some hook points, in their order. */
export const placesAt = (config: TransformerConfig, hooks: readonly HookName[]): Place[] =>
  hooks.flatMap((hook) =>
    Array.from({ length: headsAt(config, hook) }, (_, head) => ({ hook, head })),
  );

/** Shape of a hook point's switches: which exchange is made, `[exchange]` or `[head, exchange]`. */
export function exchangeShape(config: TransformerConfig, hook: HookName): readonly number[] {
  return headAxis(hook) === undefined ? [EXCHANGES] : [config.nHeads, EXCHANGES];
}

/**
 * Draws interventions for the pairs of a batch, and tells by hook point which exchange each pair makes
 * there, `[pair, ...exchangeShape]`: 1 for the one that is made, else 0. Pair `i` has intervention
 * `i mod maxInterventions`. Exchanges are equally likely, and so are nodes unless `differences` are given,
 * one for each of {@link placesAt}: then a node is drawn with a probability proportional to its own.
 */
export function drawExchanges(
  config: TransformerConfig,
  hooks: readonly HookName[],
  pairs: number,
  { maxInterventions, maxComponents }: Pick<ExchangeDraws, "maxInterventions" | "maxComponents">,
  key: Key,
  differences?: readonly number[],
): ReadonlyMap<HookName, Float32Array> {
  const places = placesAt(config, hooks);
  const switches = new Map(
    hooks.map((hook) => [hook, new Float32Array(pairs * headsAt(config, hook) * EXCHANGES)]),
  );
  const most = Math.min(maxComponents, places.length);
  for (let i = 0; i < Math.min(maxInterventions, pairs); i++) {
    const draws = key.fold(i);
    const count = 1 + draws.fold("count").integers(1, most)[0]!;
    const chosen = drawPlaces(places, count, draws.fold("nodes"), differences);
    const exchanges = draws.fold("exchanges").integers(count, EXCHANGES);
    for (const [j, { hook, head }] of chosen.entries()) {
      const on = switches.get(hook)!;
      const width = headsAt(config, hook) * EXCHANGES;
      const at = head * EXCHANGES + exchanges[j]!;
      for (let pair = i; pair < pairs; pair += maxInterventions) on[pair * width + at] = 1;
    }
  }
  return switches;
}

/**
 * Different places, each time drawn with a probability proportional to the weights of those that are left:
 * those with the least −ln(u)/weight (Efraimidis and Spirakis 2006).
 */
function drawPlaces(
  places: readonly Place[],
  count: number,
  key: Key,
  differences: readonly number[] | undefined,
): readonly Place[] {
  if (differences === undefined) return key.sample(places, count);
  const units = key.uniform(places.length);
  const times = differences.map(
    (weight, i) => -Math.log1p(-units[i]!) / Math.max(weight, LEAST_WEIGHT),
  );
  const order = [...places.keys()].sort((a, b) => times[a]! - times[b]!);
  return order.slice(0, count).map((i) => places[i]!);
}
