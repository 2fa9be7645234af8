import { formatError } from "../../errors/index.ts";
import { formatModel } from "../../models/index.ts";
import type { JobContext } from "../context.ts";
import type { EngineChoice } from "../engine.ts";
import { type GraphOptions, type JobOutcome, runGraph } from "../graph.ts";
import { type DoneJob, runPlan } from "../run-job.ts";
import { partOf, type Shard } from "../shard.ts";
import { quietProgress } from "./quiet-progress.ts";
import { isInapplicable, reasonOfError } from "./reasons.ts";
import { type LeaderboardRequest, type LeaderboardRun, leaderboardRuns } from "./runs.ts";

/** What came of a leaderboard. */
export interface LeaderboardOutcome {
  readonly job: DoneJob;
  /** Runs that failed for another reason than that the algorithm does not apply. */
  readonly failures: number;
}

/** Options of {@link runLeaderboard}. */
export interface LeaderboardOptions
  extends Pick<GraphOptions, "threads" | "workers" | "queue" | "force"> {
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
  const outcomes = await runAll(runs, context, options);
  const cells = runs.map(({ plan: _, algorithm, ...run }, i) => ({
    ...run,
    contestant: algorithm,
    outcome: cellOutcome(outcomes[i]!),
  }));
  const { protocol, contestants, model, dataSize } = request;
  const job = await runPlan(
    {
      kind: "leaderboard",
      subject: {},
      config: { protocol, model: formatModel(model), dataSize, contestants, runs: cells },
    },
    { ...context, progress: quietProgress(context.progress) },
  );
  return { job, failures: outcomes.filter(isFailure).length };
}

/**
 * Makes the runs of one part of a leaderboard, and no standings: those are made when the same request finds all runs
 * done. Gives how many runs the part has, and how many failed as in {@link LeaderboardOutcome}.
 */
export async function runLeaderboardPart(
  request: LeaderboardRequest,
  shard: Shard,
  context: JobContext,
  { engine, ...options }: LeaderboardOptions,
): Promise<{ readonly runs: number; readonly failures: number }> {
  const runs = partOf(leaderboardRuns(request, engine), shard, ({ plan }) => [plan]);
  const outcomes = await runAll(runs, context, options);
  return { runs: runs.length, failures: outcomes.filter(isFailure).length };
}

/** What came of each run, in their order, under one line of progress. */
async function runAll(
  runs: readonly LeaderboardRun[],
  context: JobContext,
  options: Omit<LeaderboardOptions, "engine">,
): Promise<readonly JobOutcome[]> {
  const line = context.progress.begin("leaderboard", { unit: "runs", total: runs.length });
  const quiet = { ...context, progress: quietProgress(context.progress) };
  const graph = Object.fromEntries(runs.map(({ plan }, i) => [String(i), plan]));
  let [done, failed] = [0, 0];
  try {
    const outcomes = await runGraph(graph, quiet, {
      ...options,
      onEnd(_, outcome) {
        done++;
        if (isFailure(outcome)) failed++;
        // In full, with what helps; the cell says it in short.
        if (outcome.kind === "failed") quiet.progress.warn(formatError(outcome.error));
        line.update(done, failed === 0 ? {} : { failed });
      },
    });
    line.finish();
    return runs.map((_, i) => outcomes[String(i)]!);
  } catch (error) {
    line.fail(`stopped after ${done} runs; the same command goes on from here`);
    throw error;
  }
}

function cellOutcome(outcome: JobOutcome) {
  return outcome.kind === "done" ? { result: outcome.job.name } : reasonOfError(outcome.error);
}

const isFailure = (outcome: JobOutcome) =>
  outcome.kind === "failed" && !isInapplicable(outcome.error);
