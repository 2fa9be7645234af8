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
  const placeJobs = (runs: readonly PreparedRun[], blocks: Blocks): Job[] => {
    const workings = runs.map(({ placed, batch }) => workingMemory(placed, batch, threads));
    const start = workspace.at(Math.max(0, ...workings.map(({ words }) => words)));
    return runs.map(({ placed, bound, batch }, i) => {
      const working = workings[i]!;
      const place = blocks.words(jobWords(jobRecord(placed, bound, batch, working, start)));
      return { place, chunks: working.chunks, work: placed.lowered.work * batch };
    });
  };

  const runAll = <const Runs extends readonly Run[]>(runs: Runs): RunResults<Runs> => {
    const ranges = new RowRanges();
    const checked = runs.map(({ executable, options }) => {
      const placed = loaded.get(executable);
      if (placed === undefined) throw notLoadedError();
      const resolved = resolveBindings(executable.program, options, ranges);
      return { placed, resolved, options, program: executable.program };
    });
    const given = new Arguments(memory);
    const { blocks } = given;
    try {
      const prepared = checked.map(({ placed, resolved, options }) => ({
        placed,
        bound: bindRun(placed, resolved, options, given),
        batch: options.batch,
      }));
      const jobs = placeJobs(prepared, blocks);
      host.runJobs(blocks.words(jobs.map(({ place }) => place)), jobs);
      const results = checked.map(({ program, options }, i) =>
        collectOutputs(program, options, prepared[i]!.bound, given),
      );
      return results as RunResults<Runs>;
    } finally {
      blocks.release();
    }
  };

  return {
    name: host.name,
    buffer: (valuesOrLength) => new TileBuffer(memory, valuesOrLength),
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
    memory: () => memory.use,
    dispose: () => host.dispose(),
  };
}
