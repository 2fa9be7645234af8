import { circuitFromTexts, rocCurve, rocOnGrid } from "../../circuit/index.ts";
import { rankingAtHeads } from "../../discovery/index.ts";
import { rankingOfResult, scoredRanking } from "../../models/index.ts";
import type { Artifact } from "../../store/index.ts";
import type { JudgedRun } from "../leaderboard/protocol.ts";
import type { DiscoveryDocument } from "./discovery-document.ts";
import type { ScoreDocument } from "./score-document.ts";

/** What a leaderboard keeps of a run, and of its score: little, as there are many. */
export interface FoundRun extends JudgedRun {
  /** What the numbers that rank are. */
  readonly rankedBy: string;
  /** The largest of them. */
  readonly largest: number;
  /** The ROC curve of edges against the constructed truth, at `ROC_GRID`. */
  readonly roc?: readonly number[] | undefined;
  /** How faithful its circuits are at MIB's sizes, and the areas below that, where circuits were run. */
  readonly curve?: FoundCurve | undefined;
}

/** How faithful the circuits of a ranking are. */
export interface FoundCurve {
  /** Of the ranking, `[size]`. */
  readonly faithfulness: readonly (number | undefined)[];
  /** By what was measured, with its sign, as MIB takes it. */
  readonly cpr: number | undefined;
  /** By size, likewise. */
  readonly cmd: number | undefined;
  readonly accAuc: number | undefined;
}

/** What is kept of the result of `run …`, and of that of `score`. */
export async function foundRun(
  { result, provenance, folder }: Artifact,
  scored?: Artifact,
): Promise<FoundRun> {
  const { score, truth, shape, rankedBy } = result as unknown as DiscoveryDocument;
  const found = await scoredRanking(rankingOfResult({ ...result, provenance }, folder));
  const positives = truth && circuitFromTexts(truth.edges, truth.nodes).edges;
  const roc = positives && rocCurve(rankingAtHeads(found, shape).edges, positives);
  const finite = [...found.ranking.values()].filter(Number.isFinite);
  return {
    score: score ?? undefined,
    rankedBy,
    largest: finite.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY),
    roc: roc && rocOnGrid(roc),
    ...(scored === undefined ? {} : ofScore(scored)),
  };
}

function ofScore({ result }: Artifact): Pick<FoundRun, "compared" | "curve"> {
  const { rankings } = result as unknown as ScoreDocument;
  const [bySize, bySign = bySize] = rankings;
  const curve = bySize?.curve;
  return {
    compared: bySize?.scores[0],
    curve: curve
      ? {
          faithfulness: curve.points.map(({ faithfulness }) => faithfulness ?? undefined),
          cpr: bySign?.curve?.nominal.cpr ?? undefined,
          cmd: curve.nominal.cmd ?? undefined,
          accAuc: curve.nominal.accAuc ?? undefined,
        }
      : undefined,
  };
}
