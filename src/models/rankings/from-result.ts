import { z } from "zod";
import { edgeText } from "../../circuit/index.ts";
import { checkSchema } from "../../formats/index.ts";
import {
  circuitTextsSchema,
  type GivenRanking,
  givenRankingSchema,
  settingSchema,
} from "./given-ranking.ts";

const { shape, ranks, made } = givenRankingSchema.shape;
const ranking = z.number().nullish();
const numbers = { ranking, score: ranking };

/** What is read of the document of `run …`. */
const resultSchema = z.looseObject({
  case: z.string(),
  algorithm: z.string(),
  params: z.record(z.string(), z.unknown()),
  shape,
  ranks,
  rankedBy: z.string(),
  scores: z.array(z.looseObject({ from: z.string(), to: z.string(), ...numbers })),
  nodeScores: z.array(z.looseObject({ node: z.string(), ...numbers })).optional(),
  circuit: circuitTextsSchema.nullish(),
  setting: settingSchema.nullish(),
  points: z.array(z.looseObject({ setting: settingSchema, circuit: circuitTextsSchema })).nullish(),
  truth: circuitTextsSchema.nullish(),
  provenance: z.looseObject({
    config: z.looseObject({
      model: made.unwrap().shape.model,
      data: z.record(z.string(), z.unknown()),
      seed: z.int(),
    }),
    parents: z.array(z.string()),
  }),
});

/**
 * The ranking of a result of `run …`. `E_FILE` for documents that are none.
 *
 * @param by the numbers that rank, or those that are shown beside them: what was measured, with its sign
 */
export function rankingOfResult(
  document: unknown,
  at: string,
  by: "ranking" | "score" = "ranking",
): GivenRanking {
  const result = checkSchema(resultSchema, document, "E_FILE", at);
  const { algorithm, circuit, setting, nodeScores, points } = result;
  const { config, parents } = result.provenance;
  const only = circuit && setting ? [{ setting, ...circuit }] : [];
  return {
    name: algorithm,
    shape: result.shape,
    ranks: result.ranks,
    rankedBy: by === "ranking" ? result.rankedBy : "what was measured, with its sign",
    scores:
      nodeScores === undefined
        ? result.scores.map((row) => [edgeText(row.from, row.to), row[by] ?? null])
        : nodeScores.map((row) => [row.node, row[by] ?? null]),
    circuits: [
      ...only,
      ...(points ?? []).map((point) => ({ setting: point.setting, ...point.circuit })),
    ],
    made: {
      algorithm,
      params: result.params,
      case: result.case,
      model: config.model,
      data: config.data,
      seed: config.seed,
      parents,
      truth: result.truth,
    },
  };
}
