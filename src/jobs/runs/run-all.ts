import { formatError } from "../../errors/index.ts";
import type { JobContext } from "../context.ts";
import { type GraphOptions, type JobOutcome, runGraph } from "../graph.ts";
import type { Plan } from "../plan.ts";
import { itemsOfShard, type Shard } from "../shard.ts";
import { quietProgress } from "./quiet-progress.ts";
import { isInapplicable, reasonOfError } from "./reasons.ts";

/** How many runs are made. */
export type RunAllOptions = Pick<GraphOptions, "threads" | "workers" | "queue" | "force" | "kinds">;

/** A run that is to be made. */
export interface PlannedRun {
  readonly case: string;
  readonly plan: Plan;
}

/**
 * What came of each of many runs, in their order, under one line of progress.
 *
 * @param title what progress calls them together
 */
export async function runAll(
  title: string,
  plans: readonly Plan[],
  context: JobContext,
  options: RunAllOptions,
): Promise<readonly JobOutcome[]> {
  const line = context.progress.begin(title, { unit: "runs", total: plans.length });
  const quiet = { ...context, progress: quietProgress(context.progress) };
  const graph = Object.fromEntries(plans.map((plan, i) => [String(i), plan]));
  let [done, failed] = [0, 0];
  try {
    const { kinds } = options;
    const outcomes = await runGraph(graph, quiet, {
      ...options,
      ...(kinds === undefined ? {} : { workerKinds: kinds }),
      onEnd(_, outcome) {
        done++;
        if (isFailure(outcome)) failed++;
        // In full, with what helps; what is made of the runs says it in short.
        if (outcome.kind === "failed") quiet.progress.warn(formatError(outcome.error));
        line.update(done, failed === 0 ? {} : { failed });
      },
    });
    line.finish();
    return plans.map((_, i) => outcomes[String(i)]!);
  } catch (error) {
    line.fail(`stopped after ${done} runs; the same command goes on from here`);
    throw error;
  }
}

/**
 * Makes the runs of one part, and nothing of them: that is made when the same request finds all runs done. Gives how
 * many there are, and how many of them fail as {@link isFailure} says.
 */
export async function runPart(
  title: string,
  all: readonly PlannedRun[],
  shard: Shard,
  context: JobContext,
  options: RunAllOptions,
): Promise<{ readonly runs: number; readonly failures: number }> {
  const runs = itemsOfShard(all, shard, ({ plan }) => [plan]);
  const plans = runs.map(({ plan }) => plan);
  const outcomes = await runAll(title, plans, context, options);
  return { runs: runs.length, failures: outcomes.filter(isFailure).length };
}

/** What came of a run as plain data: what the store calls its result, or why there is none. */
export function plainOutcome(outcome: JobOutcome) {
  return outcome.kind === "done" ? { result: outcome.job.name } : reasonOfError(outcome.error);
}

/** Whether a run failed for another reason than that the algorithm does not apply. */
export const isFailure = (outcome: JobOutcome): boolean =>
  outcome.kind === "failed" && !isInapplicable(outcome.error);
