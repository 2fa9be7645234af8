import {
  type Circuit,
  formatNode,
  fullGraph,
  type GraphShape,
  mergeScores,
  parseEdge,
  type ScoreMap,
} from "../../circuit/index.ts";
import type { Discovery } from "../../discovery/index.ts";
import { encodeCircuit } from "../../formats/index.ts";
import { drawCircuitSvg } from "../../report/index.ts";
import { Key } from "../../rng/index.ts";
import type { ArtifactDraft } from "../../store/index.ts";
import type { TransformerConfig } from "../../transformer/index.ts";
import { circuitDocument } from "../cases/facts.ts";
import { discoveryPicture } from "./picture.ts";
import { baselineScores, scoreDiscovery } from "./score.ts";

/** What a discovery is called and compared with. */
export interface DiscoveryFacts {
  readonly case: string;
  readonly model: string;
  readonly algorithm: string;
  /** The algorithm's options in full. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The model's. */
  readonly config: TransformerConfig;
  readonly truth: Circuit | undefined;
  readonly seed: number;
}

/**
 * The scores that rank the edges, as finite numbers. ACDC at one threshold only tells kept edges (∞)
 * from removed ones (the threshold); the effects it measured rank them in the same order and finer,
 * since it keeps exactly the edges whose effect is large enough.
 */
function rankingScores({ scores, effects }: Discovery): ScoreMap {
  const values = new Set(scores.values());
  const ranks = values.size > 1 && [...values].every(Number.isFinite);
  return ranks ? scores : (effects ?? scores);
}

/**
 * The scores as documents and files show them: what the algorithm measured, with its sign, also
 * where edges are ranked by size alone; stretched ones if that was asked for.
 */
function shownScores(discovery: Discovery, { normalize }: DiscoveryFacts["params"]): ScoreMap {
  return normalize === true ? discovery.scores : (discovery.effects ?? discovery.scores);
}

/** What is known about a discovery once it is done: the document of `run …`. */
export function discoveryDocument(discovery: Discovery, facts: DiscoveryFacts) {
  const { truth, config, seed, params } = facts;
  const { circuit, diagnostics } = discovery;
  const ranking = mergeScores(rankingScores(discovery), fullGraph(config));
  const key = Key.fromSeed(seed).fold("baseline");
  const { nLayers, nHeads } = config;
  const shape: GraphShape = { nLayers, nHeads };
  return {
    case: facts.case,
    model: facts.model,
    algorithm: facts.algorithm,
    params,
    shape,
    circuit: circuit === undefined ? undefined : circuitDocument(circuit),
    truth: truth === undefined ? undefined : circuitDocument(truth),
    scores: scoreRows(shownScores(discovery, params)),
    score: truth === undefined ? undefined : scoreDiscovery(circuit, ranking, truth, config),
    baselines:
      truth === undefined || circuit === undefined
        ? undefined
        : baselineScores(circuit, truth, config, key),
    diagnostics,
  };
}

/** The document of `run …` as it is stored. */
export type DiscoveryDocument = ReturnType<typeof discoveryDocument>;

/** The same as it is printed. */
export type PrintedDiscovery = DiscoveryDocument & {
  readonly seconds: number;
  readonly folder: string;
};

/** Writes `circuit.json` and `circuit.svg`, if there is a circuit. */
export function writeCircuit(
  draft: ArtifactDraft,
  discovery: Discovery,
  document: DiscoveryDocument,
  { dModel }: TransformerConfig,
): void {
  const { circuit } = discovery;
  if (circuit === undefined) return;
  const { shape, case: id, model, algorithm, params } = document;
  const text = encodeCircuit({
    circuit,
    granularity: "qkv",
    shape,
    dModel,
    scores: shownScores(discovery, params),
    provenance: { role: "hypothesis", case: id, model, algorithm, params },
  });
  draft.write("circuit.json", text);
  draft.write("circuit.svg", drawCircuitSvg(discoveryPicture(document)));
}

function scoreRows(scores: ScoreMap) {
  return Array.from(scores, ([text, score]) => {
    const [from, to] = parseEdge(text);
    return { from: formatNode(from), to: formatNode(to), score };
  });
}
