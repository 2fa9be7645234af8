import { z } from "zod";
import {
  type Case,
  caseTask,
  generateDataSteps,
  groundTruthCircuit,
  type HighLevelModel,
  highLevelModel,
} from "../../cases/index.ts";
import { option } from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import { encodeSafetensors, formatJson } from "../../formats/index.ts";
import { paceSteps } from "../../interventions/index.ts";
import { identityOf, vocabularyOf, writeModel } from "../../models/index.ts";
import { Key } from "../../rng/index.ts";
import {
  type Compression,
  type CompressionRecipe,
  type CompressionRecipeInput,
  compressionLearning,
  exchangeOptions,
  parseCompression,
  runRecipe,
  type TrainingTask,
} from "../../training/index.ts";
import { nonZeroShare, type TransformerConfig } from "../../transformer/index.ts";
import { defineKind, type JobKind, type RunningJob } from "../kind.ts";
import { subjectCase } from "../subject.ts";
import { caseMembers } from "./case-members.ts";
import { goalFailure, trainingDocument } from "./training-document.ts";
import { trainWithCheckpoints } from "./training-run.ts";

/** What a way to compress learns besides the weights of a model, by name: `[…shape]` each. */
export type LearntTensors = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly data: Float32Array }
>;

/** A way to compress the compiled transformer of a case, with its options complete. */
export interface CompressionPlan {
  /** Everything that decides it, in full. */
  readonly config: object;
  /** The shape of the compressed transformer. */
  readonly shape: TransformerConfig;
  /** Fields of the recipe that have other defaults for it. */
  readonly defaults?: CompressionRecipeInput;
  /** Makes ready what is learnt; the job may work for that. */
  prepare(work: CompressionWork): Compression | Promise<Compression>;
  /** What was learnt besides the weights, for `compression.safetensors`. */
  tensors(compression: Compression, learned: Float32Array): LearntTensors;
}

/** What a way to compress is made ready with. */
export interface CompressionWork {
  readonly job: RunningJob;
  readonly backend: Backend;
  readonly task: TrainingTask;
  readonly model: HighLevelModel;
  readonly seed: number;
}

const ratio = z.number().gt(0).max(1).optional();
const asShare = "The same as a share of that of the compiled transformer";
const defaultText = "that of the compiled transformer";

/** The width of the compressed residual stream, of which one option may be given. */
export const residualWidthOptions = {
  dModel: option(z.int().min(1).optional(), "Width of the residual stream", { defaultText }),
  dModelCompressionRatio: option(ratio, asShare),
};

/** The width of the compressed heads, of which one option may be given. */
export const headWidthOptions = {
  dHead: option(z.int().min(1).optional(), "Width of a head", { defaultText }),
  dHeadCompressionRatio: option(ratio, asShare),
};

/** How a kind of compression is written down. */
export interface CompressionDefinition<Options extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  /** Its options besides the recipe and the seed. */
  readonly options: Options;
  /** Throws `E_OPTION` for options that do not fit the model. */
  plan(model: HighLevelModel, options: z.output<z.ZodObject<Options>>): CompressionPlan;
}

/** Training that compresses the compiled transformer of a case, with checkpoints, into a model folder. */
export function compressionKind<Options extends z.ZodRawShape>({
  name,
  title,
  options,
  plan,
}: CompressionDefinition<Options>): JobKind {
  const own = z.object(options);
  return defineKind({
    name,
    title,
    config: z.object({
      /** Fields of the recipe; the others have their defaults. */
      recipe: z.record(z.string(), z.unknown()).default({}),
      seed: z.int().min(0).default(1234),
      /** The options of the way to compress. */
      options: own.strict().prefault({} as never),
    }),
    failure: goalFailure,
    async prepare({ subject, config }, context) {
      const { case_ } = await subjectCase(subject, context);
      const { seed } = config;
      const model = highLevelModel(case_);
      const chosen = plan(model, config.options as z.output<z.ZodObject<Options>>);
      const recipe = parseCompression({
        ...chosen.defaults,
        ...(config.recipe as CompressionRecipeInput),
      });
      return {
        case: case_.id,
        config: {
          recipe,
          seed,
          options: chosen.config,
          // It has the layers and heads of the compiled transformer.
          sameSize: true,
          case: identityOf(case_),
        },
        seeds: { seed },
        run: (job) =>
          job.withBackend((backend) =>
            compress(job, backend, { case_, model, recipe, seed, chosen }),
          ),
      };
    },
  });
}

/** What a job compresses, and how. */
interface CompressionJob {
  readonly case_: Case;
  readonly model: HighLevelModel;
  readonly recipe: CompressionRecipe;
  readonly seed: number;
  readonly chosen: CompressionPlan;
}

/** What may help a compression that did not reach its goal. */
const ADVICE =
  "Try more `epochs`, a larger `dModel` or another `seed`; without `earlyStopThreshold` there is no goal.";

async function compress(
  job: RunningJob,
  backend: Backend,
  { case_, model, recipe, seed, chosen }: CompressionJob,
) {
  const { compiled, transformer: original } = model;
  const drawing = generateDataSteps(case_, {
    key: Key.fromSeed(seed).fold("data"),
    size: recipe.maxTrainSamples,
  });
  const data = await paceSteps(drawing, { signal: job.signal });
  const task: TrainingTask = {
    ...caseTask(case_, { sameSize: true }, model),
    lowLevelConfig: chosen.shape,
    tokens: data.tokens,
    multiplicity: data.multiplicity,
    positions: data.positions,
  };
  const ofRun = runRecipe(recipe, seed);
  const compression = await chosen.prepare({ job, backend, task, model, seed });
  const learning = compressionLearning(task, original, compression, exchangeOptions(recipe));
  const result = await trainWithCheckpoints(job, { task, recipe: ofRun, backend, learning });
  const { transformer, state } = result;
  writeModel(job.draft, {
    transformer,
    truth: groundTruthCircuit(case_, { sameSize: true }, compiled),
    vocabulary: vocabularyOf(case_, compiled),
  });
  const learned = chosen.tensors(compression, Float32Array.from(state.bestWeights));
  job.draft.write(
    "compression.safetensors",
    encodeSafetensors(
      new Map([...learned].map(([key, { shape, data }]) => [key, { dtype: "F32", shape, data }])),
    ),
  );
  const document = {
    ...trainingDocument(caseMembers(case_), ofRun, result, ADVICE),
    dModel: { original: original.config.dModel, compressed: transformer.config.dModel },
    zeroWeights: {
      original: 1 - nonZeroShare(original),
      compressed: 1 - nonZeroShare(transformer),
    },
  };
  job.draft.write(
    "training.json",
    formatJson({ ...document, recipe: ofRun, history: state.history }),
  );
  return document;
}
