import {
  type CaseSource,
  type ModelAdvice,
  type ModelSource,
  rankingOfResult,
} from "../../models/index.ts";
import type { EngineChoice } from "../engine.ts";
import type { Plan } from "../plan.ts";
import type { DoneJob } from "../run-job.ts";
import type { Contestant } from "./protocol.ts";
import { protocolOf } from "./protocols.ts";

/** A case of a leaderboard. */
export interface LeaderboardCase {
  readonly id: string;
  readonly source: CaseSource;
  readonly advice?: Partial<ModelAdvice> | undefined;
}

/** What a leaderboard is about. */
export interface LeaderboardRequest {
  /** The name of a protocol. */
  readonly protocol: string;
  readonly cases: readonly LeaderboardCase[];
  readonly contestants: readonly Contestant[];
  readonly model: ModelSource;
  /** Each is a run of its own: other data, where there is more than `dataSize`, and other draws. */
  readonly seeds: readonly number[];
  /** Pairs of inputs, at most. */
  readonly dataSize: number;
}

/** One run of a leaderboard, to be done. */
export interface LeaderboardRun {
  readonly case: string;
  /** The name of a contestant. */
  readonly contestant: string;
  readonly seed: number;
  readonly plan: Plan;
}

/** All runs: the cases in their order, on each the contestants, of each all seeds. */
export function leaderboardRuns(
  { protocol, cases, contestants, model, seeds, dataSize }: LeaderboardRequest,
  engine: EngineChoice,
): LeaderboardRun[] {
  const { corruption } = protocolOf(protocol);
  const data = { dataSize, ...(corruption === undefined ? {} : { corruption }) };
  return cases.flatMap(({ id, source, advice }) =>
    contestants.flatMap(({ name, algorithm, params }) =>
      seeds.map((seed) => ({
        case: id,
        contestant: name,
        seed,
        plan: {
          kind: `run-${algorithm}`,
          subject: { case: source, model, ...(advice === undefined ? {} : { advice }) },
          config: { params, ...data, seed },
          engine,
        },
      })),
    ),
  );
}

/**
 * The plan that scores the result of a run against the truth of its protocol, and runs its circuits: as it ranks, and
 * by what was measured with its sign.
 */
export function scorePlan({ plan }: LeaderboardRun, { artifact }: DoneJob, truth: string): Plan {
  const { params: _, ...data } = plan.config ?? {};
  const document = { ...artifact.result, provenance: artifact.provenance };
  const rankings = (["ranking", "score"] as const).map((by) => ({
    ...rankingOfResult(document, artifact.folder, by),
    name: by,
  }));
  return { ...plan, kind: "score", config: { ...data, rankings, truths: [truth] } };
}
