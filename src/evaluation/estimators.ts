import type { ScoreMap } from "../circuit/index.ts";
import type { Key } from "../rng/index.ts";
import {
  bootstrapIntervals,
  exactInterval,
  type Interval,
  meanOf,
  summarize,
} from "../statistics/index.ts";

/** What a run of an algorithm says of every edge. */
export interface EstimatorRun {
  /** With its sign: of estimators the effect. */
  readonly scores: ScoreMap;
  /** What edges are ranked by; larger is more likely in the circuit. */
  readonly ranking: ScoreMap;
}

/** An algorithm on a case: runs on other data and with other draws each. */
export interface EstimatorRuns {
  readonly algorithm: string;
  /** Whether its scores estimate effects. */
  readonly isEstimator: boolean;
  readonly runs: readonly EstimatorRun[];
}

/** A case whose truth and exact effects are known, and what algorithms say of it. */
export interface StudiedCase {
  readonly case: string;
  /** Every edge as algorithms score it → the edge between heads and MLPs that it is part of. */
  readonly parts: ReadonlyMap<string, string>;
  /** The edges between heads and MLPs of the truth → what kind of variable their source holds. */
  readonly truth: ReadonlyMap<string, string>;
  /** The exact effect of every edge as algorithms score it. */
  readonly effects: ScoreMap;
  /** What the case is, by name: its depth, its width. */
  readonly groups: Readonly<Record<string, string>>;
  readonly estimates: readonly EstimatorRuns[];
}

/** How often something was so, and where the rate lies with 95 % confidence (Clopper & Pearson). */
export interface Rate extends Interval {
  readonly count: number;
  readonly total: number;
  readonly rate: number;
}

/** How good an algorithm is as an estimator, over some cases. */
export interface EstimatorFacts {
  readonly algorithm: string;
  readonly cases: number;
  /** Of the edges of the truth that have an effect, those whose interval excludes 0; of estimators alone. */
  readonly power?: Rate | undefined;
  /** Of the edges outside the truth, those whose interval excludes 0. */
  readonly falsePositives?: Rate | undefined;
  /** The same for the k best ranked edges in the place of an interval, k being the size of that truth. */
  readonly powerAtSize?: Rate | undefined;
  readonly falsePositivesAtSize?: Rate | undefined;
  /** Mean of (estimate − exact effect) / largest effect of the case, over edges of the truth with an effect. */
  readonly bias?: (Interval & { readonly mean: number }) | undefined;
  /** Of these edges, those whose interval holds the exact effect. */
  readonly coverage?: Rate | undefined;
}

/** The same for the cases, or edges, of one kind. */
export interface EstimatorGroup extends EstimatorFacts {
  /** What is told apart: `depth`. */
  readonly by: string;
  readonly group: string;
}

/** What a study finds. */
export interface Study {
  readonly algorithms: readonly EstimatorFacts[];
  readonly groups: readonly EstimatorGroup[];
  /** Edges of the truth, and how many of them have an effect. */
  readonly edges: { readonly truth: number; readonly effective: number; readonly outside: number };
}

/** Smaller effects, as a share of the largest of the case, count as none. */
const NEGLIGIBLE = 1e-6;

/** What is known of an edge between heads and MLPs by an algorithm. */
interface Sighting {
  readonly case: string;
  readonly kind: "true" | "false";
  /** By what is told apart, the group it is of. */
  readonly groups: Readonly<Record<string, string>>;
  readonly isFound: boolean | undefined;
  readonly isAmongBest: boolean;
  /** Of the parts that have an effect, in shares of the largest one of the case; of estimators. */
  readonly estimates: readonly { readonly error: number; readonly isCovered: boolean }[];
}

/**
 * Algorithms as estimators over cases whose exact effects are known. An algorithm finds an edge if the interval of
 * its mean score over runs, by resampling runs, excludes 0 for one of its parts; and, whatever its scores are,
 * if it is among the best ranked ones by its mean, as many as the truth has edges with an effect. Lots decide between
 * edges that are ranked alike.
 *
 * Edges of the truth without an effect are left out: nothing shows them. Rates count edges, bias is a mean over
 * cases of means over edges, and its interval is by resampling cases.
 */
