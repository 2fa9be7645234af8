import type { JobContext } from "../context.ts";
import type { EngineChoice } from "../engine.ts";
import type { JobOutcome } from "../graph.ts";
import { type DoneJob, runPlan } from "../run-job.ts";
import { modelNameOf } from "../runs/model-name.ts";
import { quietProgress } from "../runs/quiet-progress.ts";
import { reasonOfError } from "../runs/reasons.ts";
import { isFailure, type RunAllOptions, runAll } from "../runs/run-all.ts";
import type { Protocol } from "./protocol.ts";
import { protocolOf } from "./protocols.ts";
import {
  type LeaderboardRequest,
  type LeaderboardRun,
  leaderboardRuns,
  scorePlan,
} from "./runs.ts";

/** What came of a leaderboard. */
export interface LeaderboardOutcome {
  readonly job: DoneJob;
  /** Runs that failed for another reason than that the algorithm does not apply. */
  readonly failures: number;
}

/** Options of {@link runLeaderboard}. */
export interface LeaderboardOptions extends RunAllOptions {
  readonly engine: EngineChoice;
}

/**
 * Makes all runs of a leaderboard that the store does not have, side by side, and its standings. A run that fails is a
 * cell with its reason. When `context.signal` is aborted, all that is done stays; the same request goes on from there.
 */
export async function runLeaderboard(
  request: LeaderboardRequest,
  context: JobContext,
  { engine, ...options }: LeaderboardOptions,
): Promise<LeaderboardOutcome> {
  const runs = leaderboardRuns(request, engine);
  const { protocol, contestants, model, dataSize } = request;
  const plans = runs.map(({ plan }) => plan);
  const outcomes = await runAll("leaderboard", plans, context, options);
  const scores = await scoreAll(runs, outcomes, protocolOf(protocol), context, options);
  const cells = runs.map(({ plan: _, ...run }, i) => ({
    ...run,
    outcome: cellOutcome(outcomes[i]!, scores.get(i)),
  }));
  const job = await runPlan(
    {
      kind: "leaderboard",
      subject: {},
      config: { protocol, model: modelNameOf(model), dataSize, contestants, runs: cells },
    },
    { ...context, progress: quietProgress(context.progress) },
  );
  return { job, failures: [...outcomes, ...scores.values()].filter(isFailure).length };
}

/** The scores of the runs that are done, by their places, if the protocol wants jobs of their own for them. */
async function scoreAll(
  runs: readonly LeaderboardRun[],
  outcomes: readonly JobOutcome[],
  { truth }: Protocol,
  context: JobContext,
  options: RunAllOptions,
): Promise<ReadonlyMap<number, JobOutcome>> {
  if (truth === undefined) return new Map();
  const done = outcomes.flatMap((outcome, i) =>
    outcome.kind === "done" ? [{ i, plan: scorePlan(runs[i]!, outcome.job, truth) }] : [],
  );
  const scored = await runAll(
    "leaderboard",
    done.map(({ plan }) => plan),
    context,
    options,
  );
  return new Map(done.map(({ i }, k) => [i, scored[k]!]));
}

function cellOutcome(outcome: JobOutcome, score: JobOutcome | undefined) {
  if (outcome.kind === "failed") return reasonOfError(outcome.error);
  if (score?.kind === "failed") return reasonOfError(score.error);
  return { result: outcome.job.name, ...(score === undefined ? {} : { score: score.job.name }) };
}
