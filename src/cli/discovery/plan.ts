import type { Case } from "../../cases/index.ts";
import {
  type Algorithm,
  caseDiscoveryTask,
  type Discovery,
  type DiscoveryCheckpoint,
  type DiscoveryTask,
} from "../../discovery/index.ts";
import type { Backend } from "../../engine/index.ts";
import { InterpBenchError } from "../../errors/index.ts";
import { type Prompts, parseJson, promptsTask } from "../../formats/index.ts";
import type { EngineChoice, JobPlan, RunningJob } from "../../jobs/index.ts";
import type { FoundModel } from "../../models/index.ts";
import { hashOfCase, OWN } from "../../models/index.ts";
import { Key } from "../../rng/index.ts";
import { algorithmParams } from "../options/discovery.ts";
import { toUsage } from "../usage.ts";
import { discoveryDocument, writeCircuits } from "./document.ts";

/** What to look for a circuit in. */
export interface Subject {
  readonly model: FoundModel;
  /** The case; `undefined` for a transformer of one's own on own prompts. */
  readonly case_: Case | undefined;
  /** The user's own prompts; `undefined` for the case's. */
  readonly data: Prompts | undefined;
}

/** Values of the flags that all discovery commands share. */
export interface DiscoveryChoice extends EngineChoice {
  readonly dataSize: number;
  readonly seed: number;
  /** What headings and pictures call the model. */
  readonly title?: string | undefined;
  /** The name of the file with the prompts. */
  readonly data?: string | undefined;
}

/** A discovery: everything that decides its result, and the work itself. */
export function discoveryPlan(
  algorithm: Algorithm,
  choice: DiscoveryChoice,
  { model, case_, data }: Subject,
): JobPlan {
  const { dataSize, seed } = choice;
  const key = Key.fromSeed(seed).fold("discovery");
  const params = algorithmParams(algorithm, { ...choice }, data?.categorical ?? case_?.categorical);
  return {
    config: {
      algorithm: algorithm.name,
      params,
      data: data ?? { dataSize },
      seed,
      model: { name: model.storedName, sha256: model.sha256 },
      ...(choice.title === undefined ? {} : { title: choice.title }),
      case: case_ && { sha256: hashOfCase(case_) },
    },
    parents: model.parents,
    seeds: { seed },
    engine: choice,
    run: (job) =>
      job.withBackend(async (backend) => {
        const task =
          data === undefined
            ? caseDiscoveryTask(case_!, model.transformer, { key, size: dataSize, backend })
            : promptsTask(data, model.transformer, choice.data!);
        const discovery = await discover(job, algorithm, task, params, backend);
        const document = discoveryDocument(discovery, {
          case: case_?.id ?? OWN,
          model: model.storedName,
          title: choice.title,
          algorithm,
          params,
          config: model.transformer.config,
          truth: model.truth,
          seed,
        });
        writeCircuits(job.draft, discovery, document, model.transformer.config);
        return document;
      }),
  };
}

/**
 * Runs an algorithm under a progress line. Options that do not fit the model's graph are usage
 * errors, like those that the flags themselves refuse.
 */
export async function discover(
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
  try {
    return await algorithm.discover(task, params, {
      backend,
      signal: job.signal,
      checkpoint,
      onProgress: ({ done, total, unit }) => {
        // What an interrupted run had done took no time of this one.
        line ??= job.begin(unit, total, { done: isResumed ? done : 0 });
        line.update(done);
      },
    });
  } catch (error) {
    throw error instanceof InterpBenchError && error.code === "E_OPTION" ? toUsage(error) : error;
  }
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
