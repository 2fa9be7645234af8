import type { JobGraph } from "./graph.ts";
import { type Plan, withParents } from "./plan.ts";

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

function entriesOf({ plan, before = {} }: ChainedJob, place: number): [string, Plan][] {
  const nameOf = (name: string) => (Object.hasOwn(before, name) ? `${place} ${name}` : name);
  return [
    [String(place), withParents(plan, nameOf)],
    ...Object.entries(before).map(([name, first]): [string, Plan] => [nameOf(name), first]),
  ];
}