export function studyOf(cases: readonly StudiedCase[], key: Key): Study {
  const names = [
    ...new Set(cases.flatMap(({ estimates }) => estimates.map((one) => one.algorithm))),
  ];
  const sightings = new Map(
    names.map((name) => [
      name,
      cases.flatMap((one) =>
        one.estimates
          .filter(({ algorithm }) => algorithm === name)
          .flatMap((estimate) => sightingsOf(one, estimate, key.fold("runs"))),
      ),
    ]),
  );
  const factsOf = (algorithm: string, seen: readonly Sighting[]) =>
    estimatorFacts(algorithm, seen, key.fold("cases"));
  const groups = names.flatMap((algorithm) => {
    const seen = sightings.get(algorithm)!;
    const kinds = [...new Set(seen.flatMap(({ groups }) => Object.keys(groups)))];
    return kinds.flatMap((by) =>
      [...new Set(seen.flatMap(({ groups }) => groups[by] ?? []))].sort().map((group) => ({
        by,
        group,
        ...factsOf(
          algorithm,
          seen.filter(({ groups }) => groups[by] === group),
        ),
      })),
    );
  });
  const split = cases.map(splitOf);
  const count = (of: (one: ReturnType<typeof splitOf>) => number) =>
    split.reduce((sum, one) => sum + of(one), 0);
  return {
    algorithms: names.map((name) => factsOf(name, sightings.get(name)!)),
    groups,
    edges: {
      truth: cases.reduce((sum, { truth }) => sum + truth.size, 0),
      effective: count(({ effective }) => effective.length),
      outside: count(({ outside }) => outside.length),
    },
  };
}

/** The largest size of a number. */
const largest = (numbers: Iterable<number>) => {
  let most = 0;
  for (const x of numbers) most = Math.max(most, Math.abs(x));
  return most;
};

/** The edges between heads and MLPs: of the truth with an effect, and outside of it. */
function splitOf({ parts, truth, effects }: StudiedCase) {
  const scale = largest(effects.values());
  const has = new Set<string>();
  const all = new Set<string>();
  for (const [part, edge] of parts) {
    all.add(edge);
    if (Math.abs(effects.get(part)!) > NEGLIGIBLE * scale) has.add(edge);
  }
  return {
    scale,
    effective: [...truth.keys()].filter((edge) => has.has(edge)),
    outside: [...all].filter((edge) => !truth.has(edge)),
  };
}

function sightingsOf(
  studied: StudiedCase,
  { isEstimator, runs }: EstimatorRuns,
  key: Key,
): readonly Sighting[] {
  const { parts, truth, effects, groups } = studied;
  const { scale, effective, outside } = splitOf(studied);
  const values = new Map(
    [...parts.keys()].map((part) => [part, runs.map(({ scores }) => scores.get(part)!)]),
  );
  const means = new Map([...values].map(([part, own]) => [part, meanOf(own)]));
  const intervals = isEstimator ? meanIntervals(values, key) : new Map<string, Interval>();
  const best = new Map<string, number>();
  for (const [part, edge] of parts) {
    const rank = meanOf(runs.map(({ ranking }) => ranking.get(part)!));
    best.set(edge, Math.max(best.get(edge) ?? Number.NEGATIVE_INFINITY, rank));
  }
  const limit = NEGLIGIBLE * largest(means.values());
  const excludesZero = ({ low, high }: Interval) => low > limit || high < -limit;
  const lots = key.fold("ties").fold(studied.case).permutation(best.size);
  const ranked = Array.from(best, ([edge, rank], i) => ({ edge, rank, lot: lots[i]! })).sort(
    (a, b) => b.rank - a.rank || a.lot - b.lot,
  );
  const amongBest = new Set(ranked.slice(0, effective.length).map(({ edge }) => edge));
  const partsOf = (edge: string) => [...parts].flatMap(([part, of]) => (of === edge ? [part] : []));
  const sighting = (edge: string, kind: Sighting["kind"]): Sighting => {
    const own = partsOf(edge);
    const shown = own.filter((part) => Math.abs(effects.get(part)!) > NEGLIGIBLE * scale);
    return {
      case: studied.case,
      kind,
      groups: kind === "true" ? { ...groups, variable: truth.get(edge)! } : groups,
      isFound: isEstimator ? own.some((part) => excludesZero(intervals.get(part)!)) : undefined,
      isAmongBest: amongBest.has(edge),
      estimates:
        kind === "true" && isEstimator
          ? shown.map((part) => {
              const [effect, { low, high }] = [effects.get(part)!, intervals.get(part)!];
              const rounding = NEGLIGIBLE * scale;
              return {
                error: (means.get(part)! - effect) / scale,
                isCovered: low - rounding <= effect && effect <= high + rounding,
              };
            })
          : [],
    };
  };
  return [
    ...effective.map((edge) => sighting(edge, "true")),
    ...outside.map((edge) => sighting(edge, "false")),
  ];
}

