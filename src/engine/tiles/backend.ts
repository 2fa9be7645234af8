import { lower } from "../lowering/lower.ts";
import type { Backend, Executable, Run, RunResults } from "../program/backend.ts";
import { notLoadedError, RowRanges, resolveBindings } from "../program/bindings.ts";
import type { Program } from "../program/program.ts";
import { Arguments, type BoundRun, bindRun, collectOutputs } from "./arguments.ts";
import type { Blocks } from "./blocks.ts";
import { TileBuffer } from "./buffer.ts";
import type { KernelHost } from "./host.ts";
import { type Job, jobRecord, jobWords, workingMemory } from "./job.ts";
import { type LoadedProgram, loadProgram } from "./loaded-program.ts";
import { Workspace } from "./workspace.ts";

/** A run that is ready to start. */
interface PreparedRun {
  readonly placed: LoadedProgram;
  readonly bound: BoundRun;
  readonly batch: number;
}

/** Runs of one call that are ready to start. */
interface PreparedCall<Runs extends readonly Run[]> {
  readonly jobs: readonly Job[];
  /** Where the list of the jobs' places is. */
  readonly list: number;
  /** What they give; to be asked for when all of them have ended. */
  results(): RunResults<Runs>;
}

/** A job chunk by chunk, or at once where threads share its chunks; yields the share that is done. */
function* jobSteps({ kernels, threads, runJobs }: KernelHost, list: number, job: Job) {
  if (threads > 1) {
    runJobs(list, [job]);
    yield 1;
    return;
  }
  kernels.beginJob(job.place);
  for (let chunk = 0; chunk < job.chunks; chunk++) {
    kernels.runChunk(job.place, chunk, 0);
    yield (chunk + 1) / (job.chunks + 1);
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
  const loaded = new WeakMap<Executable, LoadedProgram>();

  /** Writes runs' records; all of them work in the same memory, one after the other. */
  const placeJobs = (
    runs: readonly PreparedRun[],
    blocks: Blocks,
    workAt: (words: number) => number,
  ): Job[] => {
    const workings = runs.map(({ placed, batch }) => workingMemory(placed, batch, threads));
    const start = workAt(Math.max(0, ...workings.map(({ words }) => words)));
    return runs.map(({ placed, bound, batch }, i) => {
      const working = workings[i]!;
      const place = blocks.words(jobWords(jobRecord(placed, bound, batch, working, start)));
      return { place, chunks: working.chunks, work: placed.lowered.work * batch };
    });
  };

  /**
   * Checks runs and writes down what they are given, in `given`.
   *
   * @param workAt where the memory is that they work in, so many words
   */
  const prepareCall = <const Runs extends readonly Run[]>(
    runs: Runs,
    given: Arguments,
    workAt: (words: number) => number,
  ): PreparedCall<Runs> => {
    const ranges = new RowRanges();
    const checked = runs.map(({ executable, options }) => {
      const placed = loaded.get(executable);
      if (placed === undefined) throw notLoadedError();
      const resolved = resolveBindings(executable.program, options, ranges);
      return { placed, resolved, options, program: executable.program };
    });
    const prepared = checked.map(({ placed, resolved, options }) => ({
      placed,
      bound: bindRun(placed, resolved, options, given),
      batch: options.batch,
    }));
    const jobs = placeJobs(prepared, given.blocks, workAt);
    const list = given.blocks.words(jobs.map(({ place }) => place));
    const results = () =>
      checked.map(({ program, options }, i) =>
        collectOutputs(program, options, prepared[i]!.bound, given),
      ) as RunResults<Runs>;
    return { jobs, list, results };
  };

  const runAll = <const Runs extends readonly Run[]>(runs: Runs): RunResults<Runs> => {
    const given = new Arguments(memory);
    try {
      const { jobs, list, results } = prepareCall(runs, given, (words) => workspace.at(words));
      host.runJobs(list, jobs);
      return results();
    } finally {
      given.blocks.release();
    }
  };

  function* runInSteps<const Runs extends readonly Run[]>(
    runs: Runs,
  ): Generator<number, RunResults<Runs>> {
    const given = new Arguments(memory);
    try {
      // Memory of its own: in between, other runs use the one that they share.
      const { jobs, list, results } = prepareCall(runs, given, (words) =>
        given.blocks.reserve(words),
      );
      for (const [i, job] of jobs.entries()) {
        for (const share of jobSteps(host, list + i, job)) yield (i + share) / jobs.length;
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
      const placed = loadProgram(lower(program), memory);
      workspace.enter();
      const executable: Executable<O> = {
        program,
        run: (options) => runAll([{ executable, options }])[0],
        dispose: () => {
          if (!loaded.delete(executable)) return;
          placed.release();
          workspace.leave();
        },
      };
      loaded.set(executable, placed);
      return executable;
    },
    runAll,
    runInSteps,
    memory: () => memory.use,
    dispose: () => host.dispose(),
  };
}
