import * as e from "../src/engine/index.ts";
import { Key } from "../src/rng/index.ts";
import { interleave, type Laps, local, type Pace } from "./interleave.ts";

/** Sequences of a run. */
export const BATCH = 256;

/** An operation to be timed on its own. */
export interface Operation {
  readonly name: string;
  readonly shape: string;
  /** What one copy of it does for one sequence: floating-point operations, or elements made. */
  readonly work: number;
  /** How often it is done in a run that is timed; above 1. */
  readonly copies: number;
  /** A program that does the operation so many times, each time on other values. */
  program(copies: number): e.Program<"result">;
  /** Inputs that hold ids, and the number of ids; the others hold numbers from −1 to 1. */
  readonly ids?: Readonly<Record<string, number>>;
}

/** Values for the inputs of an operation's programs, on a backend. */
export function drawInputs(
  { program, copies, ids = {} }: Operation,
  backend: e.Backend,
  batch = BATCH,
): Record<string, e.Buffer> {
  const key = Key.fromSeed(3);
  const buffers = [...program(copies).inputs.values()].map(({ name, source, shape }) => {
    const count = e.sizeOf(shape) * (source === "sample" ? batch : 1);
    const most = ids[name];
    const values =
      most === undefined
        ? key
            .fold(name)
            .uniform(count)
            .map((u) => 2 * u - 1)
        : key.fold(name).integers(count, most);
    return [name, backend.buffer(values)] as const;
  });
  return Object.fromEntries(buffers);
}

/** The operation's runs, by name: done once, and done as often as it wants. */
export function prepareOperation(operation: Operation, backend: e.Backend) {
  const inputs = drawInputs(operation, backend);
  const load = (copies: number) => backend.load(operation.program(copies));
  const [one, all] = [load(1), load(operation.copies)];
  const run = (executable: e.Executable) => () => executable.run({ batch: BATCH, inputs });
  return {
    runs: { [`${backend.name} once`]: run(one), [`${backend.name} all`]: run(all) },
    /** Milliseconds of one copy over the batch, of what the runs took. */
    timeOf: (laps: Readonly<Record<string, Laps>>): number => {
      const difference = laps[`${backend.name} all`]!.best - laps[`${backend.name} once`]!.best;
      return difference / (operation.copies - 1);
    },
    dispose: () => {
      for (const part of [one, all, ...Object.values(inputs)]) part.dispose();
    },
  };
}

/**
 * Milliseconds that an operation takes over the batch, by backend.
 *
 * What a run costs besides (loading the inputs, summing up the result) does not depend on the number
 * of copies, so the time is the difference between all copies and one, by the copies between them. The
 * shortest runs are compared: what else the machine does can only make a run longer.
 */
export async function timeOperation(
  operation: Operation,
  backends: readonly e.Backend[],
  pace: Pace,
): Promise<Record<string, number>> {
  const prepared = backends.map((backend) => ({
    backend,
    ...prepareOperation(operation, backend),
  }));
  const laps = await interleave(
    prepared.flatMap(({ runs }) => Object.entries(runs).map(([name, run]) => local(name, run))),
    pace,
  );
  for (const { dispose } of prepared) dispose();
  return Object.fromEntries(prepared.map(({ backend, timeOf }) => [backend.name, timeOf(laps)]));
}