/** Where the means of several numbers of the same runs lie, `[run]` each: see {@link bootstrapIntervals}. */
function meanIntervals(
  values: ReadonlyMap<string, readonly number[]>,
  key: Key,
): ReadonlyMap<string, Interval> {
  const varying = [...values].filter(([, own]) => own.some((x) => x !== own[0]));
  const runs = varying[0]?.[1].length ?? 0;
  const resampledMeans = (counts: Uint32Array) =>
    varying.map(([, own]) => own.reduce((sum, x, i) => sum + x * counts[i]!, 0) / runs);
  const found = runs === 0 ? [] : bootstrapIntervals(runs, key, resampledMeans);
  const known = new Map(varying.map(([part], i) => [part, found[i]!]));
  return new Map(
    [...values].map(([part, own]) => [part, known.get(part) ?? { low: own[0]!, high: own[0]! }]),
  );
}

function estimatorFacts(algorithm: string, seen: readonly Sighting[], key: Key): EstimatorFacts {
  const [trues, falses] = (["true", "false"] as const).map((kind) =>
    seen.filter((one) => one.kind === kind),
  ) as [Sighting[], Sighting[]];
  const found = ({ isFound }: Sighting) => isFound;
  const among = ({ isAmongBest }: Sighting) => isAmongBest;
  const estimates = trues.flatMap((one) => one.estimates);
  return {
    algorithm,
    cases: new Set(seen.map((one) => one.case)).size,
    power: rateOf(trues.map(found)),
    falsePositives: rateOf(falses.map(found)),
    powerAtSize: rateOf(trues.map(among)),
    falsePositivesAtSize: rateOf(falses.map(among)),
    bias: biasOf(trues, key),
    coverage: rateOf(estimates.map(({ isCovered }) => isCovered)),
  };
}

/** A rate with its interval; `undefined` where nothing is known. */
function rateOf(hits: readonly (boolean | undefined)[]): Rate | undefined {
  const known = hits.filter((hit) => hit !== undefined);
  if (known.length === 0) return undefined;
  const count = known.filter(Boolean).length;
  const total = known.length;
  return { count, total, rate: count / total, ...exactInterval(count, total) };
}

/** The mean over cases of their mean errors, and its interval by resampling cases. */
function biasOf(seen: readonly Sighting[], key: Key): EstimatorFacts["bias"] {
  const byCase = new Map<string, number[]>();
  for (const { case: id, estimates } of seen) {
    for (const { error } of estimates) byCase.set(id, [...(byCase.get(id) ?? []), error]);
  }
  const means = [...byCase.values()].map((errors) => meanOf(errors));
  const found = summarize(means, key);
  return found === undefined ? undefined : { mean: found.mean, ...found.interval };
}
