import {
  type Binding,
  type Buffer,
  compile,
  type Executable,
  keptPrograms,
  type Steps,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { usedInputs } from "../transformer/index.ts";
import type { Scope } from "./scope.ts";

/** What one run is given besides what all runs share; what its program does not read is ignored. */
export interface RunInputs {
  readonly inputs?: Readonly<Record<string, Binding>>;
  readonly scalars?: Readonly<Record<string, ArrayLike<number>>>;
  /** Where to leave the result instead of returning it. */
  readonly into?: Buffer;
}

/** Programs of one result over all rows, each compiled when it is first run. */
export interface Programs {
  /** Runs the program of a key in steps; `build` makes its graph, once. */
  run(key: string, build: () => Tensor, own: RunInputs): Steps<Values>;
}

/**
 * Makes programs whose runs share their rows and some inputs.
 *
 * @param kind all that graphs depend on besides their key: those of one kind and key share their programs, also with
 * programs made at other times. Default: they are made anew.
 */
export function createPrograms(
  scope: Scope,
  rows: number,
  shared: Readonly<Record<string, Binding>>,
  kind?: string,
): Programs {
  const loaded = new Map<string, Executable<"result">>();
  const made = (key: string, build: () => Tensor): Executable<"result"> => {
    const program = keptPrograms.kept(
      kind === undefined ? undefined : JSON.stringify(["programs", kind, key]),
      () => compile({ outputs: { result: build() } }),
      ({ order }) => order.length,
    );
    const executable = scope.load(program);
    loaded.set(key, executable);
    return executable;
  };
  const load = (key: string, build: () => Tensor) => loaded.get(key) ?? made(key, build);
  return {
    *run(key, build, { inputs = {}, scalars = {}, into }) {
      const executable = load(key, build);
      const known = Object.entries(scalars).filter(([name]) => executable.program.inputs.has(name));
      const { result } = yield* executable.runInSteps({
        batch: rows,
        inputs: usedInputs(executable.program, { ...shared, ...inputs }),
        scalars: Object.fromEntries(known),
        ...(into === undefined ? {} : { into: { result: into } }),
      });
      return result;
    },
  };
}
