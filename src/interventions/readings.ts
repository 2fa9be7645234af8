import {
  type Binding,
  type Buffer,
  compile,
  type Run,
  sampleInput,
  type Tensor,
  type Values,
} from "../engine/index.ts";
import { type Forward, type ForwardOptions, forward, usedInputs } from "../transformer/index.ts";
import type { FrozenRuns } from "./capture.ts";

/** What is read off ordinary runs of a frozen model. */
export interface ReadingSpec<O extends string>
  extends FrozenRuns,
    Pick<ForwardOptions, "capture" | "logitsAt"> {
  /** What is read, from the pass and further sample inputs. */
  readonly read: (pass: Forward) => Readonly<Record<O, Tensor>>;
}

/** Ordinary runs off which something is read, by one program. */
export interface Readings<O extends string> {
  /** The run on these rows. `extra`: inputs that `read` introduced; `into`: where to leave outputs. */
  prepare(
    rows: Uint32Array,
    extra?: Readonly<Record<string, Binding>>,
    into?: Readonly<Partial<Record<O, Buffer>>>,
  ): Run<O>;
  /** Makes that run. */
  run(
    rows: Uint32Array,
    extra?: Readonly<Record<string, Binding>>,
    into?: Readonly<Partial<Record<O, Buffer>>>,
  ): Record<O, Values>;
  dispose(): void;
}

/** Prepares runs of a model as it is; their program is compiled here. */
export function loadReadings<O extends string>(spec: ReadingSpec<O>): Readings<O> {
  const { backend, model, tokens, positions, read, ...options } = spec;
  const { config, tensors, bindings } = model;
  const input = sampleInput("tokens", [positions]);
  const executable = backend.load(
    compile<O>({ outputs: read(forward(config, tensors, input, options)) }),
  );
  const prepare: Readings<O>["prepare"] = (rows, extra = {}, into) => {
    const own = usedInputs(executable.program, { tokens: { table: tokens, rows }, ...bindings });
    const options = { batch: rows.length, inputs: { ...own, ...extra } };
    return { executable, options: into === undefined ? options : { ...options, into } };
  };
  return {
    prepare,
    run: (rows, extra, into) => backend.runAll([prepare(rows, extra, into)])[0],
    dispose: () => executable.dispose(),
  };
}
