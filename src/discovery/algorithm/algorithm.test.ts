import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fullGraph, type ScoreMap } from "../../circuit/index.ts";
import { referenceBackend } from "../../engine/index.ts";
import { formatError } from "../../errors/index.ts";
import { tinyTask } from "../fixtures.testing.ts";
import {
  type Algorithm,
  acdc,
  allAlgorithms,
  defineAlgorithm,
  eap,
  edgeScores,
  exact,
  parseOptions,
  type Ranking,
  random,
  sp,
} from "../index.ts";

const context = { backend: referenceBackend() };
const task = tinyTask({ nLayers: 1 });
const graph = fullGraph(task.transformer.config);
const ones = edgeScores(
  graph,
  graph.edges.map(() => 1),
);

/** An algorithm that returns these numbers. */
const returning = (scores: ScoreMap, effects: ScoreMap | undefined, ranking?: Ranking) =>
  defineAlgorithm({
    name: "given",
    title: "Given",
    summary: "Returns what it is given.",
    reference: undefined,
    maturity: { tier: "experimental", verifiedOn: [] },
    granularity: "qkv",
    produces: ["scores"],
    options: z.object({}),
    ...(ranking === undefined ? {} : { ranking: () => ranking }),
    discover: async () => ({
      circuit: undefined,
      scores,
      effects,
      diagnostics: { evaluations: 0, backwardPasses: 0, faithfulness: undefined },
    }),
  });

describe("a discovery says what ranks", () => {
  it("and that is the scores of edges, unless the algorithm says otherwise", async () => {
    const discovery = await returning(ones, undefined).discover(task, {}, context);
    expect(discovery).toMatchObject({ ranks: "edges", rankedBy: "score", findings: [] });
    expect(discovery.ranking).toBe(ones);
    expect(discovery.shown).toBe(ones);
    expect(discovery.paperSweep).toBeUndefined();
  });

  it("by effects, and what is shown beside them", async () => {
    const effects = new Map([...ones.keys()].map((text, i) => [text, -i]));
    const of = (ranking: Ranking) => returning(ones, effects, ranking).discover(task, {}, context);
    const byEffects = await of({ by: "effects", name: "effect" });
    expect([byEffects.ranking, byEffects.shown]).toEqual([effects, effects]);
    const shown = await of({ shown: "effects", name: "size of the effect" });
    expect([shown.ranking, shown.shown, shown.rankedBy]).toEqual([
      ones,
      effects,
      "size of the effect",
    ]);
  });

  it("of which there is one for every edge, or it is an error", async () => {
    const errorOf = (algorithm: Algorithm<z.ZodObject<Record<never, never>>>) =>
      algorithm.discover(task, {}, context).then(() => "accepted", formatError);
    expect(await errorOf(returning(ones, undefined, { by: "effects", name: "effect" }))).toBe(
      `E_SCORE: the algorithm "given" has no effects to rank by — expected a number for each of the edges — received none`,
    );
    const [first = ""] = ones.keys();
    expect(await errorOf(returning(new Map([[first, 1]]), undefined))).toContain(
      `E_SCORE: ${graph.edges.length - 1} edges have no score`,
    );
    expect(await errorOf(returning(new Map([...ones, [first, Number.NaN]]), undefined))).toContain(
      "E_SCORE: 1 scores are NaN",
    );
    expect(await errorOf(returning(new Map([...ones, ["a->b", 1]]), undefined))).toContain(
      "E_SCORE: 1 scores belong to no edge",
    );
  });

  it("as the algorithms that are there do", async () => {
    const ranking = (algorithm: Algorithm, options: Record<string, unknown> = {}) =>
      algorithm.ranking?.(parseOptions(algorithm.options, options) as never);
    const known = (name: string) => allAlgorithms().find((algorithm) => algorithm.name === name)!;
    expect(ranking(known(acdc.name))).toEqual({
      by: "effects",
      name: "rise of the loss without the edge",
    });
    expect(ranking(known(acdc.name), { threshold: [0, 1] })).toEqual({
      name: "smallest threshold that removes the edge",
    });
    for (const { name } of [eap, exact]) {
      expect(ranking(known(name))).toEqual({ shown: "effects", name: "size of the effect" });
      expect(ranking(known(name), { absolute: false, normalize: true })).toEqual({
        shown: "scores",
        name: "effect, stretched to 0 … 1",
      });
    }
    expect(ranking(known(random.name))).toEqual({ name: "random number" });
    expect(ranking(known(sp.name))?.name).toBe("probability that the mask is above ½");
  });

  it.each(allAlgorithms())(
    "with examples whose options are those of $name",
    ({ options, examples }) => {
      expect(examples!.length).toBeGreaterThan(0);
      for (const example of examples!) {
        expect(parseOptions(options, example.options)).toMatchObject(example.options);
      }
    },
  );
});
