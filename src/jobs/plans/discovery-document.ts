import {
  type Circuit,
  circuitTexts,
  formatNode,
  type GraphShape,
  parseEdge,
  type ScoreMap,
} from "../../circuit/index.ts";
import {
  type Algorithm,
  type Discovery,
  type Finding,
  type FindingScore,
  numbersOfEdges,
  scoreDiscovery,
  scoreFinding,
} from "../../discovery/index.ts";
import { Key } from "../../rng/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { type OtherTruths, otherComparisons, otherTruthsDocument } from "./other-truths.ts";

/** What a discovery is called and compared with. */
export interface DiscoveryFacts {
  readonly case: string;
  /** Which of its shapes, where it has several. */
  readonly caseShape?: string | undefined;
  readonly model: string;
  /** What pictures call the model; absent for its name. */
  readonly title?: string | undefined;
  readonly algorithm: Pick<Algorithm, "name">;
  /** The algorithm's options in full. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The model's. */
  readonly config: TransformerConfig;
  readonly truth: Circuit | undefined;
  /** What others hold to be the truth, by name. */
  readonly otherTruths: OtherTruths;
  readonly seed: number;
}

/** What is known about a discovery once it is done: the document of `run …`. */
export function discoveryDocument(discovery: Discovery, facts: DiscoveryFacts) {
  const { algorithm, truth, config, params } = facts;
  const { circuit, diagnostics, findings, ranks, ranking, rankedBy, shown } = discovery;
  const only = findings.length === 1 ? findings[0] : undefined;
  const { pruning, baselines } = only === undefined ? {} : comparison(only, facts);
  const { nLayers, nHeads } = config;
  const shape: GraphShape = { nLayers, nHeads };
  const ofEdges = (numbers: ScoreMap) => numbersOfEdges(numbers, discovery, config);
  return {
    case: facts.case,
    ...(facts.caseShape === undefined ? {} : { caseShape: facts.caseShape }),
    model: facts.model,
    ...(facts.title === undefined ? {} : { title: facts.title }),
    algorithm: algorithm.name,
    params,
    shape,
    circuit: circuit === undefined ? undefined : circuitTexts(circuit),
    setting: only?.setting,
    selection: only?.selection,
    truth: truth === undefined ? undefined : circuitTexts(truth),
    ranks,
    rankedBy,
    scores: edgeRows(ofEdges(shown), ofEdges(ranking)),
    ...(discovery.positions === undefined ? {} : { positions: discovery.positions }),
    ...(ranks === "nodes" ? { nodeScores: nodeRows(shown, ranking) } : {}),
    score: truth === undefined ? undefined : scoreDiscovery(discovery, truth, config),
    ...(pruning === undefined ? {} : { pruning }),
    baselines,
    ...(hasOthers(facts) ? { otherTruths: otherTruthsDocument(discovery, facts) } : {}),
    ...(findings.length > 1
      ? { points: findings.map((finding) => pointDocument(finding, facts)) }
      : {}),
    diagnostics,
  };
}

const hasOthers = ({ otherTruths }: DiscoveryFacts) => otherTruths.size > 0;

/** How a circuit compares with the truth, if that is known, and what else would. */
function comparison(
  finding: Finding,
  { truth, config, seed }: DiscoveryFacts,
): Partial<FindingScore> {
  if (truth === undefined) return {};
  return scoreFinding(finding, truth, config, Key.fromSeed(seed).fold("baseline"));
}

/** One of several circuits: what `circuit`, `score` and `baselines` of a document say about a single one. */
function pointDocument(finding: Finding, facts: DiscoveryFacts) {
  const { setting, circuit, selection, faithfulness, closestDecision } = finding;
  return {
    setting,
    circuit: circuitTexts(circuit),
    selection,
    ...comparison(finding, facts),
    ...(hasOthers(facts) ? { otherTruths: otherComparisons(finding, facts) } : {}),
    faithfulness,
    closestDecision,
  };
}

/** One of several circuits in a document. */
export type PointDocument = ReturnType<typeof pointDocument>;

/** The document of `run …` as it is stored. */
export type DiscoveryDocument = ReturnType<typeof discoveryDocument>;

/** Infinite scores are no numbers in documents. */
const finite = (x: number | undefined) => (Number.isFinite(x) ? x : undefined);

/** Every edge with what was measured, and what it was ranked by. */
function edgeRows(scores: ScoreMap, ranking: ScoreMap) {
  return Array.from(scores, ([text, score]) => {
    const [from, to] = parseEdge(text);
    return {
      from: formatNode(from),
      to: formatNode(to),
      score: finite(score),
      ranking: finite(ranking.get(text)),
    };
  });
}

/** Every node with the same. */
function nodeRows(scores: ScoreMap, ranking: ScoreMap) {
  return Array.from(scores, ([node, score]) => {
    return { node, score: finite(score), ranking: finite(ranking.get(node)) };
  });
}
