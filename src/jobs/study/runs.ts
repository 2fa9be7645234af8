import { type Algorithm, loadAlgorithm, parseOptions } from "../../discovery/index.ts";
import type { ModelSource } from "../../models/index.ts";
import type { EngineChoice } from "../engine.ts";
import type { Contestant } from "../leaderboard/protocol.ts";
import type { Plan } from "../plan.ts";
import type { StudyCase } from "./study-case.ts";

/** What a study is about. */
export interface StudyRequest {
  readonly cases: readonly StudyCase[];
  readonly contestants: readonly Contestant[];
  readonly model: ModelSource;
  /** Each is a run on other data, and with other draws. */
  readonly seeds: readonly number[];
  /** Pairs of inputs of a run. */
  readonly dataSize: number;
}

/** What is studied where nothing is named: estimators of effects by their cost, ACDC, and chance. */
export const STUDIED_ALGORITHMS: readonly string[] = [
  "exact",
  "eap",
  "eap-ig-inputs",
  "clean-corrupted",
  "relp",
  "acdc",
  "random",
];

/** What measures exact effects: every edge by itself. */
export const EXACT = "exact";

/** How exact effects are measured: the mean of so many runs on all inputs, or on so many of them. */
export const REFERENCE = { runs: 8, dataSize: 1024, firstSeed: 1_000_000 } as const;

/** One run of a study, to be done. */
export interface StudyRun {
  readonly case: string;
  /** The name of a contestant; `undefined` for runs that measure exact effects. */
  readonly contestant: string | undefined;
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly dataSize: number;
  readonly plan: Plan;
}

/** The loss whose changes are effects: of classes the cross-entropy, of numbers the squared error. */
export const lossOf = ({ categorical }: Pick<StudyCase, "categorical">): string =>
  categorical ? "kl_div" : "mse";

/** All runs: of each case those that measure exact effects, then the contestants, of each all seeds. */
export async function studyRuns(request: StudyRequest, engine: EngineChoice): Promise<StudyRun[]> {
  const { cases, contestants, model, seeds, dataSize } = request;
  const names = new Set([EXACT, ...contestants.map(({ algorithm }) => algorithm)]);
  const algorithms = await Promise.all([...names].map(loadAlgorithm));
  return cases.flatMap((studied) => {
    const runOf = (
      { name, algorithm, params }: Omit<Contestant, "name"> & { readonly name: string | undefined },
      size: number,
      seed: number,
    ): StudyRun => {
      const used = paramsFor(algorithms.find((one) => one.name === algorithm)!, params, studied);
      const plan: Plan = {
        kind: `run-${algorithm}`,
        subject: {
          case: studied.source,
          model,
          ...(studied.advice === undefined ? {} : { advice: studied.advice }),
        },
        config: { params: used, dataSize: size, seed },
        engine,
      };
      const facts = { case: studied.id, contestant: name, algorithm, params: used };
      return { ...facts, seed, dataSize: size, plan };
    };
    const exact = { name: undefined, algorithm: EXACT, params: {} };
    const references = Array.from({ length: REFERENCE.runs }, (_, i) =>
      runOf(exact, REFERENCE.dataSize, REFERENCE.firstSeed + i),
    );
    const others = contestants.flatMap((one) => seeds.map((seed) => runOf(one, dataSize, seed)));
    return [...references, ...others];
  });
}

/** The options of an algorithm on a case: its effects are on the loss of the study, if it can be told one. */
function paramsFor(
  { options }: Algorithm,
  params: Readonly<Record<string, unknown>>,
  studied: StudyCase,
): Readonly<Record<string, unknown>> {
  const hasLoss = "loss" in options.shape;
  return hasLoss ? { loss: lossOf(studied), ...params } : params;
}

/** Whether the scores of an algorithm with some options estimate effects of edges. */
export async function isEstimator(
  algorithm: string,
  params: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { options, ranking } = await loadAlgorithm(algorithm);
  return ranking?.(parseOptions(options, params) as never).shown === "effects";
}
