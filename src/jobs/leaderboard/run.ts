import { basename } from "node:path";
import { formatError } from "../../errors/index.ts";
import { formatModel, type ModelSource } from "../../models/index.ts";
import type { JobContext } from "../context.ts";
import type { EngineChoice } from "../engine.ts";
import { type GraphOptions, type JobOutcome, runGraph } from "../graph.ts";
import type { Plan } from "../plan.ts";
import { type DoneJob, runPlan } from "../run-job.ts";
import { partOf, type Shard } from "../shard.ts";
import type { Protocol } from "./protocol.ts";
import { protocolOf } from "./protocols.ts";
import { quietProgress } from "./quiet-progress.ts";
import { isInapplicable, reasonOfError } from "./reasons.ts";
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
export interface LeaderboardOptions
  extends Pick<GraphOptions, "threads" | "workers" | "queue" | "force" | "kinds"> {
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
  const outcomes = await runAll(plans, context, options);
  const scores = await scoreAll(runs, outcomes, protocolOf(protocol), context, options);
  const cells = runs.map(({ plan: _, algorithm, ...run }, i) => ({
    ...run,
    contestant: algorithm,
    outcome: cellOutcome(outcomes[i]!, scores.get(i)),
  }));
  const job = await runPlan(
    {
      kind: "leaderboard",
      subject: {},
      config: { protocol, model: nameOf(model), dataSize, contestants, runs: cells },
    },
    { ...context, progress: quietProgress(context.progress) },
  );
  return { job, failures: [...outcomes, ...scores.values()].filter(isFailure).length };
}

/** What documents call a model: of a folder, the last part of its path. */
const nameOf = (model: ModelSource) =>
  model.kind === "folder" ? basename(model.path) : formatModel(model);

/** The scores of the runs that are done, by their places, if the protocol wants jobs of their own for them. */
async function scoreAll(
  runs: readonly LeaderboardRun[],
  outcomes: readonly JobOutcome[],
  { truth }: Protocol,
  context: JobContext,
  options: Omit<LeaderboardOptions, "engine">,
): Promise<ReadonlyMap<number, JobOutcome>> {
  if (truth === undefined) return new Map();
  const done = outcomes.flatMap((outcome, i) =>
    outcome.kind === "done" ? [{ i, plan: scorePlan(runs[i]!, outcome.job, truth) }] : [],
  );
  const scored = await runAll(
    done.map(({ plan }) => plan),
    context,
    options,
  );
  return new Map(done.map(({ i }, k) => [i, scored[k]!]));
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
  const outcomes = await runAll(
    runs.map(({ plan }) => plan),
    context,
    options,
  );
  return { runs: runs.length, failures: outcomes.filter(isFailure).length };
}

/** What came of each plan, in their order, under one line of progress. */
async function runAll(
  plans: readonly Plan[],
  context: JobContext,
  options: Omit<LeaderboardOptions, "engine">,
): Promise<readonly JobOutcome[]> {
  const line = context.progress.begin("leaderboard", { unit: "runs", total: plans.length });
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
        // In full, with what helps; the cell says it in short.
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

function cellOutcome(outcome: JobOutcome, score: JobOutcome | undefined) {
  if (outcome.kind === "failed") return reasonOfError(outcome.error);
  if (score?.kind === "failed") return reasonOfError(score.error);
  return { result: outcome.job.name, ...(score === undefined ? {} : { score: score.job.name }) };
}

const isFailure = (outcome: JobOutcome) =>
  outcome.kind === "failed" && !isInapplicable(outcome.error);
