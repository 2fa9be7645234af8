import type { JobGraph } from "./graph.ts";
import { type Plan, withParents } from "./plan.ts";
import { itemsOfShard, parseShard } from "./shard.ts";

/** A job of a list, and what has to be done before it. */
export interface ChainedJob {
  /** The id of its case. */
  readonly case: string;
  readonly plan: Plan;
  /** What it is made from, if that is not there yet; the plan's parents are these names. */
  readonly before?: Readonly<Record<string, Plan>>;
}

/** The graph of the jobs of a list, which are called by their places in it: `0`, `1`, … */
export function graphOfChains(jobs: readonly ChainedJob[]): JobGraph {
  return Object.fromEntries(jobs.flatMap(entriesOf));
}

/** The jobs of one part, written as `2/10`, in their order. `E_SHARD` if there is no such part. */
export function partOfChains<Job extends ChainedJob>(jobs: readonly Job[], shard: string): Job[] {
  const plansOf = ({ plan, before = {} }: Job) => [plan, ...Object.values(before)];
  return itemsOfShard(jobs, parseShard(shard), plansOf);
}

function entriesOf({ plan, before = {} }: ChainedJob, place: number): [string, Plan][] {
  const nameOf = (name: string) => (Object.hasOwn(before, name) ? `${place} ${name}` : name);
  return [
    [String(place), withParents(plan, nameOf)],
    ...Object.entries(before).map(([name, first]): [string, Plan] => [nameOf(name), first]),
  ];
}
