import {
  type Circuit,
  circuitTexts,
  expandToQkv,
  fullGraph,
  type GraphShape,
  type ScoreMap,
} from "../../circuit/index.ts";
import { type DiscoveryTask, otherTruthOf, scoreByTruth } from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import {
  type CurveRanking,
  type FaithfulnessCurve,
  faithfulnessCurves,
} from "../../evaluation/index.ts";
import { type GivenRanking, scoredRanking } from "../../models/index.ts";
import { Key } from "../../rng/index.ts";

/** A curve with the name of its ranking. */
export interface NamedCurve extends FaithfulnessCurve {
  readonly name: string;
}

/** How faithful the circuits of rankings are, and those of what they are read against. */
export interface ScoreCurves {
  readonly ablation: string;
  readonly rows: number;
  /** In the order of the rankings. */
  readonly rankings: readonly NamedCurve[];
  /** A ranking at random; the constructed truth, where it is known. */
  readonly references: readonly NamedCurve[];
}

/** What curves are measured with. */
export interface CurveRequest {
  readonly ablation: string;
  readonly backend: Backend;
  readonly seed: number;
}

/** The curves of rankings, of one at random and of the truth, by one program. */
export async function measureCurves(
  rankings: readonly GivenRanking[],
  truth: Circuit | undefined,
  task: DiscoveryTask,
  { ablation, backend, seed }: CurveRequest,
): Promise<ScoreCurves> {
  const { config } = task.transformer;
  const key = Key.fromSeed(seed).fold("curve");
  const { edges } = fullGraph(config);
  const draws = key.fold("random").uniform(edges.length);
  const isTrue = truth && expandToQkv(truth, fullGraph(config)).edges;
  const references: (readonly [string, ScoreMap])[] = [
    ["random", new Map(edges.map(({ text }, i) => [text, draws[i]!]))],
    ...(isTrue === undefined
      ? []
      : [["truth", new Map(edges.map(({ text }) => [text, isTrue.has(text) ? 1 : 0]))] as const]),
  ];
  const scored = await Promise.all(rankings.map(scoredRanking));
  const own = rankings.map(({ name }, i): readonly [string, CurveRanking] => [name, scored[i]!]);
  const all = [...own, ...references];
  const found = await faithfulnessCurves(
    task,
    all.map(([, ranking]) => ranking),
    { backend },
    { key, ablation },
  );
  const curves = found.map((curve, i): NamedCurve => ({ name: all[i]![0], ...curve }));
  return {
    ablation,
    rows: task.rows,
    rankings: curves.slice(0, own.length),
    references: curves.slice(own.length),
  };
}

/** What a score is about. */
export interface ScoreFacts {
  readonly case: string;
  readonly model: string;
  readonly shape: GraphShape;
  readonly seed: number;
}

/** The document of a score: every ranking against every truth, and how faithful its circuits are. */
export async function scoreDocument(
  rankings: readonly GivenRanking[],
  truths: ReadonlyMap<string, Circuit>,
  { seed, ...facts }: ScoreFacts,
  curves: ScoreCurves | undefined,
) {
  const key = Key.fromSeed(seed).fold("baseline");
  const scored = await Promise.all(rankings.map(scoredRanking));
  const entries = Array.from(truths, ([name, circuit]) => ({
    name,
    truth: otherTruthOf(circuit, facts.shape),
  }));
  return {
    ...facts,
    truths: entries.map(({ name, truth }) => ({
      name,
      granularity: truth.granularity,
      ...circuitTexts(truth.circuit),
    })),
    rankings: rankings.map((given, i) => ({
      name: given.name,
      ranks: given.ranks,
      rankedBy: given.rankedBy,
      select: scored[i]!.select,
      ...(given.made === undefined ? {} : { params: given.made.params }),
      scores: entries.map(({ name, truth }) => ({
        truth: name,
        ...scoreByTruth(scored[i]!, truth, facts.shape, key.fold(name)),
      })),
      curve: curves?.rankings[i] ?? null,
    })),
    curves:
      curves === undefined
        ? null
        : {
            ablation: curves.ablation,
            rows: curves.rows,
            references: curves.references,
          },
  };
}

/** The document of a score as it is made. */
export type ScoreDocument = Awaited<ReturnType<typeof scoreDocument>>;

/** A ranking in it, and how it compares with one truth. */
export type RankingDocument = ScoreDocument["rankings"][number];
export type ComparedDocument = RankingDocument["scores"][number];
