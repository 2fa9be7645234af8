import { z } from "zod";
import type { Case } from "../../cases/index.ts";
import { circuitFromTexts, circuitTexts, type GraphShape } from "../../circuit/index.ts";
import { option } from "../../discovery/index.ts";
import { canonicalJson } from "../../formats/index.ts";
import { allAblations } from "../../interventions/index.ts";
import {
  chosenTruths,
  type FittingModel,
  givenRankingSchema,
  OWN,
  scoredRanking,
  truthChoiceSchema,
} from "../../models/index.ts";
import { sha256 } from "../../store/index.ts";
import { defineKind, type PrepareContext } from "../kind.ts";
import type { Subject } from "../plan.ts";
import { subjectCase, subjectModel } from "../subject.ts";
import { assertComparable, assertFitsModel } from "./comparable-rankings.ts";
import { discoveryOptions } from "./discover.ts";
import { measureCurves, scoreDocument } from "./score-document.ts";
import { writeScore } from "./score-files.ts";
import { taskInputs } from "./task-inputs.ts";

/** Options of scores that users choose. */
export const scoreOptions = {
  ablation: option(
    z.enum(allAblations().map(({ name }) => name)).default("resample"),
    "What edges outside of a circuit carry when it is run",
  ),
};

const config = z.strictObject({
  rankings: z.array(givenRankingSchema).min(1),
  /** Default: all that are known. */
  truths: z.array(truthChoiceSchema).min(1).optional(),
  /** Whether circuits of the rankings are run, where there is a model. */
  curve: z.boolean().default(true),
  ...scoreOptions,
  ...discoveryOptions,
  seed: z.int().min(0).default(1234),
});

/**
 * Scoring rankings of one model against what is true of it. Its subject is the model; without one, the rankings and
 * the truths have to say all.
 */
export const scoreKind = defineKind({
  name: "score",
  title: "score",
  config,
  async prepare({ subject, config: asked }, context) {
    const { rankings, truths, curve, ablation, dataSize, corruption, seed } = asked;
    assertComparable(rankings);
    const { case_, model } = await knownSubject(subject, context);
    const { shape: own, made } = rankings[0]!;
    if (model !== undefined) assertFitsModel(rankings, model);
    const shape: GraphShape = model?.transformer.config ?? own;
    const told = made?.truth ? circuitFromTexts(made.truth.edges, made.truth.nodes) : undefined;
    const chosen = chosenTruths(truths, {
      shape,
      model,
      case_,
      store: context.store,
      told,
    });
    const isRun = curve && model !== undefined && (case_ ?? subject.prompts) !== undefined;
    const inputs = isRun
      ? await taskInputs(subject, { ...model, case_ }, { dataSize, corruption, seed })
      : undefined;
    const selects = await Promise.all(
      rankings.map(async (ranking) => (await scoredRanking(ranking)).select),
    );
    const facts = {
      case: case_?.id ?? made?.case ?? OWN,
      model: model?.storedName ?? made?.model.name ?? OWN,
    };
    return {
      case: facts.case,
      config: {
        rankings: rankings.map((ranking) => ({
          name: ranking.name,
          sha256: sha256(canonicalJson(ranking)),
        })),
        truths: Array.from(chosen, ([name, circuit]) => ({ name, ...circuitTexts(circuit) })),
        ...(inputs === undefined ? {} : { curve: { ablation, selects, data: inputs.data } }),
        seed,
        model: { name: facts.model, sha256: model?.sha256 ?? made?.model.sha256 ?? null },
      },
      parents: model?.parents ?? [],
      seeds: { seed },
      run: (job) =>
        job.withBackend(async (backend) => {
          const curves =
            inputs &&
            (await measureCurves(rankings, model?.truth, inputs.taskOn(backend), {
              ablation,
              backend,
              seed,
            }));
          const about = { ...facts, shape: own, seed };
          const document = await scoreDocument(rankings, chosen, about, curves);
          writeScore(job.draft, document);
          return document;
        }),
    };
  },
});

/** The case and the model of a plan, as far as it names them. */
async function knownSubject(
  subject: Subject,
  context: PrepareContext,
): Promise<{ readonly case_: Case | undefined; readonly model: FittingModel | undefined }> {
  const asked = subject.case === undefined ? undefined : await subjectCase(subject, context);
  if (subject.model === undefined) return { case_: asked?.case_, model: undefined };
  const model = await subjectModel(subject, asked?.case_, context);
  return { case_: model.case_ ?? asked?.case_, model };
}
