import { z } from "zod";
import {
  type Algorithm,
  type Discovery,
  type DiscoveryCheckpoint,
  type DiscoveryTask,
  loadAlgorithm,
  option,
} from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import { parseJson } from "../../formats/index.ts";
import { fittingOtherTruths, identityOf, OWN } from "../../models/index.ts";
import { defineKind, type JobKind, type RunningJob } from "../kind.ts";
import { subjectCase, subjectModel } from "../subject.ts";
import { caseMembers } from "./case-members.ts";
import { discoveryDocument } from "./discovery-document.ts";
import { writeCircuits } from "./discovery-files.ts";
import { runParams } from "./run-params.ts";
import { taskInputs } from "./task-inputs.ts";

/** Pairs are held in memory, with what each head carries. */
const MOST_PAIRS = 1_000_000;

/** Options of all discoveries that users choose. The default is that of InterpBench (Python). */
export const discoveryOptions = {
  dataSize: option(
    z.int().min(1).max(MOST_PAIRS).default(1000),
    "Pairs of clean and corrupted inputs; all inputs if there are fewer",
    { unit: "pairs" },
  ),
  corruption: option(
    z.string().min(1).optional(),
    "How inputs are corrupted, by a name that the case has for it",
    { defaultText: "the case's first, else another input" },
  ),
};

const config = z.strictObject({
  /** The algorithm's options. */
  params: z.record(z.string(), z.unknown()).default({}),
  ...discoveryOptions,
  seed: z.int().min(0).default(1234),
  /** What headings and pictures call the model. */
  title: z.string().optional(),
});

const namesOf = (algorithm: string) => ({ name: `run-${algorithm}`, title: `run ${algorithm}` });

/** The kind of work of a built-in algorithm, which is loaded when a plan is prepared. */
export const builtInDiscovery = (algorithm: string): JobKind => ({
  ...namesOf(algorithm),
  usesEngine: true,
  prepare: async (plan, context) =>
    discoveryKind(await loadAlgorithm(algorithm)).prepare(plan, context),
});

/**
 * Looking for the circuit of a model with an algorithm, and comparing it with the truth: `run-acdc`.
 * Its subject is a model of a case, or a model and prompts of one's own; the default model is the
 * newest one that was trained for the case.
 *
 * @param pluginSha256 of the file of an algorithm that is not built in, which decides the result
 */
export function discoveryKind(algorithm: Algorithm, pluginSha256?: string): JobKind {
  return defineKind({
    ...namesOf(algorithm.name),
    config,
    async prepare({ subject, config: { dataSize, corruption, seed, title, ...options } }, context) {
      const isOwn = subject.case === undefined && subject.prompts !== undefined;
      const asked = isOwn ? undefined : (await subjectCase(subject, context)).case_;
      const model = await subjectModel(subject, asked, context);
      const { case_ } = model;
      const params = runParams(algorithm, options.params, seed);
      const inputs = await taskInputs(subject, model, { dataSize, corruption, seed });
      return {
        case: case_?.id ?? OWN,
        config: {
          algorithm: algorithm.name,
          ...(pluginSha256 === undefined ? {} : { plugin: { sha256: pluginSha256 } }),
          params,
          data: inputs.data,
          seed,
          model: { name: model.storedName, sha256: model.sha256 },
          ...(title === undefined ? {} : { title }),
          case: case_ && identityOf(case_),
        },
        parents: model.parents,
        seeds: { seed },
        run: (job) =>
          job.withBackend(async (backend) => {
            const given = inputs.taskOn(backend);
            const isTold = algorithm.needs?.truth === true && model.truth !== undefined;
            const task = isTold ? { ...given, truth: model.truth } : given;
            const discovery = await discover(job, algorithm, task, params, backend);
            const document = discoveryDocument(discovery, {
              ...(case_ === undefined ? { case: OWN } : caseMembers(case_)),
              model: model.storedName,
              title,
              algorithm,
              params,
              config: model.transformer.config,
              truth: model.truth,
              otherTruths: fittingOtherTruths(case_, model.transformer.config),
              seed,
            });
            writeCircuits(job.draft, discovery, document, model.transformer.config);
            return document;
          }),
      };
    },
  });
}

/** Runs an algorithm under a progress line. */
async function discover(
  job: RunningJob,
  algorithm: Algorithm,
  task: DiscoveryTask,
  params: Record<string, unknown>,
  backend: Backend,
): Promise<Discovery> {
  let line: ReturnType<RunningJob["begin"]> | undefined;
  let isResumed = false;
  const checkpoint = discoveryCheckpoint(job, () => {
    isResumed = true;
  });
  return algorithm.discover(task, params, {
    backend,
    signal: job.signal,
    checkpoint,
    onProgress: ({ done, total, unit }) => {
      // What an interrupted run had done took no time of this one.
      line ??= job.begin(unit, total, { done: isResumed ? done : 0 });
      line.update(done);
    },
  });
}

/** The job's checkpoint as algorithms use it: their states are JSON data. */
function discoveryCheckpoint(
  { name, checkpoint, context }: RunningJob,
  onResume: () => void,
): DiscoveryCheckpoint {
  return {
    restore(decode) {
      const state = checkpoint.restore((bytes) =>
        decode(parseJson(new TextDecoder().decode(bytes), "checkpoint")),
      );
      if (state !== undefined) {
        onResume();
        context.progress.note(`${name}  goes on where it was stopped`);
      }
      return state;
    },
    offer: (state) => checkpoint.offer(() => JSON.stringify(state())),
    save: (state) => checkpoint.save(JSON.stringify(state)),
  };
}
