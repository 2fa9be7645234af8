import {
  formatEdge,
  fullGraph,
  graphCircuit,
  headEdges,
  type ScoreMap,
} from "../../circuit/index.ts";
import {
  type EstimatorRun,
  type StudiedCase,
  type Study,
  studyOf,
} from "../../evaluation/index.ts";
import { Key } from "../../rng/index.ts";
import { REFERENCE } from "../study/runs.ts";
import { NO_VARIABLE, type StudyCase } from "../study/study-case.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";

/** A run of a study: what it found, or why it did not. */
export interface StudyCell {
  readonly case: string;
  /** Absent for runs that measure exact effects. */
  readonly contestant?: string | undefined;
  /** Whether its scores estimate effects. */
  readonly isEstimator: boolean;
  readonly seed: number;
  readonly outcome:
    | { readonly found: Pick<DiscoveryDocument, "scores" | "shape" | "truth"> }
    | { readonly code: string; readonly reason: string };
}

/** Seed of what is drawn to find intervals: the same runs always have the same ones. */
const INTERVAL_SEED = 0;

type Facts = { readonly model: string; readonly dataSize: number };

/** The document of a study as it is stored. */
export function studyDocument(
  facts: Facts,
  cases: readonly Pick<StudyCase, "id" | "groups" | "kinds">[],
  cells: readonly StudyCell[],
) {
  const studied = cases.flatMap((one) => studiedCase(one, cells) ?? []);
  const study: Study = studyOf(studied, Key.fromSeed(INTERVAL_SEED).fold("study"));
  const missing = cells.flatMap(({ outcome, case: id, contestant, seed }) =>
    "reason" in outcome
      ? [
          {
            case: id,
            algorithm: contestant ?? null,
            seed,
            code: outcome.code,
            reason: outcome.reason,
          },
        ]
      : [],
  );
  return {
    ...facts,
    reference: { runs: REFERENCE.runs, dataSize: REFERENCE.dataSize },
    seeds: new Set(
      cells.flatMap(({ contestant, seed }) => (contestant === undefined ? [] : [seed])),
    ).size,
    cases: studied.map(({ case: id, groups, truth }) => ({ id, ...groups, edges: truth.size })),
    ...study,
    missing,
  };
}

/** The document of a study. */
export type StudyDocument = ReturnType<typeof studyDocument>;

/** What is known of a case; `undefined` if its exact effects are not. */
function studiedCase(
  { id, groups, kinds }: Pick<StudyCase, "id" | "groups" | "kinds">,
  cells: readonly StudyCell[],
): StudiedCase | undefined {
  const own = cells.flatMap(({ outcome, ...run }) =>
    run.case === id && "found" in outcome ? [{ ...run, found: outcome.found }] : [],
  );
  const exact = own.filter(({ contestant }) => contestant === undefined);
  const [first] = exact;
  if (first === undefined || first.found.truth === undefined) return undefined;
  const whole = graphCircuit(fullGraph(first.found.shape));
  const parts = new Map([...headEdges(whole)].map(([part, edge]) => [part, formatEdge(edge)]));
  const names = [...new Set(own.flatMap(({ contestant }) => contestant ?? []))];
  return {
    case: id,
    parts,
    truth: new Map(
      first.found.truth.edges.map(([from, to]) => [`${from}->${to}`, kinds[from] ?? NO_VARIABLE]),
    ),
    effects: meanScores(exact.map(({ found }) => runOf(found).scores)),
    groups,
    estimates: names.map((name) => {
      const runs = own.filter(({ contestant }) => contestant === name);
      return {
        algorithm: name,
        isEstimator: runs[0]!.isEstimator,
        runs: runs.map(({ found }) => runOf(found)),
      };
    }),
  };
}

/** The numbers of a run by edge; what is infinite is no number in documents, and first of a ranking. */
function runOf({ scores }: Pick<DiscoveryDocument, "scores">): EstimatorRun {
  const by = (of: (row: DiscoveryDocument["scores"][number]) => number | undefined | null) =>
    new Map(scores.map((row) => [`${row.from}->${row.to}`, of(row) ?? Number.POSITIVE_INFINITY]));
  return { scores: by(({ score }) => score), ranking: by(({ ranking }) => ranking) };
}

function meanScores(runs: readonly ScoreMap[]): ScoreMap {
  const [first = new Map<string, number>()] = runs;
  const mean = (edge: string) =>
    runs.reduce((sum, scores) => sum + scores.get(edge)!, 0) / runs.length;
  return new Map([...first.keys()].map((edge) => [edge, mean(edge)]));
}
