import { z } from "zod";
import { circuitFromTexts, type ScoreMap } from "../../circuit/index.ts";
import {
  type Discovery,
  listAlgorithms,
  loadAlgorithm,
  type ScoredRanking,
} from "../../discovery/index.ts";

const text = z.string().min(1);

/** A circuit as texts. */
export const circuitTextsSchema = z.object({
  nodes: z.array(text),
  edges: z.array(z.tuple([text, text])),
});

/** What a circuit was chosen by. */
export const settingSchema = z.object({ name: text, value: z.number() });

/** Texts with numbers; `null` is infinite, which JSON has no number for. */
const scores = z.array(z.tuple([text, z.number().nullable()]));

/** A {@link GivenRanking} in JSON. */
export const givenRankingSchema = z.object({
  /** What tables call it. */
  name: text,
  shape: z.object({
    nLayers: z.int().min(1),
    nHeads: z.int().min(1),
    attnOnly: z.boolean().exactOptional(),
  }),
  ranks: z.enum(["edges", "nodes"]),
  /** What the numbers are. */
  rankedBy: z.string(),
  /** Why the paper's sweep over thresholds is none over these numbers, if it is none. */
  obstacle: z.string().exactOptional(),
  /** Of every edge of the graph, or of every node at head granularity where these are ranked. */
  scores,
  circuits: z.array(circuitTextsSchema.extend({ setting: settingSchema })),
  /** How it was made, if a result of `run …` says so. */
  made: z
    .object({
      algorithm: text,
      params: z.record(z.string(), z.unknown()),
      case: text,
      model: z.object({ name: text, sha256: text }),
      /** Which inputs: how many of the case's, or prompts. */
      data: z.record(z.string(), z.unknown()),
      seed: z.int(),
      /** What the model was made by, as the store calls it. */
      parents: z.array(z.string()),
      truth: circuitTextsSchema.nullish(),
    })
    .optional(),
});

/**
 * A ranking that somebody has, as plain data: of a result of `run …`, or of a circuit file. Larger scores are more
 * likely in the circuit.
 */
export type GivenRanking = z.output<typeof givenRankingSchema>;

/** The score of a text in a {@link GivenRanking}. */
export const givenScore = (name: string, score: number): [string, number | null] => [
  name,
  score === Number.POSITIVE_INFINITY ? null : Math.max(score, -Number.MAX_VALUE),
];

/**
 * The ranking as it is scored: its sweep by the paper's thresholds, and how its circuits of a size are made, are its
 * algorithm's. Scores without one give the circuit of every threshold, and of every size that of the largest.
 */
export async function scoredRanking({
  scores,
  ranks,
  circuits,
  made,
  obstacle,
}: GivenRanking): Promise<ScoredRanking & Pick<Discovery, "select">> {
  const ranking: ScoreMap = new Map(
    scores.map(([item, score]) => [item, score ?? Number.POSITIVE_INFINITY]),
  );
  return {
    ranking,
    ranks,
    ...(made === undefined ? factsOfFile(obstacle) : await factsOf(made)),
    findings: circuits.map(({ setting, nodes, edges }) => ({
      setting,
      circuit: circuitFromTexts(edges, nodes),
    })),
  };
}

type RankingFacts = Pick<Discovery, "paperSweep" | "select">;

const factsOfFile = (obstacle: string | undefined): RankingFacts => ({
  paperSweep: { option: "threshold", from: "scores", obstacle },
  select: "top",
});

async function factsOf({
  algorithm,
  params,
}: NonNullable<GivenRanking["made"]>): Promise<RankingFacts> {
  const isKnown = listAlgorithms().some(({ name }) => name === algorithm);
  const { paperSweep, select = "top" } = isKnown ? await loadAlgorithm(algorithm) : {};
  return { paperSweep: paperSweep?.(params), select };
}
