import { formatError, InterpBenchError } from "../errors/index.ts";
import type { JobContext } from "./context.ts";
import { DEFAULT_ENGINE, shareThreads } from "./engine.ts";
import { Interrupted } from "./interrupt.ts";
import type { JobKind } from "./kind.ts";
import { type Plan, parentsOf, withParents } from "./plan.ts";
import type { JobQueue } from "./queue/coordinator.ts";
import { jobKinds } from "./registry.ts";
import { type DoneJob, kindOf, type RunOptions, runPlan } from "./run-job.ts";
import { sideBySide } from "./side-by-side.ts";
import { runOnThread } from "./workers/job-task.ts";
import type { WorkerPool } from "./workers/pool.ts";

/** Plans by name; what one is made from are names of others, or of results in the store. */
export type JobGraph<Name extends string = string> = Readonly<Record<Name, Plan>>;

/** What came of a job. */
export type JobOutcome =
  | {
      readonly kind: "done";
      readonly job: DoneJob;
      /** Why the result is not what it was made for. */
      readonly failure: InterpBenchError | undefined;
    }
  | { readonly kind: "failed"; readonly error: unknown };

/** Options of {@link runGraph}. */
export interface GraphOptions<Name extends string = string> extends RunOptions {
  /** Threads of all jobs together, as `shareThreads` takes them. Default 0: one per processor. */
  readonly threads?: number | undefined;
  /** Threads to run jobs on. Default none: one job after the other, here. */
  readonly workers?: WorkerPool | undefined;
  /** Other machines to run jobs on, in place of threads. Default none. */
  readonly queue?: Pick<JobQueue, "lanes" | "run"> | undefined;
  /** The kinds that the workers know; jobs of others are run here. Default: those of the registry. */
  readonly workerKinds?: readonly JobKind[];
  /** Is told when a job begins. */
  readonly onBegin?: (name: Name) => void;
  /** Is told what came of a job. */
  readonly onEnd?: (name: Name, outcome: JobOutcome) => void;
}

/**
 * Does all plans of a graph, each when what it is made from is done, and gives what came of them.
 * Jobs that do not need each other share the threads: each has a worker of its own, as many at a time
 * as there are threads; where there are no workers, they run one after the other; with a queue, they are all
 * sent there as soon as that can be. Results do not depend on it.
 *
 * A job that fails does not stop the others, but those that are made from it: they fail with
 * `E_PARENT`. Interruptions stop everything, and are thrown. `E_PLAN`, before anything is done, for
 * kinds that are not known and for plans that are made from each other in a circle.
 */
export async function runGraph<Name extends string>(
  graph: JobGraph<Name>,
  context: JobContext,
  options: GraphOptions<Name> = {},
): Promise<Readonly<Record<Name, JobOutcome>>> {
  const names = Object.keys(graph) as Name[];
  for (const name of names) kindOf(graph[name], options.kinds);
  const parents = new Map(names.map((name) => [name, parentsIn(graph, name)]));
  const widest = Math.max(0, ...countByDepth(parents));
  const { lanes, run } = jobRunner(context, options, widest);
  const outcomes = new Map<Name, JobOutcome>();
  const work = async (name: Name): Promise<void> => {
    context.signal.throwIfAborted();
    options.onBegin?.(name);
    const outcome = await outcomeOf(name, parents.get(name)!);
    outcomes.set(name, outcome);
    options.onEnd?.(name, outcome);
  };
  const outcomeOf = async (name: Name, above: readonly Name[]): Promise<JobOutcome> => {
    try {
      const doneParents = new Map<string, DoneJob>(
        above.map((parent) => [parent, doneParent(parent, outcomes.get(parent)!)]),
      );
      const plan = withParents(graph[name], (text) => doneParents.get(text)?.name ?? text);
      const job = await run(plan);
      const failure = kindOf(plan, options.kinds).failure?.(job.artifact.result);
      return { kind: "done", job, failure };
    } catch (error) {
      if (error instanceof Interrupted || error === context.signal.reason) throw error;
      return { kind: "failed", error };
    }
  };
  await sideBySide(names, lanes, work, (name) => parents.get(name)!);
  const ended = names.map((name) => [name, outcomes.get(name)!] as const);
  return Object.fromEntries(ended) as Record<Name, JobOutcome>;
}

/** The names in a graph that a plan is made from. */
function parentsIn<Name extends string>(graph: JobGraph<Name>, name: Name): readonly Name[] {
  return parentsOf(graph[name]).filter((parent): parent is Name => Object.hasOwn(graph, parent));
}

function doneParent(name: string, outcome: JobOutcome): DoneJob {
  if (outcome.kind === "done") return outcome.job;
  throw new InterpBenchError("E_PARENT", "what this is made from has failed", {
    at: name,
    received: formatError(outcome.error),
    cause: outcome.error,
  });
}

/** How jobs are run: on workers if several can be run at a time, or here. */
function jobRunner<Name extends string>(
  context: JobContext,
  { threads = 0, workers, workerKinds = jobKinds, queue, force, kinds }: GraphOptions<Name>,
  widest: number,
): { readonly lanes: number; run(plan: Plan): Promise<DoneJob> } {
  const isKnown = ({ kind }: Plan) => workerKinds.some(({ name }) => name === kind);
  const shares = shareThreads(threads, widest);
  const run = { force: force ?? false, ...(kinds === undefined ? {} : { kinds }) };
  if (queue !== undefined) {
    return {
      lanes: Math.min(queue.lanes, widest),
      run: (plan) => (isKnown(plan) ? queue.run(plan, context, run) : runPlan(plan, context, run)),
    };
  }
  if (shares.lanes === 1 || workers === undefined) {
    const engine = { ...DEFAULT_ENGINE, threads };
    return { lanes: 1, run: (plan) => runPlan({ engine, ...plan }, context, run) };
  }
  return {
    lanes: shares.lanes,
    run(given) {
      const engine = { ...(given.engine ?? DEFAULT_ENGINE), threads: shares.threads };
      const plan = { ...given, engine };
      return isKnown(plan)
        ? runOnThread(workers, plan, context, { force: run.force })
        : runPlan(plan, context, run);
    },
  };
}

/** How many jobs there are with each length of the longest way to them. `E_PLAN` for circles. */
function countByDepth<Name extends string>(
  parents: ReadonlyMap<Name, readonly Name[]>,
): readonly number[] {
  const depths = new Map<Name, number>();
  const counts: number[] = [];
  const depthOf = (name: Name, way: readonly Name[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (way.includes(name)) {
      throw new InterpBenchError("E_PLAN", "these jobs are made from each other", {
        received: [...way.slice(way.indexOf(name)), name].join(" ← "),
      });
    }
    const above = parents.get(name)!.map((parent) => depthOf(parent, [...way, name]));
    const depth = Math.max(-1, ...above) + 1;
    depths.set(name, depth);
    counts[depth] = (counts[depth] ?? 0) + 1;
    return depth;
  };
  for (const name of parents.keys()) depthOf(name, []);
  return counts;
}
