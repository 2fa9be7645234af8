import type { Backend, Executable, Program, Run, RunResults } from "./index.ts";

/** A backend that notes the programs of every call, and leaves the work to another one. */
export interface NotingBackend extends Backend {
  /** A list of programs for each call, in order. */
  readonly calls: Program[][];
}

/** Wraps a backend in one that notes what it is asked to run; disposing of it does nothing. */
export function notingBackend(inner: Backend): NotingBackend {
  const calls: Program[][] = [];
  const loaded = new WeakMap<Executable, Executable>();
  const runAll = <const Runs extends readonly Run[]>(runs: Runs): RunResults<Runs> => {
    if (runs.length > 0) calls.push(runs.map(({ executable }) => executable.program));
    const own = runs.map((run) => ({ ...run, executable: loaded.get(run.executable)! }));
    return inner.runAll(own) as RunResults<Runs>;
  };
  function* runInSteps<const Runs extends readonly Run[]>(
    runs: Runs,
  ): Generator<number, RunResults<Runs>> {
    calls.push(runs.map(({ executable }) => executable.program));
    const own = runs.map((run) => ({ ...run, executable: loaded.get(run.executable)! }));
    return (yield* inner.runInSteps(own)) as RunResults<Runs>;
  }
  return {
    calls,
    name: inner.name,
    buffer: (values) => inner.buffer(values),
    load: <O extends string>(program: Program<O>): Executable<O> => {
      const own = inner.load(program);
      const executable: Executable<O> = {
        program,
        run: (options) => runAll([{ executable, options }])[0],
        *runInSteps(options) {
          return (yield* runInSteps([{ executable, options }]))[0];
        },
        dispose: () => own.dispose(),
      };
      loaded.set(executable, own);
      return executable;
    },
    runAll,
    runInSteps,
    memory: () => inner.memory(),
    dispose: () => {},
  };
}
