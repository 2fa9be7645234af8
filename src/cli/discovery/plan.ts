import { resolve } from "node:path";
import { getCase } from "../../cases/index.ts";
import type { Algorithm, Discovery, DiscoveryTask } from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { Context } from "../command.ts";
import { caseDiscoveryTask } from "../data/case-data.ts";
import { type DataFile, fileDiscoveryTask } from "../data/data-file.ts";
import type { JobPlan, RunningJob } from "../jobs.ts";
import { assertFitsCase, findModel, folderModel } from "../models/find.ts";
import { algorithmParams } from "../options/discovery.ts";
import { type EngineChoice, withBackend } from "../options/engine.ts";
import { formatModel, type ModelSource } from "../options/model.ts";
import { discoveryDocument, writeCircuit } from "./document.ts";

/** What to look for a circuit in. */
export interface Subject {
  readonly source: ModelSource;
  /** The user's own prompts; `undefined` for the case's. */
  readonly data: DataFile | undefined;
  /** The case; `undefined` for a folder's model on own prompts. */
  readonly id: string | undefined;
}

/** Values of the flags that all discovery commands share. */
export interface DiscoveryChoice extends EngineChoice {
  readonly dataSize: number;
  readonly seed: number;
  readonly outputDir: string;
  /** The name of the file with the prompts. */
  readonly data?: string | undefined;
  readonly classificationLossFn?: string | undefined;
  readonly regressionLossFn?: string | undefined;
}

/** Finds the model and says what a discovery on it is made of. */
export function discoveryPlan(
  context: Context,
  algorithm: Algorithm,
  choice: DiscoveryChoice,
  { source, data, id }: Subject,
): JobPlan {
  const { dataSize, seed, outputDir } = choice;
  const case_ = id === undefined ? undefined : getCase(id);
  const root = resolve(context.io.cwd, outputDir);
  const place = { root, flag: outputDir === "results" ? "" : ` -o ${outputDir}` };
  const model =
    case_ === undefined
      ? folderModel(source.kind === "folder" ? source.path : "", formatModel(source))
      : findModel(source, case_, place);
  if (case_ !== undefined) assertFitsCase(model, case_);
  const isCategorical = data?.categorical ?? case_?.categorical;
  const loss = isCategorical === false ? choice.regressionLossFn : choice.classificationLossFn;
  const params = algorithmParams(algorithm, { loss, ...choice });
  return {
    config: {
      algorithm: algorithm.name,
      params,
      data: data ?? { dataSize },
      seed,
      model: { name: model.name, sha256: model.sha256 },
    },
    parents: model.parents,
    seeds: { seed },
    backend: choice.backend,
    run: (job) =>
      withBackend(choice, async (backend) => {
        const started = context.io.now();
        const task =
          data === undefined
            ? caseDiscoveryTask(case_!, model.transformer, choice, backend)
            : fileDiscoveryTask(data, model.transformer, choice.data!);
        const discovery = await discover(job, algorithm, task, params, backend);
        const document = discoveryDocument(discovery, {
          case: id ?? "own",
          model: model.name,
          algorithm: algorithm.name,
          params,
          config: model.transformer.config,
          truth: model.truth,
          seed,
          seconds: (context.io.now() - started) / 1000,
        });
        writeCircuit(job.draft, discovery, document, model.transformer.config);
        return document;
      }),
  };
}

/** Runs an algorithm under a progress line. */
export async function discover(
  { begin, signal }: Pick<RunningJob, "begin" | "signal">,
  algorithm: Algorithm,
  task: DiscoveryTask,
  params: Record<string, unknown>,
  backend: Backend,
): Promise<Discovery> {
  let line: ReturnType<RunningJob["begin"]> | undefined;
  return algorithm.discover(task, params, {
    backend,
    signal,
    onProgress: ({ done, total, unit }) => {
      line ??= begin(unit, total);
      line.update(done);
    },
  });
}
