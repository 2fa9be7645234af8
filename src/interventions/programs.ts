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
  /** The scalar of a name, asked for each that the program reads. */
  readonly scalars?: (name: string) => ArrayLike<number>;
  /** Where to leave the result instead of returning it. */
  readonly into?: Buffer;
}

/** Programs of one result over all rows, each compiled when it is first run. */
export interface Programs {
  /** Runs the program of a key in steps; `build` makes its graph, once. */
  run(key: string, build: () => Tensor, own: RunInputs): Steps<Values>;
}

/** A program, and what it reads. */
interface Loaded {
  readonly executable: Executable<"result">;
  /** Of what all runs share. */
  readonly shared: Readonly<Record<string, Binding>>;
  readonly scalars: readonly string[];
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
  const loaded = new Map<string, Loaded>();
  const made = (key: string, build: () => Tensor): Loaded => {
    const program = keptPrograms.kept(
      kind === undefined ? undefined : JSON.stringify(["programs", kind, key]),
      () => compile({ outputs: { result: build() } }),
      ({ order }) => order.length,
    );
    const one = {
      executable: scope.load(program),
      shared: usedInputs(program, shared),
      scalars: [...program.inputs.values()].flatMap(({ name, source }) =>
        source === "scalar" ? [name] : [],
      ),
    };
    loaded.set(key, one);
    return one;
  };
  return {
    *run(key, build, { inputs = {}, scalars: scalarOf, into }) {
      const { executable, shared, scalars } = loaded.get(key) ?? made(key, build);
      const { result } = yield* executable.runInSteps({
        batch: rows,
        inputs: { ...shared, ...usedInputs(executable.program, inputs) },
        ...(scalarOf && {
          scalars: Object.fromEntries(scalars.map((name) => [name, scalarOf(name)])),
        }),
        ...(into === undefined ? {} : { into: { result: into } }),
      });
      return result;
    },
  };
}
