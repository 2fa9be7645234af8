import type { HubSettings } from "../../models/index.ts";
import { type JobContext, jobContext } from "../context.ts";
import type { JobKind } from "../kind.ts";
import type { Plan } from "../plan.ts";
import { type DoneJob, type RunOptions, runPlan } from "../run-job.ts";
import type { WorkerPool } from "./pool.ts";
import type { Tasks } from "./serve.ts";

/** A plan to be done on a thread. */
interface JobOrder {
  readonly plan: Plan;
  /** The folder of all results. */
  readonly results: string;
  /** Where relative names of files start. */
  readonly folder: string;
  readonly hub: HubSettings;
  readonly options: ThreadOptions;
}

/** Options of {@link runOnThread}. */
export type ThreadOptions = Pick<RunOptions, "force" | "address">;

const TASK = "job";

/** What threads can do for jobs: the plans they are sent. `kinds` are those that plans can name. */
export function jobTasks(kinds?: readonly JobKind[], now: () => number = Date.now): Tasks {
  return {
    [TASK](
      { plan, results, folder, hub, options }: JobOrder,
      { progress, signal },
    ): Promise<DoneJob> {
      const context = jobContext(results, { progress, signal, now, folder, hub });
      return runPlan(plan, context, { ...options, ...(kinds === undefined ? {} : { kinds }) });
    },
  };
}

/** Does a plan on a thread of the pool, with results and progress where those of the context go. */
export async function runOnThread(
  workers: WorkerPool,
  plan: Plan,
  { store, folder, hub, progress }: JobContext,
  options: ThreadOptions,
): Promise<DoneJob> {
  const order: JobOrder = { plan, results: store.root, folder, hub, options };
  return (await workers.run({ task: TASK, data: order }, progress)) as DoneJob;
}
