import { lowerSteps } from "../lowering/lower.ts";
import type { Backend, Executable, Run, RunResults } from "../program/backend.ts";
import { notLoadedError, RowRanges, resolveBindings } from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import { runSteps, type Steps } from "../program/steps.ts";
import { Arguments, type BoundRun, bindRun, collectOutputs } from "./arguments.ts";
import type { Blocks } from "./blocks.ts";
import { TileBuffer } from "./buffer.ts";
import type { KernelHost } from "./host.ts";
import { JOB_WORDS, type Job, type JobRecord, jobRecord, jobWords, workingMemory } from "./job.ts";
import { type LoadedProgram, loadProgram } from "./loaded-program.ts";
import { PIECE_WORK, pieces, sequenceWork } from "./pieces.ts";
import { Workspace } from "./workspace.ts";

/** A run that is ready to start. */
interface PreparedRun {
  readonly placed: LoadedProgram;
  readonly bound: BoundRun;
  readonly batch: number;
}

/** Runs of one call that are ready to start. */
interface PreparedCall<Runs extends readonly Run[]> {
  /** Whether they are to be made at once. */
  readonly isWhole: boolean;
  readonly jobs: readonly Job[];
  /** Where the list of the jobs' places is. */
  readonly list: number;
  /** What they give; to be asked for when all of them have ended. */
  results(): RunResults<Runs>;
}

/**
 * A job piece by piece, as many at a time as are worth a step, or at once where threads share its chunks; yields
 * the share that is done.
 *
 * @param list where the list of the job's place is
 * @param at where the records of its pieces can be written
 */
function* jobSteps(
  { kernels, threads, runJobs, memory }: KernelHost,
  job: Job,
  list: number,
  at: number,
): Steps<void> {
  if (threads > 1) {
    runJobs(list, [job]);
    yield 1;
    return;
  }
  kernels.beginJob(job.place);
  yield 0;
  let [written, done]: [JobRecord | undefined, number] = [undefined, 0];
  for (const { record, chunk, work } of pieces(job.record, job.parts)) {
    if (record !== written) memory.words.set(jobWords(record), at);
    written = record;
    kernels.runChunk(at, chunk, 0);
    done += work;
    if (done < PIECE_WORK) continue;
    done = 0;
    yield (chunk + 1) / (record.chunks + 1);
  }
  kernels.endJob(job.place);
  yield 1;
}

/**
 * A backend on the tile kernels: float32, sixteen sequences at a time.
 *
 * Parameters bound as this backend's own buffers are used and updated in place; other buffers and
 * plain arrays are copied in.
 */
export function tileBackend(host: KernelHost): Backend {
  const { memory, threads } = host;
  const workspace = new Workspace(memory);
  /** What the loaded programs were made into, if they have been run. */
  const loaded = new WeakMap<Executable, { placed?: LoadedProgram }>();

  const loadedAs = (executable: Executable) => {
    const known = loaded.get(executable);
    if (known === undefined) throw notLoadedError();
    return known;
  };

  /** A program as the kernels need it, lowered if this is its first run. */
  function* placeSteps(executable: Executable): Steps<LoadedProgram> {
    const lowered = yield* lowerSteps(executable.program);
    const known = loadedAs(executable);
    known.placed ??= loadProgram(lowered, memory);
    return known.placed;
  }

  /**
   * Writes runs' records; all of them work in the same memory, one after the other: in that of all calls, or where
   * others may run in between, in some of their own.
   */
  const placeJobs = (runs: readonly PreparedRun[], blocks: Blocks, isWhole: boolean): Job[] => {
    const workings = runs.map(({ placed, batch }) => workingMemory(placed, batch, threads));
    const words = Math.max(0, ...workings.map((working) => working.words));
    const start = isWhole ? workspace.at(words) : blocks.reserve(words);
    return runs.map(({ placed, bound, batch }, i) => {
      const working = workings[i]!;
      const record = jobRecord(placed, bound, batch, working, start);
      const { parts, work } = placed.lowered;
      const place = blocks.words(jobWords(record));
      return { record, place, parts, chunks: working.chunks, work: work * batch };
    });
  };

  /**
   * Checks runs, makes their programs ready, and writes down what they are given, in `given`.
   *
   * @param most the work that is made at once
   */
  function* prepareCall<const Runs extends readonly Run[]>(
    runs: Runs,
    given: Arguments,
    most: number,
  ): Steps<PreparedCall<Runs>> {
    const ranges = new RowRanges();
    const resolved = runs.map(({ executable, options }) => {
      loadedAs(executable);
      return resolveBindings(executable.program, options, ranges);
    });
    const placed: LoadedProgram[] = [];
    for (const { executable } of runs) placed.push(yield* placeSteps(executable));
    const prepared = runs.map(({ options }, i) => ({
      placed: placed[i]!,
      bound: bindRun(placed[i]!, resolved[i]!, options, given),
      batch: options.batch,
    }));
    const works = prepared.map(({ placed, batch }) => sequenceWork(placed.lowered.parts) * batch);
    const isWhole = works.reduce((total, work) => total + work, 0) <= most;
    const jobs = placeJobs(prepared, given.blocks, isWhole);
    const list = given.blocks.words(jobs.map(({ place }) => place));
    const results = () =>
      runs.map(({ executable, options }, i) =>
        collectOutputs(executable.program, options, prepared[i]!.bound, given),
      ) as RunResults<Runs>;
    return { isWhole, jobs, list, results };
  }

  const runAll = <const Runs extends readonly Run[]>(runs: Runs): RunResults<Runs> => {
    const given = new Arguments(memory);
    try {
      const call = prepareCall(runs, given, Number.POSITIVE_INFINITY);
      const { jobs, list, results } = runSteps(call);
      host.runJobs(list, jobs);
      return results();
    } finally {
      given.blocks.release();
    }
  };

  function* runInSteps<const Runs extends readonly Run[]>(runs: Runs): Steps<RunResults<Runs>> {
    const given = new Arguments(memory);
    try {
      const { isWhole, jobs, list, results } = yield* prepareCall(runs, given, PIECE_WORK);
      if (isWhole) {
        host.runJobs(list, jobs);
        const found = results();
        yield 1;
        return found;
      }
      const at = given.blocks.reserve(JOB_WORDS);
      for (const [i, job] of jobs.entries()) {
        for (const share of jobSteps(host, job, list + i, at)) yield (i + share) / jobs.length;
      }
      return results();
    } finally {
      given.blocks.release();
    }
  }

  return {
    name: host.name,
    buffer: (valuesOrLength, options) => new TileBuffer(memory, valuesOrLength, options),
    load: <O extends string>(program: Program<O>): Executable<O> => {
      workspace.enter();
      const executable: Executable<O> = {
        program,
        run: (options) => runAll([{ executable, options }])[0],
        *runInSteps(options) {
          return (yield* runInSteps([{ executable, options }]))[0];
        },
        dispose: () => {
          const known = loaded.get(executable);
          if (!loaded.delete(executable)) return;
          known?.placed?.release();
          workspace.leave();
        },
      };
      loaded.set(executable, {});
      return executable;
    },
    runAll,
    runInSteps,
    memory: () => memory.use,
    dispose: () => host.dispose(),
  };
}
